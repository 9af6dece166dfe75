"""Settings from the environment; a secret may lie in a file instead, named by the same setting with _FILE."""

import os
from pathlib import Path


def given(name: str, default: str = "") -> str:
    """The value of `name`, or the text of the file that `<name>_FILE` names, or the default.

    Raises ValueError where both are set or the file cannot be read: which one is meant must not be guessed.
    """
    value, file = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if value and file:
        raise ValueError(f"{name} and {name}_FILE are both set; set one of them")
    if not file:
        return value or default
    try:
        text = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise ValueError(f"{name}_FILE names {file}, which cannot be read: {error}") from error
    if not text:
        raise ValueError(f"{name}_FILE names {file}, which is empty")
    return text
