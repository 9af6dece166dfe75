"""`make test` and `make test-long`: the front end's unit tests, then pytest on a cluster of its own.

pytest comes last, so that the output ends with its summary. The whole suite runs in two processes, each with a
database of its own; a run narrowed by arguments in one, which starts sooner and may be stopped in a debugger.
"""

import sys

from tools import database, frontend, install, processes, python_env

# By file: what a file's tests share (a server, a city) is made once. A third process gains nothing on two cores.
WHOLE = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


def main(arguments: list[str]) -> int:
    """Run the tests; with arguments only pytest runs, narrowed by them. Returns the exit status."""
    processes.end_on_signals()
    install.ensure(development=True)
    web_passed = bool(arguments) or _web_tests_pass()
    with database.running(database.TEST) as urls:
        environment = database.environment(urls.owner) | _as_on_the_server(urls)
        install.collect_static(environment)
        status = processes.attended(
            [python_env.PYTHON, "-m", "pytest", *(arguments or WHOLE)], env=environment
        )
    return status or int(not web_passed)


def _as_on_the_server(urls: database.Urls) -> dict[str, str]:
    """Tests prepare as the owner; requests, and servers that a test starts, work as the server's own role."""
    if urls.app == urls.owner:  # somebody's database
        return {}
    return {"WANGGE_REQUEST_ROLE": "wangge_app", "WANGGE_TEST_APP_URL": urls.app}


def _web_tests_pass() -> bool:
    try:
        frontend.npm(["test"])
    except SystemExit as failure:
        if isinstance(failure.code, int):  # a signal, not a failed test
            raise
        print(failure.code, file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
