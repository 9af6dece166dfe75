"""What a Transaction asks for, whatever version and dialect it came in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import shapely
from django.db.models import Q


@dataclass(frozen=True)
class Where:
    """Which features: those with these feature ids, or those that fulfil the condition on the type's fields."""

    ids: tuple[str, ...] = ()
    condition: Q | None = None


@dataclass(frozen=True)
class Action:
    """`type_name` without prefix; `handle` is the client's name for it, for errors.

    `values`: fields by name, None for null. `geometry`: lon, lat in EPSG:4490, not rounded, perhaps invalid.
    """

    type_name: str
    handle: str = ""
    values: Mapping[str, str | None] = field(default_factory=dict)
    geometry: shapely.MultiPolygon | None = None


@dataclass(frozen=True)
class Insert(Action):
    """A new feature."""


@dataclass(frozen=True)
class Update(Action):
    """New values, for the fields that are named; `replaces` (2.0) names them all."""

    where: Where = field(default_factory=Where)
    replaces: bool = False


@dataclass(frozen=True)
class Delete(Action):
    """Features to take away."""

    where: Where = field(default_factory=Where)
