"""Prove that a backup made while people write is one whole state, and comes back whole or not at all."""

import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from PIL import Image
from psycopg import sql

from tests import sample_city, tokens
from tests.serving import server
from tools import archive
from tools.clone import ROOT
from tools.cluster import Cluster

TOKEN = "0123456789abcdef0123456789abcdef01234567"
POINT = "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_PointOnSurface(geom) AS p FROM gis_core_area WHERE tier = 'grid') x"
NUMBERS_OF_THE_CLUSTER = {  # tools/restored.sql
    "incidents_step": ["transaction"],
    "tile_cache_layer": ["horizon"],
    "tile_cache_change": None,
}


def tool(name: str, state: Path, file: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """`make backup` or `make restore` for the clone whose state lies in this folder."""
    kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "FORCE")}
    return subprocess.run(
        ["/usr/bin/python3", "-B", "-m", f"tools.{name}", str(file)],
        cwd=ROOT,
        env={**kept, "WANGGE_STATE": str(state), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


class Writer(threading.Thread):
    """Somebody who reports with a photo each time, until told to stop; `numbers` are the accepted reports."""

    def __init__(self, address: str, points: list[tuple[float, float]]) -> None:
        super().__init__(daemon=True)
        self.address, self.points = address, points
        self.numbers: list[str] = []
        self.refused: list[str] = []
        self.leave = threading.Event()

    def run(self) -> None:
        with httpx.Client(headers={"Authorization": f"Token {TOKEN}"}, trust_env=False, timeout=30) as client:
            for lon, lat in self.points:
                if self.leave.is_set():
                    return
                answer = client.post(
                    f"{self.address}/api/v1/incidents/",
                    data={"item": "26", "description": "x", "lon": lon, "lat": lat, "crs": "4490"},
                    files={"photos": ("a.jpg", noise(), "image/jpeg")},
                )
                if answer.status_code == 201:
                    self.numbers.append(answer.json()["number"])
                else:
                    self.refused.append(answer.text)


def noise() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 90).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def wait_for(writer: Writer, count: int) -> None:
    while len(writer.numbers) < count:
        assert writer.is_alive(), writer.refused
        assert not writer.refused
        threading.Event().wait(0.02)


@pytest.fixture(scope="module")
def backups(open_folder: Path) -> Iterator[dict[str, object]]:
    """A city with a server and a writer on it, backed up in the middle of the writing and after it."""
    state = open_folder / "source"
    with sample_city.copied("backup") as url:
        with psycopg.connect(url) as raw:
            tokens.put(raw, "worker", TOKEN)
            points = raw.execute(POINT).fetchall()
        with server(url, WANGGE_STATE=str(state)) as running:
            writer = Writer(running.address, points * 20)
            writer.start()
            wait_for(writer, 5)
            before = list(writer.numbers)
            during = tool("backup", state, open_folder / "during.tar", DATABASE_URL=url)
            assert during.returncode == 0, during.stderr
            assert len(writer.numbers) > len(before), "nobody wrote while the backup was made"
            writer.leave.set()
            writer.join()
        after = tool("backup", state, open_folder / "after.tar", DATABASE_URL=url)
        assert after.returncode == 0, after.stderr
        with psycopg.connect(url) as raw:
            contents = everything(raw)
        yield {"folder": open_folder, "before": before, "all": writer.numbers, "contents": contents}


@pytest.fixture(scope="module")
def second(backups: dict[str, object], open_folder: Path) -> Iterator[Path]:
    """The state folder of another clone, with an empty cluster of its own that runs for the length of the tests."""
    state = open_folder / "second"
    state.mkdir()
    cluster = Cluster(state / "pg")
    with cluster.in_use():
        yield state


def url_of(state: Path, role: str = "wangge") -> str:
    return Cluster(state / "pg").url(role)


def everything(raw: psycopg.Connection) -> dict[str, tuple[int, str]]:
    """Count and checksum of every table, and where every sequence stands."""
    found = {}
    raw.execute("SET TimeZone = 'UTC'")
    names = raw.execute(
        "SELECT relname, relkind::text FROM pg_class c"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1"
    ).fetchall()
    for name, kind in names:
        table = sql.Identifier(name)
        if kind == "S":
            query = sql.SQL("SELECT last_value, is_called::text FROM {}").format(table)
        else:
            left_out = NUMBERS_OF_THE_CLUSTER.get(name, [])
            if left_out is None:
                continue
            query = sql.SQL(
                "SELECT count(*), md5(coalesce(string_agg(h, '' ORDER BY h), '')) FROM"
                " (SELECT md5((to_jsonb(t) - {}::text[])::text || coalesce({}, '')) AS h FROM {} t) x"
            ).format(sql.Literal(left_out), _exact(raw, name), table)
        found[name] = raw.execute(query).fetchone()
    return found


def _exact(raw: psycopg.Connection, name: str) -> sql.Composable:
    """The geometries byte for byte: JSON rounds them."""
    columns = raw.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND atttypid = 'geometry'::regtype"
        " AND attnum > 0 AND NOT attisdropped",
        [name],
    ).fetchall()
    parts = [sql.SQL("t.{}::text").format(sql.Identifier(column)) for (column,) in columns]
    return sql.SQL("concat({})").format(sql.SQL(", ").join(parts)) if parts else sql.SQL("''")


def test_a_damaged_backup_changes_nothing(backups, second, open_folder):
    whole = (open_folder / "after.tar").read_bytes()
    broken = open_folder / "broken.tar"
    at = whole.index(b"PGDMP") + 5000
    for content in (
        whole[: len(whole) // 2],
        whole[: len(whole) // 2 // 512 * 512],
        whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
        b"no backup",
        b"",
    ):
        broken.write_bytes(content)
        refused = tool("restore", second, broken)
        assert refused.returncode != 0
        assert "damaged" in refused.stderr
        with psycopg.connect(url_of(second)) as raw:
            assert everything(raw) == {}
        assert not (second / "media").exists()


def test_what_was_backed_up_while_people_wrote_is_one_whole_state(backups, second, open_folder):
    done = tool("restore", second, open_folder / "during.tar")
    assert done.returncode == 0, done.stderr
    with psycopg.connect(url_of(second)) as raw:
        found = {number for (number,) in raw.execute("SELECT number FROM incidents_incident")}
        assert set(backups["before"]) <= found
        without_step = (
            "SELECT count(*) FROM incidents_incident i"
            " WHERE NOT EXISTS (SELECT FROM incidents_step s WHERE s.incident_id = i.id)"
        )
        assert raw.execute(without_step).fetchone() == (0,)
        named = {digest for (digest,) in raw.execute("SELECT sha256 FROM incidents_photo")}
        assert len(named) >= len(backups["before"])
    assert named == {path.stem for path in (second / "media").rglob("*.jpg")}


def test_a_full_database_is_replaced_only_when_that_is_said_and_then_wholly(backups, second, open_folder):
    refused = tool("restore", second, open_folder / "after.tar")
    assert refused.returncode != 0
    assert "FORCE=1" in refused.stderr
    with psycopg.connect(url_of(second)) as other:
        refused = tool("restore", second, open_folder / "after.tar", FORCE="1")
        assert "1 other sessions" in refused.stderr
        assert other.execute("SELECT count(*) FROM incidents_incident").fetchone() != (len(backups["all"]),)
    done = tool("restore", second, open_folder / "after.tar", FORCE="1")
    assert done.returncode == 0, done.stderr
    with psycopg.connect(url_of(second)) as raw:
        restored = everything(raw)
    wanted = backups["contents"]
    assert {
        name: (wanted.get(name), restored.get(name))
        for name in wanted.keys() | restored.keys()
        if wanted.get(name) != restored.get(name)
    } == {}
    rows = sum(row[0] for name, row in restored.items() if not name.endswith("_seq"))
    assert rows > 10_000


def test_the_restored_database_defends_itself_as_before(backups, second):
    with psycopg.connect(url_of(second)) as raw:
        raw.execute(
            "DELETE FROM gis_core_area WHERE code = (SELECT max(code) FROM gis_core_area WHERE tier = 'grid')"
        )
        with pytest.raises(psycopg.errors.CheckViolation):
            raw.commit()
        assert raw.execute("SELECT count(*) FROM audit_broken()").fetchone() == (0,)
        assert raw.execute("SELECT count(*) FROM gis_core_auditentry").fetchone() != (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute("UPDATE gis_core_auditentry SET who = 'x'")
        raw.rollback()
        broken = "SELECT count(*) FROM incidents_incident WHERE incident_timeline_broken(id) IS NOT NULL"
        assert raw.execute(broken).fetchone() == (0,)
    with psycopg.connect(url_of(second, "wangge_app")) as app:
        assert app.execute("SELECT count(*) FROM gis_core_area").fetchone() != (0,)
        assert app.execute("SELECT count(*) FROM incidents_incident").fetchone() == (0,)
        app.execute("SELECT set_config('wangge.user', 'system', false)")
        assert app.execute("SELECT count(*) FROM incidents_incident").fetchone() == (len(backups["all"]),)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine ()")
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(url_of(second, "wangge_raster")) as raster, refused:
        raster.execute("SELECT FROM incidents_incident")
    checked = subprocess.run(
        [sys.executable, "manage.py", "verify_audit"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url_of(second)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_a_photo_that_is_missing_leaves_no_backup(backups, second, open_folder):
    next((second / "media").rglob("*.jpg")).unlink()
    failed = tool("backup", second, open_folder / "none.tar")
    assert failed.returncode != 0
    assert ".jpg" in failed.stderr
    assert not list(open_folder.glob("none.tar*"))


def test_a_backup_names_nothing_outside_its_folder(tmp_path):
    outside = archive.Writer(tmp_path / "evil.tar")
    outside.add("../evil", Path(__file__))
    outside.finish({})
    (tmp_path / "in").mkdir()
    with pytest.raises(archive.Damaged, match="belongs in no backup"):
        archive.unpack(tmp_path / "evil.tar", tmp_path / "in")
