"""`make lock`: write the hashed lock files anew from requirements*.in. Registry addresses stay out of them."""

import sys

from tools import processes, python_env
from tools.clone import ROOT, VENV, make_state

OPTIONS = [
    "--quiet",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-annotate",
    "--no-header",
]


def main(arguments: list[str]) -> None:
    """Lock; pins stay as they are unless the arguments say otherwise (`--upgrade`, `--upgrade-package NAME`)."""
    make_state()
    python_env.ensure(development=True)
    # The development lock follows the runtime's pins, so that one environment serves both.
    for name in ("requirements", "requirements-dev", "requirements-node"):
        constraint = ["-c", "requirements.lock"] if name == "requirements-dev" else []
        command = [str(VENV / "bin" / "uv"), "pip", "compile", *OPTIONS, *arguments, *constraint]
        processes.run([*command, f"{name}.in", "-o", f"{name}.lock"], cwd=ROOT)


if __name__ == "__main__":
    main(sys.argv[1:])
