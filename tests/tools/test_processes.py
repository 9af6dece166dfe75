"""Ending: nothing that a command started is left, however it is told to end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.waiting import wait_until
from tools.clone import ROOT
from tools.cluster import Cluster

# Like tools.serve, with a stub for the server.
SUPERVISOR = """
import sys
from pathlib import Path
from tools import processes
from tools.cluster import Cluster

processes.end_on_signals()
processes.PATIENCE = 0.5
folder = Path(sys.argv[1])
with Cluster(folder / "clone/pg", durable=False).in_use():
    with processes.child(["sh", "-c", sys.argv[2]], cwd=folder) as server:
        server.wait()
"""

# It has a child of its own and ignores a polite end.
STUBBORN = "trap '' TERM; sleep 1000 & echo > started; wait; sleep 1000"
POLITE = "echo > started; exec sleep 1000"

Supervisor = subprocess.Popen[bytes]
Supervise = Callable[[str], Supervisor]


@pytest.fixture
def supervise(cluster_of: Callable[[str], Cluster], open_folder: Path) -> Iterator[Supervise]:
    """Starts a supervisor with its database and the given stub as its server, and waits until both run."""
    cluster_of("clone")
    started = open_folder / "started"
    started.unlink(missing_ok=True)
    processes: list[Supervisor] = []

    def start(stub: str) -> Supervisor:
        command = [sys.executable, "-c", SUPERVISOR, str(open_folder), stub]
        process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)})
        processes.append(process)
        wait_until(lambda: started.exists() or process.poll() is not None)
        assert process.poll() is None
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


def database_server(folder: Path) -> psutil.Process:
    pid_file = Cluster(folder / "clone/pg").data / "postmaster.pid"
    return psutil.Process(int(pid_file.read_text().splitlines()[0]))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_supervisor_leaves_no_process(
    supervise: Supervise, open_folder: Path, number: signal.Signals
) -> None:
    supervisor = supervise(STUBBORN)
    database = database_server(open_folder)
    own = psutil.Process(supervisor.pid).children(recursive=True)
    assert len(own) >= 2  # the stub and its child
    supervisor.send_signal(number)
    time.sleep(0.1)
    supervisor.send_signal(number)  # an impatient second one does not cut the cleaning short
    assert supervisor.wait(60) == 128 + number
    _gone, alive = psutil.wait_procs([*own, database], timeout=5)
    assert not alive


def test_a_killed_supervisor_takes_its_server_along(supervise: Supervise) -> None:
    supervisor = supervise(POLITE)
    (server,) = psutil.Process(supervisor.pid).children()
    supervisor.kill()
    _gone, alive = psutil.wait_procs([server], timeout=10)
    assert not alive


KEEPER = """
import sys, time
from tools import processes

processes.end_on_signals()
processes.AGAIN_AFTER = 0.1
with processes.kept(["sh", "-c", "echo $$ >> " + sys.argv[1] + "; exec sleep 1000"]):
    time.sleep(1000)
"""


def test_a_kept_program_is_started_again_and_ends_with_its_keeper(tmp_path: Path) -> None:
    traces = tmp_path / "pids"
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(traces)], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    try:
        wait_until(lambda: traces.exists() and len(traces.read_text().split()) == 1)
        os.kill(int(traces.read_text().split()[0]), signal.SIGKILL)
        wait_until(lambda: len(traces.read_text().split()) == 2)
        kept = psutil.Process(int(traces.read_text().split()[1]))
        keeper.send_signal(signal.SIGTERM)
        assert keeper.wait(30) == 128 + signal.SIGTERM
        psutil.wait_procs([kept], timeout=5)
        assert not kept.is_running()
    finally:
        keeper.kill()
        keeper.wait()
