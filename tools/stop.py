"""`make stop`: end what runs from this clone, the server first, then the databases that nobody uses any more."""

import os
import signal

from tools import database, processes
from tools.clone import locked_at_once, say
from tools.serve import SERVER_LOCK, SERVER_PID

PATIENCE = 90.0  # seconds: the server's own patience plus a checkpoint of PostgreSQL


def main() -> None:
    """Stop server and clusters; SystemExit if something does not end."""
    ended = _stop_server()
    for cluster in (database.MAIN, database.TEST):
        if cluster.is_running():
            ended = True
            if not cluster.stop_if_unused():
                say(f"The database in {cluster.home} goes on: another command of this clone is using it")
    say("Stopped" if ended else "Nothing runs from this clone")


def _stop_server() -> bool:
    if not SERVER_LOCK.exists():
        return False
    with locked_at_once(SERVER_LOCK) as nobody:
        if nobody:
            return False
    pid = int(SERVER_PID.read_text())
    os.kill(pid, signal.SIGTERM)
    if not processes.wait_until_gone(pid, PATIENCE):
        raise SystemExit(f"The server (process {pid}) did not end within {PATIENCE:.0f} s")
    return True


if __name__ == "__main__":
    main()
