"""What every test may use: raw sessions of its own, beside Django's connection."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import connection
from django.utils import translation
from psycopg.conninfo import make_conninfo

from gis_core import scope
from tests import serving


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """Tests share a thread, where a stream that nobody has read to its end would still be its request's."""
    scope.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests first: they take longest, and processes that share files end together only so."""
    items.sort(key=lambda item: "web" not in item.path.parts)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Tests read messages in English, as they stand in the code; a request still gets what it asks for."""
    with translation.override("en"):
        yield


@pytest.fixture
def session(transactional_db: None) -> Iterator[Callable[[], psycopg.Connection]]:
    """Open raw psycopg sessions on the test database, as psql or another program would; closed at the end."""
    wanted = connection.get_connection_params()
    keys = ("host", "port", "user", "password", "dbname")
    with serving.sessions(make_conninfo(**{key: wanted[key] for key in keys if wanted.get(key)})) as connect:
        yield connect
