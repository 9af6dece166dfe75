"""The private cluster: where it may lie, who gets in, and who ends it."""

import os
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from tools import placing
from tools.cluster import SUPERUSER, Cluster

ClusterOf = Callable[[str], Cluster]


@pytest.fixture(scope="module")
def cluster(cluster_of: ClusterOf) -> Cluster:
    """The cluster of one clone; the tests share it, making one takes seconds."""
    return cluster_of("clone")


@pytest.fixture(scope="module")
def neighbour(cluster_of: ClusterOf) -> Cluster:
    """The cluster of another clone on the same machine."""
    return cluster_of("neighbour")


def scalar(url: str, query: str) -> object:
    with psycopg.connect(url) as session:
        row = session.execute(query).fetchone()
        assert row
        return row[0]


def run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(statement)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
def test_a_clone_that_postgres_cannot_reach_has_its_files_outside(
    cluster_of: ClusterOf, open_folder: Path
) -> None:
    (open_folder / "private").mkdir(mode=0o700)
    private = cluster_of("private")
    with private.in_use():
        assert private.home.is_symlink()
        assert private.files.parent == placing.OUTSIDE
        assert scalar(private.url("wangge"), "SELECT postgis_lib_version()")


def test_two_clones_side_by_side_do_not_collide(cluster: Cluster, neighbour: Cluster) -> None:
    with cluster.in_use(), neighbour.in_use():
        port, other_port = cluster.record()["port"], neighbour.record()["port"]
        assert port != other_port
        run(cluster.url("wangge"), "CREATE TABLE mine ()")
        assert scalar(cluster.url("wangge"), "SELECT to_regclass('mine')::text") == "mine"
        assert scalar(neighbour.url("wangge"), "SELECT to_regclass('mine')::text") is None
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(cluster.url("wangge").replace(f":{port}/", f":{other_port}/"))


def test_a_taken_port_is_left_for_another_and_the_data_stay(cluster: Cluster, neighbour: Cluster) -> None:
    with cluster.in_use():
        run(cluster.url("wangge"), "CREATE TABLE kept ()")
    port = cluster.record()["port"]
    neighbour._save({**neighbour.record(), "port": port})
    with neighbour.in_use(), cluster.in_use():
        assert neighbour.record()["port"] == port
        assert cluster.record()["port"] != port
        assert scalar(cluster.url("wangge"), "SELECT to_regclass('kept')::text") == "kept"


def test_the_last_to_let_go_stops_the_server(cluster: Cluster) -> None:
    with cluster.in_use():
        with cluster.in_use():
            pass
        assert cluster.is_running()
    assert not cluster.is_running()


def test_a_process_number_used_again_is_not_taken_for_the_server(cluster: Cluster) -> None:
    with cluster.in_use():
        pass
    pid_file = cluster.data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{cluster.data}\n")
    placing.give_to_server(pid_file)
    assert not cluster.is_running()
    with cluster.in_use():
        assert scalar(cluster.url("wangge"), "SELECT 1") == 1


def test_neither_role_is_a_superuser_and_the_app_owns_nothing(cluster: Cluster) -> None:
    with cluster.in_use():
        for role in ("wangge", "wangge_app"):
            flags = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            assert scalar(cluster.url(role), flags) is False
        owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'wangge'"
        assert scalar(cluster.url("wangge_app"), owner) == "wangge"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(cluster.url("wangge_app"), "CREATE TABLE mine ()")


def test_only_who_may_read_the_password_gets_in_over_loopback(cluster: Cluster) -> None:
    with cluster.in_use():
        assert cluster.record_file.stat().st_mode & 0o777 == 0o600
        assert scalar(cluster.url(SUPERUSER), "SHOW listen_addresses") == "127.0.0.1"
        assert scalar(cluster.url(SUPERUSER), "SHOW unix_socket_directories") == ""
        without_password = cluster.url("wangge").replace(cluster.record()["passwords"]["wangge"], "guess")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(without_password)


def test_the_server_does_not_run_as_root(cluster: Cluster) -> None:
    with cluster.in_use():
        pid = int((cluster.data / "postmaster.pid").read_text().splitlines()[0])
        assert psutil.Process(pid).uids().real != 0
