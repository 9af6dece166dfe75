"""`make test-docker`: build the web image with buildah on a Debian made by debootstrap, run it, and ask /healthz.

No Docker and no registry of images are needed. It takes some minutes and about 6 GB below /var/tmp; where buildah,
debootstrap or root are missing it says so and skips.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tools import processes
from tools.clone import ROOT, say
from tools.cluster import Cluster, libpq_free_environment

BASE, IMAGE = "localhost/wangge-debian", "localhost/wangge-tested"
MIRROR = os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org/debian")
# How this machine reaches its package registries; the build must reach them the same way.
SETTINGS = {"/etc/pip.conf": "/etc/pip.conf", "/etc/npmrc": "/root/.npmrc"}
AUTHORITIES = Path("/usr/local/share/ca-certificates")
STARTED_WITHIN = 90  # seconds


def main() -> int:
    """Build, run, ask; 0 also where it is skipped."""
    missing = [name for name in ("buildah", "debootstrap") if not shutil.which(name)]
    if missing or os.geteuid():
        say(
            f"SKIPPED test-docker: it needs {' and '.join(missing) or 'root'} (apt-get install buildah debootstrap)"
        )
        return 0
    processes.end_on_signals()
    with tempfile.TemporaryDirectory(prefix="wangge-docker-", dir="/var/tmp") as place:  # nosec B108  (a name of its own, which nobody can guess)
        os.chmod(place, 0o755)  # nosec B103  # noqa: S103  (other users must get through; nothing secret is in it)
        folder = Path(place)
        _make_base(folder)
        _build(folder, "docker/Dockerfile", IMAGE)
        return _answers(folder)


def _buildah(folder: Path, *words: str | Path) -> list[str | Path]:
    places: list[str | Path] = ["--root", folder / "images", "--runroot", folder / "run"]
    places += ["--storage-driver", "vfs"]
    return ["buildah", *places, *words]


def _make_base(folder: Path) -> None:
    """An image of a bare Debian 12."""
    say("Making a Debian base image")
    system = Path(os.environ.get("DEBIAN_ROOT", folder / "debian"))
    if not system.exists():
        processes.run(["debootstrap", "--variant=minbase", "bookworm", system, MIRROR])
    context = folder / "base"
    context.mkdir()
    processes.run(
        ["tar", "-C", system, "--exclude=./var/cache/apt/archives/*.deb", "-cf", context / "system.tar", "."]
    )
    # Debian's ca-certificates takes these in when it is installed.
    (context / "authorities").mkdir()
    if AUTHORITIES.exists():
        shutil.copytree(AUTHORITIES, context / "authorities", dirs_exist_ok=True)
    (context / "Dockerfile").write_text(f"FROM scratch\nADD system.tar /\nCOPY authorities {AUTHORITIES}\n")
    processes.run(_buildah(folder, "bud", "--isolation", "chroot", "-q", "-t", BASE, context))
    shutil.rmtree(context)


def _build(folder: Path, file: str, image: str) -> None:
    say(f"Building {file}")
    given = [
        word
        for path, inside in SETTINGS.items()
        if Path(path).exists()
        for word in ("--volume", f"{path}:{inside}:ro")
    ]
    words = ["--isolation", "chroot", "--layers=false", "--build-arg", f"BASE={BASE}", *given]
    processes.run(_buildah(folder, "bud", "--format", "docker", *words, "-f", file, "-t", image, ROOT))


def _answers(folder: Path) -> int:
    """Run the image's own start script in a container, on a database of its own, and ask for its health."""
    made = subprocess.run(
        _buildah(folder, "from", "--pull-never", IMAGE), capture_output=True, text=True, check=True
    )
    container = made.stdout.strip()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    cluster = Cluster(folder / "pg", durable=False)
    with cluster.in_use():
        secrets = folder / "secrets"
        secrets.mkdir(mode=0o755)
        for role, name in (("wangge", "owner_url"), ("wangge_app", "app_url")):
            (secrets / name).write_text(cluster.url(role))
        run = _run(folder, container, secrets, port)
        processes.run([*run("owner_url"), "/usr/local/bin/start", "migrate"], env=libpq_free_environment())
        with processes.child(
            [*run("app_url"), "/usr/local/bin/start", "web"], env=libpq_free_environment()
        ) as server:
            for _ in range(STARTED_WITHIN):
                if server.poll() is None and _is_healthy(port):
                    say("The image serves: /healthz answers 200, as user 10001, with its secrets from files")
                    return 0
                time.sleep(1)
    say(f"FAILED: /healthz did not answer 200 within {STARTED_WITHIN} s")
    return 1


def _run(folder: Path, container: str, secrets: Path, port: int) -> Callable[[str], list[str | Path]]:
    def command(url: str) -> list[str | Path]:
        settings = {
            "DATABASE_URL_FILE": f"/run/secrets/{url}",
            "WANGGE_SECRET_KEY": "a key for this test only",
            "PORT": str(port),
            "WORKERS": "1",
        }
        words = [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
        mount = ["--volume", f"{secrets}:/run/secrets:ro", "--user", "10001:10001"]
        return _buildah(folder, "run", "--isolation", "chroot", *words, *mount, container, "--")

    return command


def _is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=3) as answer:  # nosec B310  (the address is ours)
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
