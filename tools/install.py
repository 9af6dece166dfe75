"""Everything between a clean clone and a program that can start, each step only when its sources changed."""

from tools import frontend, processes, python_env, stamps
from tools.clone import ROOT, STATE, locked, make_state, say

MANAGE = ROOT / "manage.py"


def ensure(*, development: bool = False) -> None:
    """Virtual environment, front end and message catalogues."""
    make_state()
    with locked(STATE / "install.lock"):
        python_env.ensure(development=development)
        frontend.ensure()
        _compile_catalogues()


def ensure_python() -> None:
    """The virtual environment and message catalogues only, for management commands."""
    make_state()
    with locked(STATE / "install.lock"):
        python_env.ensure(development=False)
        _compile_catalogues()


def collect_static(environment: dict[str, str]) -> None:
    """Gather the static files into .local/static, where the server reads them."""
    folders = [*ROOT.glob("*/static"), frontend.DIST, python_env.RUNTIME, ROOT / "gis_core" / "settings.py"]
    wanted = stamps.digest(folders)
    if (STATE / "static").is_dir() and stamps.stamp_of("static") == wanted:
        return
    say("Collecting static files")
    command = ["collectstatic", "--noinput", "--clear", "--verbosity=0"]
    processes.run([python_env.PYTHON, MANAGE, *command], env=environment)
    stamps.record("static", wanted)


def _compile_catalogues() -> None:
    for source in ROOT.glob("*/locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            processes.run(["msgfmt", "--check", "-o", target, source])
