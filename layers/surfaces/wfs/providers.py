"""The door for apps above `layers`: feature types of their own on /ogc/wfs, and what happens to a Transaction.

An app appends its provider when Django starts, as with `gis_core.four_bounds.providers`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from gisserver.features import FeatureType

from layers.surfaces.wfs.transaction.actions import Action


@dataclass
class Done:
    """What a Transaction did. `inserted`: (handle of the action, feature id) in the order of the document."""

    inserted: list[tuple[str, str]] = field(default_factory=list)
    updated: int = 0
    replaced: list[tuple[str, str]] = field(default_factory=list)
    deleted: int = 0


class Provider(Protocol):
    """Feature types beside the layers; all of them need somebody who is signed in."""

    def claims(self, name: str) -> bool:
        """Whether a feature type of this name would be this provider's, existing or not."""

    def types(self, user: Any, names: set[str] | None) -> list[FeatureType]:
        """Those that the user may read: of these names, or (None) all that belong into the capabilities."""

    def may_edit(self, user: Any) -> bool:
        """Whether there is one that the user may edit now."""

    def apply(self, user: Any, actions: Sequence[Action]) -> Done:
        """Do all of it, within the caller's transaction. Raises WanggeError, the reason in words."""


providers: list[Provider] = []


def claiming(name: str) -> Provider | None:
    """The provider of a feature type, or None."""
    return next((provider for provider in providers if provider.claims(name)), None)
