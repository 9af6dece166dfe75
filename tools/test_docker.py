"""`make test-docker`: build all images with buildah on a Debian made by debootstrap, and run them together.

The database image makes its cluster, the web image migrates it and answers /healthz, the proxy image finds its
configuration sound. No Docker and no registry of images are needed. It takes some minutes and about 10 GB below
/var/tmp; where buildah, debootstrap or root are missing it says so and skips.
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
from tools.cluster import libpq_free_environment

BASE = "localhost/wangge-debian"
WEB, DATABASE, PROXY = "localhost/wangge-web", "localhost/wangge-database", "localhost/wangge-proxy"
FILES = {
    DATABASE: "docker/database/Dockerfile",
    PROXY: "docker/proxy/Dockerfile",
    WEB: "docker/Dockerfile",
}
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
        secrets = _secrets(folder, _free_port())
        _build(folder, PROXY)
        _check_proxy(folder, secrets)
        _build(folder, DATABASE)
        _build(folder, WEB)
        return _answers(folder, secrets)


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


def _build(folder: Path, image: str) -> None:
    file = FILES[image]
    say(f"Building {file}")
    given = [
        word
        for path, inside in SETTINGS.items()
        if Path(path).exists()
        for word in ("--volume", f"{path}:{inside}:ro")
    ]
    words = ["--isolation", "chroot", "--layers=false", "--build-arg", f"BASE={BASE}", *given]
    processes.run(_buildah(folder, "bud", "--format", "docker", *words, "-f", file, "-t", image, ROOT))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _secrets(folder: Path, database_port: int) -> Path:
    """Those that docker/secrets.sh makes. Containers share the network here, so the database is on this machine."""
    place = folder / "docker"
    place.mkdir()
    shutil.copy(ROOT / "docker" / "secrets.sh", place)
    processes.run(["sh", place / "secrets.sh"])
    for url in (place / "secrets").glob("*_url"):
        url.write_text(url.read_text().replace("@database:5432", f"@127.0.0.1:{database_port}"))
    (place / "secrets" / "database_port").write_text(str(database_port))
    return place / "secrets"


def _check_proxy(folder: Path, secrets: Path) -> None:
    """SystemExit unless nginx takes the configuration, as the user that it runs as."""
    run = _container(folder, PROXY, secrets, "www-data")
    processes.run([*run({}), "nginx", "-t"], env=libpq_free_environment())
    say("The proxy's configuration is sound: nginx -t, as www-data")


def _answers(folder: Path, secrets: Path) -> int:
    """Start the database's image, and the web image on it."""
    environment = libpq_free_environment()
    database = _container(folder, DATABASE, secrets, "postgres")
    settings = {"PGPORT": (secrets / "database_port").read_text(), "SHARED_BUFFERS": "128MB"}
    with processes.child([*database(settings), "/usr/local/bin/start"], env=environment) as cluster:
        try:
            if not _until(lambda: _accepts(database(settings)), cluster):
                say(f"FAILED: the database does not accept connections within {STARTED_WITHIN} s")
                return 1
            return _serves(folder, secrets)
        finally:  # it is no child of ours, and would go on
            processes.run([*database(settings), "pg_ctl", "stop", "-m", "fast"], env=environment)


def _serves(folder: Path, secrets: Path) -> int:
    """Migrate with the web image, start it, and ask for its health."""
    port, environment = _free_port(), libpq_free_environment()
    web = _container(folder, WEB, secrets, "10001:10001")
    migrating = web(_app_settings("owner_url", port))
    processes.run([*migrating, "/usr/local/bin/start", "migrate"], env=environment)
    serving = [*web(_app_settings("app_url", port)), "/usr/local/bin/start", "web"]
    with processes.child(serving, env=environment) as server:
        if _until(lambda: _is_healthy(port), server):
            say("The images serve: /healthz answers 200, as user 10001, with their secrets from files")
            return 0
    say(f"FAILED: /healthz did not answer 200 within {STARTED_WITHIN} s")
    return 1


def _app_settings(url: str, port: int) -> dict[str, str]:
    """As compose.yaml gives them."""
    return {
        "DATABASE_URL_FILE": f"/run/secrets/{url}",
        "WANGGE_RASTER_URL_FILE": "/run/secrets/raster_url",
        "WANGGE_SECRET_KEY_FILE": "/run/secrets/secret_key",
        "WANGGE_PROXIES": "1",
        "WANGGE_HTTPS": "1",
        "PORT": str(port),
        "WORKERS": "1",
    }


def _until(condition: Callable[[], bool], program: "subprocess.Popen[bytes]") -> bool:
    """Whether it comes true while the program runs."""
    for _ in range(STARTED_WITHIN):
        if program.poll() is None and condition():
            return True
        time.sleep(1)
    return False


def _container(
    folder: Path, image: str, secrets: Path, user: str
) -> Callable[[dict[str, str]], list[str | Path]]:
    """The beginning of a command that runs in a container of this image, by its settings."""
    made = subprocess.run(
        _buildah(folder, "from", "--pull-never", image), capture_output=True, text=True, check=True
    )
    container = made.stdout.strip()

    def command(settings: dict[str, str]) -> list[str | Path]:
        words = [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
        mount = ["--volume", f"{secrets}:/run/secrets:ro", "--user", user]
        return _buildah(folder, "run", "--isolation", "chroot", *words, *mount, container, "--")

    return command


def _accepts(command: list[str | Path]) -> bool:
    """The health check of the database's image; it asks as compose.yaml does."""
    asking = [*command, "pg_isready", "-q", "-h", "127.0.0.1", "-d", "wangge"]
    return subprocess.run(asking, check=False, capture_output=True).returncode == 0


def _is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=3) as answer:  # nosec B310  (the address is ours)
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
