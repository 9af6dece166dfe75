"""Where a cluster's files lie and who owns them: PostgreSQL refuses to run as root.

A plain user runs PostgreSQL as himself, below .local. Root runs it as Debian's `postgres`, who cannot reach a clone
inside a private folder (/root, mktemp -d): then the files lie in /var/lib/wangge and .local/pg points there.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from tools.clone import say

SERVER_USER = "postgres"
OUTSIDE = Path("/var/lib/wangge")


def as_server(*command: str | Path) -> list[str]:
    """The command as the user that PostgreSQL runs as."""
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return words
    return ["setpriv", f"--reuid={SERVER_USER}", f"--regid={SERVER_USER}", "--init-groups", *words]


def give_to_server(path: Path) -> None:
    """Make the user that PostgreSQL runs as the owner of a file or folder."""
    if os.geteuid() == 0:
        shutil.chown(path, SERVER_USER, SERVER_USER)


def make_home(home: Path) -> None:
    """Make the folder of a cluster, or a link to one outside where `postgres` could not reach it."""
    if home.is_dir():
        return
    home.parent.mkdir(parents=True, exist_ok=True)
    if _reachable(home.parent):
        _make_private(home)
        return
    outside = _free_place_outside(home)
    _make_private(outside)
    home.unlink(missing_ok=True)  # a link whose target was deleted
    home.symlink_to(outside)
    say(f"{SERVER_USER} cannot reach {home.parent}: the database's files lie in {outside}")


def _reachable(folder: Path) -> bool:
    return subprocess.run(as_server("test", "-x", folder), cwd="/", check=False).returncode == 0


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    give_to_server(folder)


def _free_place_outside(home: Path) -> Path:
    """A folder named after the clone's path; an earlier clone at that path may have left one, which stays as it is."""
    OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
    name = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    number = 1
    while (place := OUTSIDE / f"{name}-{number}").exists():
        say(f"{place} was left by an earlier clone at {home}; delete it if nobody needs its database")
        number += 1
    return place
