"""A database with the sample city in it, loaded once for all tests that want one, and copied for each.

Loading preset S takes half a minute, a copy a second. The original stays in the tests' cluster and is made anew
when what it is made from has changed; processes that want it at the same time wait for the first.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests import serving
from tools import stamps

ROOT = Path(settings.BASE_DIR)
LOADING = 0x63697479
"""Advisory lock ("city" in ASCII)."""
KEYS = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}


@contextmanager
def copied(suffix: str) -> Iterator[str]:
    """The URL of a copy that may be written to; dropped at the end."""
    where = _where()
    # Of two test processes each has copies of its own; its name is in the database's only once that was asked for.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    base = str(settings.DATABASES["default"]["NAME"]).removeprefix("test_").removesuffix(f"_{worker}")
    name = "_".join(part for part in (base, worker, suffix) if part)
    copy = sql.Identifier(name)
    with psycopg.connect(make_conninfo(dbname="postgres", **where), autocommit=True) as admin:
        original = sql.Identifier(_original(admin, where))
        serving.drop(admin, name)
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(copy, original))
        try:
            yield _url(where, name)
        finally:
            serving.drop(admin, name)


def _where() -> dict[str, str]:
    default = settings.DATABASES["default"]
    return {key: str(default[name]) for key, name in KEYS.items() if default.get(name)}


def _url(where: dict[str, str], name: str) -> str:
    login = ":".join(where[key] for key in ("user", "password") if key in where)
    query = "&".join(f"{key}={where[key]}" for key in ("host", "port") if key in where)
    return f"postgres://{login}@/{name}?{query}"


def _original(admin: psycopg.Connection, where: dict[str, str]) -> str:
    """The name of the loaded city's database; nobody connects to it, so that it can be copied at any time."""
    name = f"wangge_city_{_made_from()[:12]}"
    admin.execute("SELECT pg_advisory_lock(%s)", [LOADING])
    try:
        there = [
            row[0] for row in admin.execute("SELECT datname FROM pg_database WHERE datname ~ '^wangge_city_'")
        ]
        if name not in there:
            for old in there:
                serving.drop(admin, old)
            _load(admin, where, f"{name}_new")
            renaming = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            admin.execute(renaming.format(sql.Identifier(f"{name}_new"), sql.Identifier(name)))
    finally:
        admin.execute("SELECT pg_advisory_unlock(%s)", [LOADING])
    return name


def _made_from() -> str:
    folders = [*ROOT.glob("*/migrations"), *ROOT.glob("*/sql"), *ROOT.glob("*/declarations*"), ROOT / "data"]
    sources = [path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*"))]
    return stamps.digest([path for path in sources if path.suffix in (".py", ".sql", ".csv", ".json")])


def _load(admin: psycopg.Connection, where: dict[str, str], name: str) -> None:
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    environment = {**os.environ, "DATABASE_URL": _url(where, name), "WANGGE_DB_POOL": "0"}
    for command in (["migrate", "-v0"], ["load_sample", "--preset", "S"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
