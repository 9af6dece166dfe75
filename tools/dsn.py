"""`make -s dsn [ROLE=owner|app]`: print the libpq URL of the running database, and nothing else."""

import sys

from tools import database


def main(role: str) -> None:
    """Print the URL for one of the two roles; SystemExit for another word or if no database runs."""
    if role not in database.Urls._fields:
        raise SystemExit(f"ROLE must be one of {', '.join(database.Urls._fields)}, not {role!r}")
    print(getattr(database.already_running(), role))


if __name__ == "__main__":
    main(sys.argv[1])
