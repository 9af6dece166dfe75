"""`make manage ARGS="..."`: a management command as the database's owner, whether the server runs or not."""

import sys

from tools import database, install, processes, python_env


def main(arguments: list[str]) -> int:
    """Run `manage.py` with these arguments; returns its exit status."""
    processes.end_on_signals()
    install.ensure_python()
    with database.running(database.MAIN) as urls:
        command = [str(python_env.PYTHON), str(install.MANAGE), *arguments]
        return processes.attended(command, env=database.environment(urls.owner))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
