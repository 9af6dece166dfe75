"""What `make audit` says of the packages without a network, and of their known faults from a file if one is given.

Always: the lock files pin and hash everything and name no registry, and what is installed is what they say. With
FILE=advisories.zip: a zip file or folder of advisories in the OSV format (one JSON file each, as osv.dev exports them
for PyPI and for npm; bring both into one folder) is compared with the locked versions. Nothing is looked up.
"""

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from tools.clone import ROOT

Pins = dict[tuple[str, str], set[str]]
"""(ecosystem, name) -> versions."""
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ \\;]+)", re.MULTILINE)
REGISTRY = re.compile(r"index-url|find-links|://")


def main(arguments: list[str]) -> int:
    """1 if something was found; each finding is a line."""
    given = next((Path(one) for one in arguments if one), None)
    locked = pins(ROOT)
    findings = [*lock_faults(ROOT), *strangers(locked)]
    read = 0
    for advisory in _advisories(given) if given else ():
        read += 1
        findings += matches(advisory, locked)
    print("\n".join(sorted(set(findings)) or ["Nothing found."]))
    print(f"{len(locked)} packages locked; {read} advisories compared.")
    if not given:
        print("Known faults were not looked for: give advisories with FILE=, or run pip-audit and npm audit.")
    return int(bool(findings))


# ---- what is locked -----------------------------------------------------------------------------------------


def pins(root: Path) -> Pins:
    """Everything that the lock files of this folder pin."""
    found: Pins = {}
    for path in sorted(root.glob("requirements*.lock")):
        for name, version in PIN.findall(path.read_text()):
            found.setdefault(("PyPI", _plain(name)), set()).add(version)
    for where, package in _npm(root).items():
        if where and "version" in package:
            found.setdefault(("npm", where.rpartition("node_modules/")[2]), set()).add(package["version"])
    return found


def _npm(root: Path) -> dict[str, Any]:
    path = root / "web" / "package-lock.json"
    return dict(json.loads(path.read_text())["packages"]) if path.exists() else {}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def lock_faults(root: Path) -> Iterator[str]:
    """What is not pinned or not hashed, names a registry, or is called deprecated by its own maintainers."""
    for path in sorted(root.glob("requirements*.lock")):
        for entry in re.split(r"\n(?=\S)", path.read_text().strip()):
            name = entry.split(None, 1)[0]
            if not PIN.match(entry) or "--hash=sha256:" not in entry:
                yield f"{path.name}: {name} is not pinned with a hash"
            if REGISTRY.search(entry):
                yield f"{path.name}: {name} names a registry"
    for where, package in _npm(root).items():
        if where and not package.get("integrity") and not package.get("link"):
            yield f"package-lock.json: {where} has no hash"
        if "resolved" in package and not package.get("link"):
            yield f"package-lock.json: {where} names a registry"
        if package.get("deprecated"):
            yield f"package-lock.json: {where} is deprecated: {package['deprecated']}"


def strangers(locked: Pins) -> Iterator[str]:
    """Packages of this environment that the lock files do not have, or in another version."""
    for one in distributions():
        name, version = _plain(one.metadata["Name"]), one.version
        allowed = locked.get(("PyPI", name))
        if allowed is None and name not in ("pip", "setuptools", "wheel"):
            yield f"installed: {name} {version} is in no lock file"
        elif allowed is not None and version not in allowed:
            yield f"installed: {name} {version}, locked {', '.join(sorted(allowed))}"


# ---- what is known of it ------------------------------------------------------------------------------------


def _advisories(given: Path) -> Iterator[dict[str, Any]]:
    """Each JSON file of a folder or a zip file. SystemExit for what is neither."""
    if given.is_dir():
        texts: Iterator[bytes] = (path.read_bytes() for path in sorted(given.rglob("*.json")))
    elif zipfile.is_zipfile(given):
        archive = zipfile.ZipFile(given)
        texts = (archive.read(name) for name in archive.namelist() if name.endswith(".json"))
    else:
        raise SystemExit(f"{given} is neither a folder nor a zip file of advisories in the OSV format.")
    yield from map(json.loads, texts)


def matches(advisory: dict[str, Any], locked: Pins) -> Iterator[str]:
    """A line for each locked version that the advisory is about; withdrawn ones are about none."""
    for affected in () if advisory.get("withdrawn") else advisory.get("affected", ()):
        package = affected.get("package", {})
        system, name = package.get("ecosystem", ""), package.get("name", "")
        for version in locked.get((system, _plain(name) if system == "PyPI" else name), ()):
            if version in affected.get("versions", ()) or any(
                _within(version, one) for one in affected.get("ranges", ()) if one.get("type") != "GIT"
            ):
                yield f"{advisory.get('id')}: {name} {version}: {advisory.get('summary') or 'no summary'}"


def _within(version: str, given: dict[str, Any]) -> bool:
    """Whether a version lies in a range of OSV: events in order, each opens it or ends it."""
    ours, inside = _ordered(version), False
    for event in sorted(given.get("events", ()), key=lambda event: _ordered(str(next(iter(event.values()))))):
        what, at = next(iter(event.items()))
        if what == "introduced" and (at == "0" or ours >= _ordered(at)):
            inside = True
        elif (what == "fixed" and ours >= _ordered(at)) or (what == "last_affected" and ours > _ordered(at)):
            inside = False
    return inside


def _ordered(version: str) -> Version:
    """npm's versions are ordered alike, but for the names of pre-releases, which count as the release's first."""
    try:
        return Version(version)
    except InvalidVersion:
        return Version(re.split(r"[-+]", version)[0] + ".dev0")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
