"""`make restore FILE=path [FORCE=1]`: put the state of a backup into the database, wholly or not at all.

The file is checked to its last byte before the database is touched. All that follows is one transaction: whatever
goes wrong in it, the database is what it was.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

from tools import archive, database, processes
from tools.backup import program
from tools.clone import STATE, locked_at_once, make_state, say
from tools.cluster import libpq_free_environment
from tools.serve import SERVER_LOCK

RENEW = Path(__file__).with_name("restored.sql")
TABLES = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
"""
ROLES = "SELECT rolname FROM pg_roles"


def main(file: str, force: bool) -> None:
    """Restore; SystemExit says why not, and then nothing has changed."""
    processes.end_on_signals()
    path = Path(file).absolute()
    if not file or not path.is_file():
        raise SystemExit(f"Say which backup: make restore FILE=path.tar ({file or 'FILE'} is no file)")
    make_state()
    with locked_at_once(SERVER_LOCK) as alone:
        if not alone:
            raise SystemExit("Wangge runs from this clone. End it first: make stop")
        with tempfile.TemporaryDirectory(dir=STATE, prefix="restore-") as place:
            manifest = _unpacked(path, Path(place))
            with database.running(database.MAIN) as urls:
                _refuse(urls.owner, manifest, force)
                _restore_photos(Path(place))
                _restore_database(urls.owner, Path(place), manifest)
            _restore_key(Path(place))
        shutil.rmtree(STATE / "tiles", ignore_errors=True)
    say(f"Restored the state of {manifest['made']}. Go on with: make run")


def _unpacked(path: Path, place: Path) -> dict[str, Any]:
    try:
        return archive.unpack(path, place)
    except archive.Damaged as damage:
        raise SystemExit(f"{path} is damaged: {damage}. Nothing was changed.") from damage
    except OSError as error:
        raise SystemExit(f"Cannot read {path}: {error}. Nothing was changed.") from error


def _refuse(url: str, manifest: dict[str, Any], force: bool) -> None:
    if _asked(url, TABLES) != ["0"] and not force:
        raise SystemExit(
            "The database is not empty. Back it up, then say FORCE=1 to have everything in it replaced."
        )
    if (others := _asked(url, OTHERS)) != ["0"]:
        raise SystemExit(f"{others[0]} other sessions use the database. End them first; nothing was changed.")
    if missing := sorted(set(manifest["roles"] or []) - set(_asked(url, ROLES))):
        raise SystemExit(
            f"The backup grants rights to {', '.join(missing)}, and there is no such role here. "
            "Make them first (tools/bootstrap.sql says how); nothing was changed."
        )


def _asked(url: str, query: str) -> list[str]:
    command = [program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", query, url]
    done = subprocess.run(command, env=libpq_free_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The database does not answer: {done.stderr.strip()}")
    return done.stdout.split()


def _restore_photos(place: Path) -> None:
    """Their names are their hashes, so one more never hurts, and one that is there is the same."""
    folder = STATE / "media"
    for photo in (place / "media").rglob("*.jpg"):
        target = folder / photo.relative_to(place / "media")
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        shutil.copyfile(photo, part)
        part.replace(target)


def _restore_database(url: str, place: Path, manifest: dict[str, Any]) -> None:
    """One transaction, committed by the last word that psql hears; without it, PostgreSQL rolls back."""
    dump = place / archive.DUMP
    entries = place / "entries"
    listed = subprocess.run([program("pg_restore"), "-l", dump], capture_output=True, text=True, check=False)
    if listed.returncode:
        raise SystemExit(f"The dump cannot be read: {listed.stderr.strip()}. Nothing was changed.")
    # Extensions belong to the superuser; they are made beforehand, if they are missing and the owner may.
    entries.write_text("".join(line for line in listed.stdout.splitlines(True) if " EXTENSION " not in line))
    command = [program("psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-f", "-", url]
    with (place / "said").open("w+") as said:
        psql = subprocess.Popen(
            command,
            env=libpq_free_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        assert psql.stdin is not None
        try:
            _speak(psql.stdin, dump, entries, manifest)
        except (BrokenPipeError, _PgRestoreFailed):
            psql.stdin = None
            psql.kill()
        status = psql.wait()
        said.seek(0)
        if status:
            raise SystemExit(
                f"Not restored, nothing was changed. PostgreSQL says:\n{said.read().strip()[-2000:]}"
            )


class _PgRestoreFailed(Exception):
    pass


def _speak(psql: IO[bytes], dump: Path, entries: Path, manifest: dict[str, Any]) -> None:
    psql.write(b"\\set QUIET 1\nSET client_min_messages = error;\nBEGIN;\nDROP OWNED BY CURRENT_USER;\n")
    for name in manifest["extensions"] or []:
        psql.write(f"\\set extension {name}\n".encode() + b'CREATE EXTENSION IF NOT EXISTS :"extension";\n')
    for section in ("pre-data", "data", "post-data"):
        if section == "post-data":
            psql.write(b"RESET search_path;\n" + RENEW.read_bytes())
        psql.flush()
        what = ["--no-owner", f"--section={section}", "-L", str(entries), "-f", "-", str(dump)]
        if subprocess.run([program("pg_restore"), *what], stdout=psql, check=False).returncode:
            raise _PgRestoreFailed
    psql.write(b"COMMIT;\nANALYZE;\n")
    psql.close()


def _restore_key(place: Path) -> None:
    """The signing key, if there is none here; another one only ends the sessions of the people signed in."""
    target = STATE / "secret_key"
    if (place / archive.KEY).exists() and not target.exists():
        shutil.copyfile(place / archive.KEY, target)
        target.chmod(0o600)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "", os.environ.get("FORCE") == "1")
