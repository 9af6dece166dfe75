"""The lock files: everything pinned and hashed, no registry named, one environment for both."""

import json
import re

import pytest

from tools.clone import ROOT

PYTHON_LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+(?:\[.*\])?)==([^ \\]+)", (ROOT / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_a_python_lock_names_no_registry_host(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    assert [line for line in lines if re.search(r"index-url|find-links|://", line)] == []


def test_the_npm_lock_names_no_registry_host() -> None:
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    assert len(packages) > 10
    assert [name for name, package in packages.items() if "resolved" in package] == []


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_every_pin_has_a_hash(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_development_lock_holds_the_runtimes_pins() -> None:
    runtime, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert len(runtime) > 20
    assert {name: version for name, version in runtime.items() if development.get(name) != version} == {}


def test_what_is_asked_for_is_locked() -> None:
    for name in ("requirements", "requirements-dev", "requirements-node"):
        asked = re.findall(r"^([A-Za-z0-9_-]+)", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
        locked = {re.sub(r"\[.*", "", pin) for pin in pins(f"{name}.lock")}
        wanted = {word.lower().replace("_", "-") for word in asked if not word.startswith("-")}
        assert wanted <= locked
