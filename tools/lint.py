"""`make lint`: every check that needs no database, all of them even if one fails."""

import sys
from collections.abc import Callable
from pathlib import Path

from tools import database, frontend, install, processes
from tools.clone import ROOT, VENV, say

DOCKER = ROOT / "docker"
# makemigrations compares models with migration files; it only warns where no database answers.
NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"
PRODUCTION = {"WANGGE_HTTPS": "1", "WANGGE_HOSTS": "grid.example"}


def main() -> int:
    """Run the checks; returns 1 and names those that failed."""
    processes.end_on_signals()
    install.ensure(development=True)
    failed = [name for name, check in CHECKS.items() if not _passes(name, check)]
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed")
    return int(bool(failed))


def _passes(name: str, check: Callable[[], None]) -> bool:
    say(name)
    try:
        check()
    except SystemExit as failure:
        if isinstance(failure.code, int):  # a signal, not a finding
            raise
        return False
    return True


def _tool(name: str, *arguments: str | Path, **more: str) -> Callable[[], None]:
    environment = database.environment(NO_DATABASE) | more
    return lambda: processes.run([VENV / "bin" / name, *arguments], env=environment)


CHECKS: dict[str, Callable[[], None]] = {
    # Mistakes, roundabout code, functions that grew too long.
    "ruff check": _tool("ruff", "check", "."),
    # One layout for everybody.
    "ruff format": _tool("ruff", "format", "--check", "--quiet", "."),
    # Types, with Django's own.
    "mypy": _tool("mypy", "."),
    # Imports point one way.
    "lint-imports": _tool("lint-imports", "--no-cache"),
    # Doors left open, by other eyes than ruff's: unsafe calls of medium severity and more.
    "bandit": _tool(
        "bandit",
        "-q",
        "-ll",
        "-c",
        "pyproject.toml",
        "-r",
        "gis_core",
        "layers",
        "tile_cache",
        "grid_editor",
        "incidents",
        "data",
        "tools",
    ),
    # What the framework has to say about production: headers, cookies, HTTPS.
    "check --deploy": _tool(
        "python",
        install.MANAGE,
        "check",
        "--deploy",
        "--tag",
        "security",
        "--fail-level",
        "WARNING",
        **PRODUCTION,
    ),
    # What every answer must tell the browser, at each address.
    "headers": _tool("python", "-m", "tools.headers"),
    # No model has changed without its migration.
    "makemigrations": _tool(
        "python", "-W", "ignore::RuntimeWarning", install.MANAGE, "makemigrations", "--check", "--dry-run"
    ),
    # Images: pinned bases, no leftovers, no root.
    "hadolint": _tool(
        "hadolint", "--failure-threshold", "warning", *sorted(ROOT.glob("docker/**/Dockerfile"))
    ),
    # The compose file: its schema, names given twice, images without a tag, ports without quotes.
    "dclint": lambda: frontend.npm(
        [
            "exec",
            "--no",
            "--",
            "dclint",
            "--max-warnings",
            "0",
            "-c",
            DOCKER / "dclint.yaml",
            DOCKER / "compose.yaml",
        ]
    ),
    # The front end's style and types.
    "npm run lint": lambda: frontend.npm(["run", "lint"]),
}

if __name__ == "__main__":
    sys.exit(main())
