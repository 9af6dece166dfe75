"""Starting programs and ending them again: nothing that we start outlives us.

`end_on_signals` turns Ctrl-C, SIGTERM and the closing of the terminal into SystemExit, so that `finally` and
`with` blocks put everything away; `deferred` keeps such a signal out of a step that must not be cut in two.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from tools.clone import ROOT

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 10.0  # seconds a program gets to end by itself
AGAIN_AFTER = 1.0  # seconds before a kept program is started again
PR_SET_PDEATHSIG = 1  # linux/prctl.h

_deferring = False
_pending: int | None = None


def end_on_signals() -> None:
    """From now on the first ending signal raises SystemExit(128 + number); later ones do not disturb the cleaning."""
    for number in ENDING:
        signal.signal(number, _on_signal)
    _end_with_make()


def _on_signal(number: int, _frame: FrameType | None) -> None:
    global _pending
    if _deferring:
        _pending = number
        return
    _end(number)


def _end(number: int) -> None:
    for each in ENDING:
        # Not SIG_IGN: the programs that clean up (pg_ctl stop) would inherit that.
        signal.signal(each, lambda *_: None)
    raise SystemExit(128 + number)


@contextlib.contextmanager
def deferred() -> Iterator[None]:
    """Keep an ending signal back until this block is done."""
    global _deferring, _pending
    _deferring = True
    try:
        yield
    finally:
        _deferring = False
        number, _pending = _pending, None
        if number is not None:
            _end(number)


def _end_with_make() -> None:
    """Get SIGTERM should make be killed outright. Only under make: `tools.serve &` may outlive its shell."""
    parent = Path(f"/proc/{os.getppid()}/comm")
    if parent.exists() and parent.read_text().strip() == "make":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def run(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run a step to its end in a session of its own; SystemExit names the step that failed."""
    with child(command, env=env, cwd=cwd) as process:
        status = wait(process)
    if status:
        raise SystemExit(f"Failed with status {status}: {' '.join(map(str, command))}")


@contextlib.contextmanager
def child(
    command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a program in a session of its own; it and what it started have ended when the block is left.

    setpriv has the kernel end it even when this process is killed outright.
    """
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", *command], env=env, cwd=cwd, start_new_session=True
    )
    try:
        yield process
    finally:
        _put_away(process)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def kept(
    command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> Iterator[None]:
    """Keep a program running beside the block: started again whenever it ends, ended when the block is left."""

    def keep(leaving: threading.Event) -> None:
        while not leaving.is_set():
            with child(command, env=env, cwd=cwd) as process:
                while process.poll() is None and not leaving.wait(0.1):
                    pass
            leaving.wait(AGAIN_AFTER)

    # The kernel's word to the program at our death is bound to the thread that started it, so it stays till the end.
    with beside(keep):
        yield


@contextlib.contextmanager
def beside(work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Have a thread do this beside the block; the event tells it that the block is left, which waits for it."""
    leaving = threading.Event()
    thread = threading.Thread(target=work, args=[leaving], name="keeper")
    thread.start()
    try:
        yield
    finally:
        leaving.set()
        thread.join()


def wait(process: subprocess.Popen[bytes]) -> int:
    """Wait for a child's exit status; SystemExit as on SIGHUP when the terminal has closed meanwhile.

    The kernel tells only the leader of the terminal's session. Under `xterm -e make run` that is make, which waits
    for us without passing it on.
    """
    terminal = _terminal()
    try:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(1.0)
            if terminal is not None and _has_closed(terminal):
                _end(signal.SIGHUP)
    finally:
        if terminal is not None:
            os.close(terminal)


def _terminal() -> int | None:
    """A descriptor of the controlling terminal, or None where there is none (a service, CI)."""
    try:
        return os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return None


def _has_closed(terminal: int) -> bool:
    try:
        os.tcgetpgrp(terminal)
    except OSError:
        return True
    return False


def _put_away(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def attended(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> int:
    """Run a program that a person talks to (a shell, pytest with a debugger): same terminal, same group.

    Ctrl-C reaches it from the terminal, so it first gets the time to end by itself. Returns its exit status.
    """
    process = subprocess.Popen(list(command), env=env, cwd=cwd)
    try:
        return process.wait()
    except SystemExit:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE if _from_terminal() else 0)
        _put_away(process)
        raise


def _from_terminal() -> bool:
    return os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()


def wait_until_gone(pid: int, seconds: float) -> bool:
    """Wait for a process that is not our child to end; says whether it did."""
    deadline = time.monotonic() + seconds
    while Path(f"/proc/{pid}").exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
