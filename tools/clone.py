"""Where things lie in this clone, and how its scripts speak. Every other tool stands on this one."""

import contextlib
import fcntl
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = (ROOT / os.environ.get("WANGGE_STATE", ".local")).resolve()
VENV = STATE / "venv"


def say(text: str) -> None:
    """Tell the person at the terminal what happens now; on stderr, so that stdout stays a command's result."""
    with contextlib.suppress(OSError):  # the terminal may be gone while we still clean up
        print(f"==> {text}", file=sys.stderr, flush=True)


def make_state() -> None:
    """Make the state folder, or refuse if it belongs to somebody else (`sudo make run` once, `make run` later)."""
    STATE.mkdir(parents=True, exist_ok=True)
    if STATE.stat().st_uid != os.geteuid():
        raise SystemExit(
            f"{STATE} belongs to {STATE.owner()}. Run make as {STATE.owner()}, or delete that folder "
            "(the database of this clone is in it)."
        )


@contextlib.contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock file, waiting for it. The kernel lets go of it when this process ends, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def locked_at_once(path: Path) -> Iterator[bool]:
    """Hold a lock file alone if nobody else does; yields whether it is held."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
