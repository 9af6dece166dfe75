"""`make run`: install what is missing, start the database, fill it the first time, serve until told to end."""

import contextlib
import errno
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from tools import database, install, processes, python_env
from tools.clone import STATE, VENV, locked_at_once, make_state, say
from tools.cluster import BIN

SERVER_LOCK = STATE / "server.lock"
SERVER_PID = STATE / "server.pid"
SAMPLES = ("S", "M", "L", "none")
MANY = ["--days", "42", "--count", "100000"]
INCIDENTS = {"S": ["--days", "28"], "M": MANY, "L": MANY}
"""What happened in the sample city lately."""
READY_WITHIN = 120.0  # seconds


def main() -> int:
    """Serve; returns the server's exit status, should it end by itself."""
    host = os.environ.get("HOST", "127.0.0.1")
    port = _port(os.environ.get("PORT", "8000"))
    sample = _sample(os.environ.get("SAMPLE", "S"))
    processes.end_on_signals()
    make_state()
    with _only_server():
        _refuse_taken(host, port)
        install.ensure()
        with database.running(database.MAIN) as urls:
            _prepare(urls, sample)
            _refuse_open_accounts(host, urls.owner)
            with database.kept_up(database.MAIN):
                return _serve(host, port, urls)


def _port(text: str) -> int:
    if not (text.isdigit() and 0 < int(text) < 65536):
        raise SystemExit(f"PORT must be a number from 1 to 65535, not {text!r}")
    return int(text)


def _sample(text: str) -> str:
    if text not in SAMPLES:
        raise SystemExit(f"SAMPLE must be one of {', '.join(SAMPLES)}, not {text!r}")
    return text


@contextlib.contextmanager
def _only_server() -> Iterator[None]:
    """Be the one server of this clone; `make stop` finds us by the lock and the number beside it."""
    with locked_at_once(SERVER_LOCK) as alone:
        if not alone:
            raise SystemExit("Wangge runs from this clone already. End it with: make stop")
        SERVER_PID.write_text(str(os.getpid()))
        try:
            yield
        finally:
            SERVER_PID.unlink(missing_ok=True)


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise SystemExit(f"Cannot listen on {host}:{port}: {error.strerror}") from error
            raise SystemExit(
                f"Port {port} is taken by another program. Choose another: make run PORT={port + 1}"
            ) from error


def _prepare(urls: database.Urls, sample: str) -> None:
    environment = database.environment(urls.owner)
    manage = [python_env.PYTHON, install.MANAGE]
    processes.run([*manage, "migrate", "--noinput", "--verbosity=0", "--skip-checks"], env=environment)
    install.collect_static(environment)
    if sample != "none" and not _has_areas(urls.owner):
        say(f"Loading the sample city, preset {sample} (only this first time)")
        processes.run([*manage, "load_sample", "--preset", sample], env=environment)
        processes.run([*manage, "load_incidents", *INCIDENTS[sample]], env=environment)


def _refuse_open_accounts(host: str, url: str) -> None:
    """Serve others only if no account has a password that the documentation tells, unless that is wanted."""
    if host in ("127.0.0.1", "::1", "localhost") or os.environ.get("WANGGE_SAMPLE_PUBLIC") == "1":
        return
    command: list[str | os.PathLike[str]] = [
        python_env.PYTHON,
        install.MANAGE,
        "refuse_sample_users",
        "--skip-checks",
    ]
    done = subprocess.run(command, env=database.environment(url), check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(
            f"Not serving on {host}: {done.stderr.strip()}\n"
            "For a demonstration on a network that you trust: make run HOST=... WANGGE_SAMPLE_PUBLIC=1"
        )


def _has_areas(url: str) -> bool:
    query = "SELECT EXISTS (SELECT FROM gis_core_area)"
    psql = BIN / "psql" if (BIN / "psql").exists() else "psql"
    done = subprocess.run([psql, "-XAtc", query, url], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Cannot look for areas in the database: {done.stderr}")
    return done.stdout.strip() == "t"


def _serve(host: str, port: int, urls: database.Urls) -> int:
    environment = database.environment(urls.app) | {
        "PORT": str(port),
        "WANGGE_DB_POOL": "1",
        "WANGGE_RASTER_URL": urls.raster,
    }
    workers = str(min(os.cpu_count() or 1, 4))
    command = [
        str(VENV / "bin" / "granian"), "--interface", "asgi", "--host", host, "--port", str(port),
        "--workers", workers, "--workers-kill-timeout", "5", "--log-level", "warning",
        "gis_core.asgi:application",
    ]  # fmt: skip
    worker = [str(python_env.PYTHON), str(install.MANAGE), "work"]
    work_environment = database.environment(urls.app)
    with processes.kept(worker, env=work_environment), processes.child(command, env=environment) as server:
        if _wait_until_ready(server, host, port):
            say(f"Wangge is ready: http://localhost:{port}/  (Ctrl-C ends it)")
        return _wait_until_told(server)


def _wait_until_told(server: "subprocess.Popen[bytes]") -> int:
    """Wait; being told to end is how a server is meant to end, so that counts as success."""
    try:
        return processes.wait(server)
    except SystemExit:
        say("Ending")
        return 0


def _wait_until_ready(server: "subprocess.Popen[bytes]", host: str, port: int) -> bool:
    deadline = time.monotonic() + READY_WITHIN
    status = "no answer"
    while server.poll() is None:
        status = _health(host, port)
        if status == "200":
            return True
        if time.monotonic() > deadline:
            raise SystemExit(f"The server is not healthy after {READY_WITHIN:.0f} s: /healthz says {status}")
        time.sleep(0.1)
    return False


def _health(host: str, port: int) -> str:
    """The status of /healthz as text; not through a proxy, whatever http_proxy says."""
    connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return str(connection.getresponse().status)
    except OSError as error:
        return str(error)
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
