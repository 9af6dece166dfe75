"""The virtual environment in .local/venv, installed from the hashed lock files."""

import subprocess
import sys
from pathlib import Path

from tools import processes, stamps
from tools.clone import ROOT, VENV, say

PYTHON = VENV / "bin" / "python"
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
NODE = ROOT / "requirements-node.lock"


def ensure(*, development: bool) -> None:
    """Make or update the environment. The development lock holds the runtime's pins, so it serves both."""
    here = (str(VENV), sys.version)
    runtime = stamps.digest([RUNTIME], *here)
    both = stamps.digest([RUNTIME, DEVELOPMENT], *here)
    enough = {both} if development else {runtime, both}
    if usable() and stamps.stamp_of("venv") in enough:
        return
    if not usable():
        say(f"Making the virtual environment {VENV}")
        processes.run([sys.executable, "-m", "venv", "--clear", VENV])
    say("Installing Python packages (the first time takes a minute or two)")
    install(DEVELOPMENT if development else RUNTIME)
    stamps.record("venv", both if development else runtime)


def usable() -> bool:
    """Whether the environment runs and was made where it now lies (its scripts hold absolute paths)."""
    pip = VENV / "bin" / "pip"
    if not (pip.exists() and str(VENV) in pip.read_text().partition("\n")[0]):
        return False
    probe = [str(PYTHON), "-c", "import sys; sys.exit(sys.version_info[:2] != (3, 11))"]
    return subprocess.run(probe, check=False).returncode == 0


def install(lock: Path) -> None:
    """Install exactly what a lock file pins; a package whose hash differs is refused."""
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
    processes.run([PYTHON, "-m", "pip", "install", *options, "-r", str(lock)])
