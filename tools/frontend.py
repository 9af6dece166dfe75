"""The front end: Node.js from the system or from PyPI, `npm ci`, and a build when the sources changed."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools import processes, python_env, stamps
from tools.clone import ROOT, VENV, say

WEB = ROOT / "web"
DIST = WEB / "dist"
NOT_SOURCE = {"node_modules", "dist", "coverage", "test-results", "playwright-report"}


def ensure() -> None:
    """Install the packages and build into web/dist, each only when what it is made from has changed."""
    if not new_enough(_version_of("node", os.environ)):
        _ensure_node_in_venv()
    node = _version_of("node", _environment())
    packages = stamps.digest([WEB / "package.json", WEB / "package-lock.json"], node)
    if not (WEB / "node_modules").is_dir() or stamps.stamp_of("npm") != packages:
        say("Installing the front end's packages")
        npm(["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"])
        stamps.record("npm", packages)
    sources = stamps.digest([path for path in WEB.iterdir() if path.name not in NOT_SOURCE], node)
    if not DIST.is_dir() or stamps.stamp_of("web") != sources:
        say("Building the front end")
        npm(["run", "--silent", "build", "--", "--logLevel", "warn"])
        stamps.record("web", sources)


def npm(arguments: Sequence[str | Path]) -> None:
    """Run npm in web/; SystemExit if it fails."""
    processes.run(["npm", *arguments], env=_environment(), cwd=WEB)


def new_enough(version: str) -> bool:
    """Whether Vite and ESLint run on this `node --version`: 20.19 up, 22.13 up, or 24 and later."""
    match = re.match(r"v(\d+)\.(\d+)", version)
    major, minor = (int(match[1]), int(match[2])) if match else (0, 0)
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 13) or major >= 24


def _ensure_node_in_venv() -> None:
    lock = stamps.digest([python_env.NODE], str(VENV))
    if not (VENV / "bin" / "node").exists() or stamps.stamp_of("node") != lock:
        say("Installing Node.js from PyPI: the system has none, or one that is too old")
        python_env.install(python_env.NODE)
        stamps.record("node", lock)


def _environment() -> dict[str, str]:
    """The environment in which `node` and `npm` are the system's, or those in the virtual environment."""
    if new_enough(_version_of("node", os.environ)) and _version_of("npm", os.environ):
        return dict(os.environ)
    return {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def _version_of(program: str, environment: Mapping[str, str]) -> str:
    try:
        return subprocess.run(
            [program, "--version"], env=environment, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""
