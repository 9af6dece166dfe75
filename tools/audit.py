"""`make audit`: check the packages in the project's environment; what is checked is in known_faults.py."""

import sys

from tools import install, processes, python_env


def main(arguments: list[str]) -> int:
    """Returns 1 if something was found."""
    processes.end_on_signals()
    install.ensure(development=True)
    return processes.attended([str(python_env.PYTHON), "-m", "tools.known_faults", *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
