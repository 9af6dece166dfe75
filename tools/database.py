"""Which database the tools work with: the private cluster of this clone, or the one that DATABASE_URL names."""

import contextlib
import os
from collections.abc import Iterator
from typing import NamedTuple

from tools.clone import STATE
from tools.cluster import Cluster, libpq_free_environment

MAIN = Cluster(STATE / "pg")
TEST = Cluster(STATE / "test" / "pg", durable=False)


class Urls(NamedTuple):
    """libpq URLs of one database: as its owner, as the role that the server runs as, and as that of raster maps."""

    owner: str
    app: str
    raster: str


@contextlib.contextmanager
def running(cluster: Cluster) -> Iterator[Urls]:
    """The URLs of a running database, for the length of the block."""
    if named := _named():
        yield named
        return
    with cluster.in_use():
        yield _urls(cluster)


def kept_up(cluster: Cluster) -> contextlib.AbstractContextManager[None]:
    """Have the private cluster started again should it be killed; somebody else's database is theirs to keep."""
    return contextlib.nullcontext() if _named() else cluster.kept_up()


def already_running() -> Urls:
    """The URLs of the database, starting nothing; SystemExit if the private one does not run."""
    if named := _named():
        return named
    if not MAIN.is_running():
        raise SystemExit("The database of this clone is not running. Start it with: make run")
    return _urls(MAIN)


def environment(url: str) -> dict[str, str]:
    """The environment in which Django's commands and the server work on that database."""
    return libpq_free_environment() | {"DATABASE_URL": url, "WANGGE_STATE": str(STATE)}


def _named() -> Urls | None:
    url = os.environ.get("DATABASE_URL")
    return Urls(url, url, url) if url else None


def _urls(cluster: Cluster) -> Urls:
    return Urls(cluster.url("wangge"), cluster.url("wangge_app"), cluster.url("wangge_raster"))
