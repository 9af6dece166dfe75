"""What a hostile input is: its kind, a name, and how its bytes are made."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Hostile:
    """`kind` decides where it is sent; `file` is the name that an upload goes under."""

    kind: str
    name: str
    make: Callable[[], bytes]
    file: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


def texts(kind: str, made: dict[str, Callable[[], str]]) -> list[Hostile]:
    """Those whose bytes are the UTF-8 of a text."""
    return [Hostile(kind, name, lambda make=make: make().encode()) for name, make in made.items()]


def files(kind: str, suffix: str, made: dict[str, Callable[[], bytes]]) -> list[Hostile]:
    """Those that are uploaded under a name that ends in `suffix`."""
    return [Hostile(kind, name, make, f"hostile{suffix}") for name, make in made.items()]
