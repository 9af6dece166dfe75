"""`make backup [FILE=path]`: one consistent state of the database, with every photo that it names, as one file.

The server may go on meanwhile. The database is read under one snapshot. Photos are written before the row that names
them and are never changed, so all that the snapshot names are there when they are copied after it was taken.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools import archive, database, processes
from tools.clone import STATE, make_state, say
from tools.cluster import BIN, libpq_free_environment

ABOUT = """
SELECT json_build_object(
  'snapshot', pg_export_snapshot(),
  'server', current_setting('server_version'),
  'extensions', (SELECT json_agg(extname ORDER BY oid) FROM pg_extension WHERE extname <> 'plpgsql'),
  'roles', (SELECT json_agg(DISTINCT r.rolname) FROM pg_roles r JOIN pg_shdepend d ON d.refobjid = r.oid
            AND d.refclassid = 'pg_authid'::regclass AND d.deptype IN ('a', 'r')
            WHERE d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())),
  'photos', (SELECT json_agg(DISTINCT sha256) FROM incidents_photo));
"""
"""Roles: those that something is granted to, or that a policy names."""


def main(file: str) -> None:
    """Write the backup; SystemExit if it cannot be, and then there is no file of that name but an older one."""
    processes.end_on_signals()
    make_state()
    path = Path(file).absolute() if file else STATE / "backups" / f"wangge-{_now():%Y%m%d-%H%M%S}.tar"
    with database.running(database.MAIN) as urls, _written(path) as writer, _snapshot(urls.owner) as about:
        _add_database(writer, urls.owner, about.pop("snapshot"), path.parent)
        photos = about.pop("photos") or []
        _add_photos(writer, photos)
        if (STATE / "secret_key").exists():
            writer.add(archive.KEY, STATE / "secret_key")
        writer.finish({"made": _now().isoformat(timespec="seconds"), **about})
    say(f"{path}: the database and {len(photos)} photos, {path.stat().st_size / 1e6:.1f} MB. Keep it secret.")


def program(name: str) -> str:
    """One of PostgreSQL's client programs."""
    return str(BIN / name) if (BIN / name).exists() else name


def _now() -> datetime:
    return datetime.now(UTC)


@contextlib.contextmanager
def _written(path: Path) -> Iterator[archive.Writer]:
    try:
        writer = archive.Writer(path)
    except OSError as error:
        raise SystemExit(f"Cannot write {path}: {error.strerror}") from error
    try:
        yield writer
    except BaseException as failure:
        writer.abandon()
        if isinstance(failure, OSError):
            raise SystemExit(f"No backup was made: {failure}") from failure
        raise


@contextlib.contextmanager
def _snapshot(url: str) -> Iterator[dict[str, Any]]:
    """Keep one snapshot of the database open for others to read under; yields what ABOUT says of it."""
    command = [program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", url]
    psql = subprocess.Popen(
        command, env=libpq_free_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert psql.stdin is not None
    assert psql.stdout is not None
    try:
        psql.stdin.write(f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n{ABOUT}\n")
        psql.stdin.flush()
        answer = psql.stdout.readline()
        if not answer:
            raise SystemExit("No backup was made: the database does not answer (see above)")
        yield json.loads(answer)
    finally:
        psql.kill()
        psql.wait()


def _add_database(writer: archive.Writer, url: str, snapshot: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".wangge-backup-") as place:
        dump = Path(place) / archive.DUMP
        # Whose the objects are is settled where they are restored; the rows of spatial_ref_sys come with PostGIS.
        command = [
            program("pg_dump"), "--format=custom", "--compress=3", "--no-owner", f"--snapshot={snapshot}",
            "--exclude-table-data=spatial_ref_sys", f"--file={dump}", url,
        ]  # fmt: skip
        done = subprocess.run(command, env=libpq_free_environment(), check=False)
        if done.returncode:
            raise SystemExit("No backup was made: pg_dump failed (see above)")
        writer.add(archive.DUMP, dump)


def _add_photos(writer: archive.Writer, digests: list[str]) -> None:
    folder = STATE / "media"
    for digest in digests:
        inside = Path("incidents") / digest[:2] / f"{digest}.jpg"
        writer.add(f"media/{inside}", folder / inside)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
