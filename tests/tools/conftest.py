"""Clusters in folders of their own, gone again after the test."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.cluster import Cluster


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach, as a clone in /srv is (pytest's own tmp_path is private)."""
    with tempfile.TemporaryDirectory(prefix="wangge-test-") as path:
        Path(path).chmod(0o755)
        yield Path(path)


@pytest.fixture(scope="module")
def cluster_of(open_folder: Path) -> Iterator[Callable[[str], Cluster]]:
    """Names the cluster of a clone in `open_folder`; whatever came of it is deleted at the end."""
    named: list[Cluster] = []

    def name(clone: str) -> Cluster:
        named.append(Cluster(open_folder / clone / "pg", durable=False))
        return named[-1]

    yield name
    for cluster in named:
        cluster.stop_if_unused()
        shutil.rmtree(cluster.files, ignore_errors=True)
