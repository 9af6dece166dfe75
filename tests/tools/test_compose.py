"""Prove that docker/compose.yaml keeps what docs/docker.md promises of every service."""

import re
from pathlib import Path

import pytest
import yaml

from tools.clone import ROOT

FOLDER = ROOT / "docker"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_guarded(name):
    service = SERVICES[name]
    assert service["user"] not in ("", "root", "0", "0:0")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert service["restart"].startswith(("unless-stopped", "on-failure"))
    assert "test" in service["healthcheck"] or name == "migrate"


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    outside = [name for name, service in SERVICES.items() if "outside" in service["networks"]]
    assert outside == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_what_is_named_is_there_and_no_secret_is_in_an_environment():
    for service in SERVICES.values():
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])
        assert (ROOT / service["build"]["dockerfile"]).is_file()
        for name, value in service.get("environment", {}).items():
            secret = re.search("PASSWORD|SECRET|KEY|DATABASE_URL|RASTER_URL", name)
            assert not secret or (name.endswith("_FILE") and Path(value).name in service["secrets"])
        volumes = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert volumes <= set(COMPOSE["volumes"])
        assert set(service.get("depends_on", {})) <= set(SERVICES)


def test_images_end_as_somebody_and_answer_for_their_health():
    for file in FOLDER.rglob("Dockerfile"):
        users = re.findall(r"^USER (\S+)", file.read_text(), re.MULTILINE)
        assert users, file
        assert users[-1] not in ("root", "0"), file
        assert "HEALTHCHECK" in file.read_text(), file


def test_secrets_stay_out_of_the_repository():
    assert "/docker/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    first = (ROOT / ".dockerignore").read_text().splitlines()[0]
    assert first == "**", "only what is named goes into an image"
