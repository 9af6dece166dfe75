"""A private PostgreSQL cluster of this clone: made, started, shared and stopped here.

It listens on 127.0.0.1 only, on a port of its own, without a Unix socket (a socket's path may have 107 bytes, a
clone's path more). Whoever needs it holds a shared lock while he does; the last one to let go stops the server.
"""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from tools import placing, processes, stamps
from tools.clone import locked, locked_at_once, say

BIN = Path("/usr/lib/postgresql/15/bin")
BOOTSTRAP = Path(__file__).with_name("bootstrap.sql")
SUPERUSER = "postgres"
ROLES = ("wangge", "wangge_app", "wangge_raster")
"""The owner, the server, the raster engine: bootstrap.sql says what each may do."""
# Below the kernel's ephemeral range (32768 up), so that no outgoing connection sits on a recorded port.
PORTS = range(20000, 30000)

SETTINGS = """\
# Written at every start from tools/cluster.py: changes belong there, or into postgresql.conf below the include.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
shared_buffers = 256MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
random_page_cost = 1.1
# Compiling costs more than it saves on queries of milliseconds (tiles, area_at).
jit = off
"""
# A test cluster is thrown away after a crash, so it need not wait for the disk.
THROWAWAY = """\
fsync = off
synchronous_commit = off
full_page_writes = off
"""
# Test runs make databases of their own, and try to get round the guard as only a superuser could.
FOR_TESTS = """\
ALTER ROLE wangge CREATEDB;
GRANT SET ON PARAMETER deadlock_timeout, session_replication_role TO wangge;
"""


class Record(TypedDict):
    """What .local/pg.json holds, readable by its owner only."""

    port: int
    passwords: dict[str, str]
    bootstrap: str


@dataclass(frozen=True)
class Cluster:
    """The cluster whose files lie in `home`; `durable` is false for the tests'."""

    home: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.files / "data"

    @property
    def files(self) -> Path:
        """Where the files really lie: the server could not follow a link from inside a private folder."""
        return self.home.resolve()

    @property
    def record_file(self) -> Path:
        return self.home.with_name(f"{self.home.name}.json")

    @property
    def users_lock(self) -> Path:
        return self.home.with_name(f"{self.home.name}.users")

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Have the server run for the length of this block, and stop it afterwards unless others use it."""
        try:
            with locked(self.users_lock, shared=True):
                self.start()
                yield
        finally:
            with processes.deferred():
                self.stop_if_unused()

    def start(self) -> None:
        """Make the cluster if there is none, and start its server if it does not run."""
        with locked(self.home.with_name(f"{self.home.name}.lock")), processes.deferred():
            if self.is_running():
                return
            self._make()
            self._launch()
            self._bootstrap()

    @contextlib.contextmanager
    def kept_up(self) -> Iterator[None]:
        """Start the server again should it be killed while this block runs, for whoever is connected comes back."""

        def keep(leaving: threading.Event) -> None:
            while not leaving.wait(1.0):
                if not self.is_running():
                    with (
                        locked(self.home.with_name(f"{self.home.name}.lock")),
                        contextlib.suppress(SystemExit),
                    ):
                        say("PostgreSQL has ended; starting it again")
                        self._launch()

        with processes.beside(keep):
            yield

    def stop_if_unused(self) -> bool:
        """Stop the server unless somebody holds it in use; says whether it is stopped now."""
        with locked_at_once(self.users_lock) as alone:
            if alone and self.is_running():
                self._pg_ctl("stop", "-m", "fast", "-w", "-t", "60")
            return alone

    def is_running(self) -> bool:
        """Whether this cluster's server runs. A server works inside its data folder, which tells it from a process
        that has got its number since, and from the server of the clone that this one was copied from."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            return Path(f"/proc/{pid}/cwd").resolve(strict=True) == self.data.resolve()
        except (OSError, ValueError):
            return False

    def url(self, role: str, database: str = "wangge") -> str:
        """The libpq URL for one of the roles: postgres (the superuser) and ROLES."""
        record = self.record()
        return f"postgresql://{role}:{record['passwords'][role]}@127.0.0.1:{record['port']}/{database}"

    def record(self) -> Record:
        """Port and passwords. SystemExit if the cluster was never made."""
        if not self.record_file.exists():
            raise SystemExit(
                f"There is no database here yet ({self.record_file} is missing). Start with: make run"
            )
        record: Record = json.loads(self.record_file.read_text())
        return record

    def _save(self, record: Record) -> None:
        new = self.record_file.with_name(f"{self.record_file.name}.new")
        new.touch(mode=0o600)
        new.write_text(json.dumps(record, indent=2))
        new.rename(self.record_file)

    def _make(self) -> None:
        """Initialise the files, under another name until they are complete: a killed initdb leaves no half cluster."""
        placing.make_home(self.home)
        if self.data.exists():
            return
        say(f"Making a PostgreSQL cluster in {self.home}")
        passwords = {role: secrets.token_hex(16) for role in (SUPERUSER, *ROLES)}
        record = Record(port=0, passwords=passwords, bootstrap="")
        self._save(record)
        half = self.files / "half-made"
        subprocess.run(["rm", "-rf", half], check=True)
        self._initdb(half, record["passwords"][SUPERUSER])
        with (half / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude 'wangge.conf'\n")
        half.rename(self.data)

    def _initdb(self, folder: Path, password: str) -> None:
        password_file = self.files / "initial-password"
        password_file.touch(mode=0o600)
        password_file.write_text(password)
        placing.give_to_server(password_file)
        try:
            _run(
                placing.as_server(
                    BIN / "initdb", "-D", folder, "-U", SUPERUSER, f"--pwfile={password_file}",
                    "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
                )
            )  # fmt: skip
        finally:
            password_file.unlink()

    def _launch(self) -> None:
        """Start the server on the recorded port, or on another one if that is taken."""
        record = self.record()
        # A pid file that is not of this server's own process is stale, and would stop it if the number lives again.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for _ in range(5):
            if not _is_free(record["port"]):
                record["port"] = _free_port()
                self._save(record)
            self._write_settings(record["port"])
            if self._pg_ctl("start", "-w", "-t", "60", "-l", self.files / "log"):
                return
        raise SystemExit(f"PostgreSQL does not start. The end of {self.home / 'log'}:\n{self._log_end()}")

    def _write_settings(self, port: int) -> None:
        path = self.data / "wangge.conf"
        path.write_text(SETTINGS.format(port=port) + ("" if self.durable else THROWAWAY))
        placing.give_to_server(path)

    def _pg_ctl(self, *arguments: str | Path) -> bool:
        return _succeeds(placing.as_server(BIN / "pg_ctl", "-D", self.data, *arguments))

    def _log_end(self) -> str:
        log = self.files / "log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-10:]) if log.exists() else ""

    def _bootstrap(self) -> None:
        """Create roles, extension and database: once, and again when bootstrap.sql has changed."""
        record = self.record()
        wanted = stamps.digest([BOOTSTRAP], "" if self.durable else FOR_TESTS)
        if record["bootstrap"] == wanted:
            return
        for role in ROLES:  # a cluster that is older than a role gets it now
            record["passwords"].setdefault(role, secrets.token_hex(16))
        environment = libpq_free_environment() | {
            "WANGGE_OWNER_PASSWORD": record["passwords"]["wangge"],
            "WANGGE_APP_PASSWORD": record["passwords"]["wangge_app"],
            "WANGGE_RASTER_PASSWORD": record["passwords"]["wangge_raster"],
        }
        last = [] if self.durable else ["-c", FOR_TESTS]
        psql = [str(BIN / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(BOOTSTRAP), *last]
        _run([*psql, self.url(SUPERUSER, "postgres")], environment)
        self._save({**record, "bootstrap": wanted})


def libpq_free_environment() -> dict[str, str]:
    """The environment without libpq's own variables: a PGSSLMODE or PGSERVICE of the user's is for another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _is_free(port: int) -> bool:
    if port not in PORTS:
        return False
    with socket.socket() as probe:
        # As PostgreSQL binds it: what is left of closed connections does not count, or a restart would move.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    """A free port, picked at random, so that two clones starting at once hardly meet; who meets tries again."""
    for _ in range(1000):
        port = secrets.choice(PORTS)
        if _is_free(port):
            return port
    raise SystemExit(f"No free port for PostgreSQL between {PORTS.start} and {PORTS.stop - 1} on 127.0.0.1")


def _succeeds(command: list[str]) -> bool:
    # A session of its own: Ctrl-C at the terminal must not reach a server that is starting.
    # No pipe for its output: the server would hold it open.
    return (
        subprocess.run(
            command,
            cwd="/",
            check=False,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        ).returncode
        == 0
    )


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, env=environment, cwd="/", check=False, start_new_session=True, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"Failed: {command[0]} ...\n{done.stdout}{done.stderr}")
