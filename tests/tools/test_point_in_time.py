"""Prove that the commands of docs/operations.md bring a database back to a moment before a mistake."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from tools import placing
from tools.clone import ROOT
from tools.cluster import SUPERUSER, Cluster

pytestmark = pytest.mark.long
BLOCK = re.compile(r"<!-- tested: (\w+) -->\n```sh\n(.*?)```", re.DOTALL)


def run(name: str, **variables: str | Path) -> None:
    """A block of the documentation, as PostgreSQL's user."""
    blocks = dict(BLOCK.findall((ROOT / "docs" / "operations.md").read_text()))
    words = {key: str(value) for key, value in variables.items()}
    done = subprocess.run(
        placing.as_server("bash", "-euc", blocks[name]),
        env={**os.environ, **words},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def scalar(cluster: Cluster, query: str) -> object:
    with psycopg.connect(cluster.url(SUPERUSER, "wangge"), autocommit=True) as session:
        row = session.execute(query).fetchone()
        assert row
        return row[0]


def test_a_dropped_table_is_there_again_with_all_that_came_after_the_copy(cluster_of, open_folder):
    cluster = cluster_of("moment")
    with cluster.in_use():
        pass
    data, archive, base = cluster.data, open_folder / "wal", cluster.files / "base"
    archive.mkdir()
    placing.give_to_server(archive)
    run("archive", DATA=data, ARCHIVE=archive)
    with cluster.in_use():
        superuser = cluster.url(SUPERUSER, "wangge")
        with psycopg.connect(superuser, autocommit=True) as session:
            session.execute("CREATE TABLE kept AS SELECT 1 AS n")
            run("base", SUPERUSER=superuser, BASE=base)
            session.execute("INSERT INTO kept VALUES (2)")
            moment = scalar(cluster, "SELECT clock_timestamp()::text")
            time.sleep(1)
            session.execute("DROP TABLE kept")
            session.execute("SELECT pg_switch_wal()")
            while scalar(cluster, "SELECT archived_count FROM pg_stat_archiver") == 0:
                time.sleep(0.1)
    run("recover", DATA=data, ARCHIVE=archive, BASE=base, TIME=moment)
    with cluster.in_use():
        while scalar(cluster, "SELECT pg_is_in_recovery()"):
            time.sleep(0.1)
        assert scalar(cluster, "SELECT array_agg(n ORDER BY n) FROM kept") == [1, 2]
        with psycopg.connect(cluster.url(SUPERUSER, "wangge")) as session:
            session.execute("CREATE TABLE goes_on ()")  # writable again
    shutil.rmtree(archive)
