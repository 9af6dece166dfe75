"""Prove that the audit finds what it can find: loose locks, other versions than the locked, and advisories that fit."""

import json
import zipfile

import pytest

from tools import known_faults
from tools.clone import ROOT

LOCKED = {("PyPI", "django"): {"5.2.3"}, ("npm", "vue"): {"3.4.0"}}


def advisory(system: str, name: str, *events: dict[str, str], **more) -> dict:
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}]
    return {
        "id": "X-1",
        "affected": [{"package": {"ecosystem": system, "name": name}, "ranges": ranges}],
        **more,
    }


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (advisory("PyPI", "Django", {"introduced": "5.2"}, {"fixed": "5.2.4"}), True),
        (advisory("PyPI", "Django", {"introduced": "5.2"}, {"fixed": "5.2.3"}), False),
        (advisory("PyPI", "Django", {"introduced": "0"}, {"last_affected": "5.2.3"}), True),
        (advisory("PyPI", "Django", {"introduced": "0"}, {"fixed": "4.2"}, {"introduced": "5.0"}), True),
        (advisory("PyPI", "Django", {"introduced": "6.0"}), False),
        (advisory("PyPI", "Django", {"introduced": "0"}, withdrawn="2026-01-01"), False),
        (advisory("npm", "vue", {"introduced": "3.0.0-rc.1"}, {"fixed": "3.4.1"}), True),
        (advisory("npm", "django", {"introduced": "0"}), False),
    ],
)
def test_an_advisory_is_told_where_it_fits(given, found):
    assert bool(list(known_faults.matches(given, LOCKED))) is found


def test_versions_by_name():
    named = {
        "id": "X-2",
        "affected": [{"package": {"ecosystem": "PyPI", "name": "django"}, "versions": ["5.2.3"]}],
    }
    assert list(known_faults.matches(named, LOCKED)) == ["X-2: django 5.2.3: no summary"]


def test_loose_locks_are_found(tmp_path):
    good = "a==1 \\\n    --hash=sha256:00\n"
    (tmp_path / "requirements.lock").write_text(good + "b==2\n--index-url x\nc>=1 \\\n    --hash=sha256:00\n")
    (tmp_path / "web").mkdir()
    npm = {"": {}, "node_modules/d": {"version": "1", "deprecated": "unmaintained", "resolved": "x"}}
    (tmp_path / "web" / "package-lock.json").write_text(json.dumps({"packages": npm}))
    found = "\n".join(known_faults.lock_faults(tmp_path))
    for word in ("b==2", "c>=1", "registry", "node_modules/d has no hash", "unmaintained"):
        assert word in found
    assert "a==1" not in found


def test_our_own_locks_have_no_fault_and_a_stranger_shows():
    assert list(known_faults.lock_faults(ROOT)) == []
    locked = known_faults.pins(ROOT)
    assert len(locked) > 300
    django = next(iter(locked["PyPI", "django"]))
    assert f"installed: django {django}, locked 0" in list(
        known_faults.strangers({**locked, ("PyPI", "django"): {"0"}})
    )


def test_the_command_reads_a_file_of_advisories(tmp_path, capsys):
    version = next(iter(known_faults.pins(ROOT)["PyPI", "django"]))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("X-1.json", json.dumps(advisory("PyPI", "django", {"introduced": "0"})))
    assert known_faults.main([str(tmp_path / "all.zip")]) == 1
    assert f"X-1: django {version}" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="OSV"):
        known_faults.main([str(tmp_path / "nothing")])
