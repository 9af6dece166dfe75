"""The signing key of this installation: made once, kept beside its other state."""

import os
import secrets
from pathlib import Path

from gis_core.environment import given


def secret_key(state: Path) -> str:
    """Return the key from WANGGE_SECRET_KEY, or from `<state>/secret_key`, which is made if absent."""
    named = given("WANGGE_SECRET_KEY")
    if named:
        return named
    path = state / "secret_key"
    if not path.exists():
        state.mkdir(parents=True, exist_ok=True)
        fresh = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fresh, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()
