"""What apps above this one add to a situation: each a function under a name, called for every place asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from layers.situation.place import Place


@dataclass(frozen=True)
class Part:
    """What one provider knows of a place: `facts` as JSON, None where the user may not know; `features` to draw."""

    facts: dict[str, Any] | None
    features: list[dict[str, Any]] = field(default_factory=list)


Provider = Callable[[Any, Place], Part]

_providers: dict[str, Provider] = {}


def provide(name: str, provider: Provider) -> None:
    """Have `provider` asked, with the user and the place, for the entry `name` of every situation."""
    _providers[name] = provider


def ask(user: Any, place: Place) -> dict[str, Part]:
    return {name: provider(user, place) for name, provider in _providers.items()}
