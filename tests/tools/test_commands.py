"""What the make targets print and refuse."""

import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

from tools.clone import ROOT


def make(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *words], cwd=ROOT, env={**clean, **environment}, capture_output=True, text=True, check=False
    )


def test_dsn_prints_a_url_and_nothing_else() -> None:
    url = "postgresql://someone@127.0.0.1:1/some"
    printed = make("-s", "dsn", DATABASE_URL=url)
    assert (printed.stdout, printed.stderr, printed.returncode) == (f"{url}\n", "", 0)


def test_dsn_starts_nothing_and_says_what_would(tmp_path: Path) -> None:
    printed = make("-s", "dsn", DATABASE_URL="", WANGGE_STATE=str(tmp_path / "state"))
    assert printed.stdout == ""
    assert printed.returncode != 0
    assert "make run" in printed.stderr
    assert not (tmp_path / "state").exists()


def test_dsn_refuses_an_unknown_role_and_names_the_known() -> None:
    printed = make("-s", "dsn", "ROLE=root")
    assert printed.returncode != 0
    assert "owner, app" in printed.stderr


@pytest.mark.parametrize(
    ("setting", "message"),
    [("PORT=http", "from 1 to 65535"), ("PORT=70000", "from 1 to 65535"), ("SAMPLE=XL", "S, M, L, none")],
)
def test_run_refuses_what_it_does_not_know_and_says_what_is_allowed(
    tmp_path: Path, setting: str, message: str
) -> None:
    printed = make("run", setting, WANGGE_STATE=str(tmp_path))
    assert printed.returncode != 0
    assert message in printed.stderr


def test_run_names_a_port_that_is_taken_before_it_starts_anything(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        printed = make("run", f"PORT={port}", WANGGE_STATE=str(tmp_path))
    assert printed.returncode != 0
    assert f"Port {port} is taken" in printed.stderr
    assert not (tmp_path / "pg").exists()


def test_stop_is_content_when_nothing_runs(tmp_path: Path) -> None:
    printed = make("stop", WANGGE_STATE=str(tmp_path))
    assert printed.returncode == 0
    assert "Nothing runs" in printed.stderr


def test_help_lists_every_target() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    printed = make("help").stdout
    assert [name for name in targets if f"make {name} " not in printed] == []
