"""Search over everything that has a name: areas first, then the layers that the user may see.

A hit whose text is what was asked comes before one that begins with it, and that before one that holds it
somewhere. Over trigram indexes (layers/sql/050_search.sql); reads only public fields.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import Model, Q, QuerySet

from gis_core.codes import TIERS
from layers import registry
from layers.registry import Layer

EXACT, BEGINS, CONTAINS = range(3)


@dataclass(frozen=True)
class Hit:
    """One row found. `rank`: 0 is what was asked, 1 begins with it, 2 holds it. `lon`, `lat`: EPSG:4490."""

    layer: Layer
    id: Any
    title: str
    text: str
    rank: int
    area_code: str | None
    lon: float
    lat: float


def search(user: Any, words: str, layers: list[Layer], area: str, limit: int) -> list[Hit]:
    """The best `limit` hits in these layers for all of `words`, within the area whose code begins with `area`."""
    hits = [hit for layer in layers for hit in _in_layer(user, layer, words, area, limit)]
    order = {layer.key: place for place, layer in enumerate(layers)}
    return sorted(hits, key=lambda hit: (hit.rank, order[hit.layer.key], _place(hit), str(hit.id)))[:limit]


def _place(hit: Hit) -> str:
    """Areas go by code, as people number them (第一, 第二, 第三 are not so in the order of their characters)."""
    return str(hit.id) if _is_areas(hit.layer) else hit.title


def searchable(user: Any) -> list[Layer]:
    """Areas from the largest down, then the layers with search fields that the user may see."""
    seen = registry.visible_to(user)
    areas = [layer for layer in seen if _is_areas(layer)]
    areas.sort(key=lambda layer: TIERS.index(str(dict(layer.conditions)["tier"])))
    return areas + [layer for layer in reversed(seen) if layer.search_fields and not _is_areas(layer)]


def _is_areas(layer: Layer) -> bool:
    return layer.model == "gis_core.Area"


def _fields(layer: Layer) -> tuple[str, ...]:
    return ("name", "code") if _is_areas(layer) else layer.search_fields


def _in_layer(user: Any, layer: Layer, words: str, area: str, limit: int) -> list[Hit]:
    """Two questions, each of which ends at `limit` rows: sorting all that match 'road' would read all roads."""
    rows = layer.queryset_for(user)
    if area:
        rows = rows.filter(**{f"{'code' if _is_areas(layer) else 'area_code'}__startswith": area})
    found = list(_located(layer, rows.filter(_any(layer, "istartswith", words)), limit))
    if len(found) < limit:
        known = [row["pk"] for row in found]
        more = rows.filter(_any(layer, "icontains", words)).exclude(pk__in=known)
        found += _located(layer, more, limit - len(found))
    return [_hit(layer, row, words) for row in found]


def _any(layer: Layer, lookup: str, words: str) -> Q:
    condition = Q()
    for field in _fields(layer):
        condition |= Q(**{f"{field}__{lookup}": words})
    return condition


def _located(layer: Layer, rows: "QuerySet[Model]", limit: int) -> "QuerySet[Model, dict[str, Any]]":
    code = "code" if _is_areas(layer) else "area_code"
    names = {"pk", layer.id_field, code, *_fields(layer)}
    return rows.annotate(spot=PointOnSurface(layer.geom)).values("spot", *names)[:limit]


def _hit(layer: Layer, row: dict[str, Any], words: str) -> Hit:
    texts = [str(row[field]) for field in _fields(layer) if row[field]]
    title = str(row["name"] or (texts[0] if texts else ""))
    return Hit(
        layer=layer,
        id=row[layer.id_field],
        title=title,
        text=next((text for text in texts if text != title), ""),
        rank=min((_rank(text, words) for text in texts), default=CONTAINS),
        area_code=row["code"] if _is_areas(layer) else row["area_code"],
        lon=row["spot"].x,
        lat=row["spot"].y,
    )


def _rank(text: str, words: str) -> int:
    text, words = text.casefold(), words.casefold()
    if text == words:
        return EXACT
    return BEGINS if text.startswith(words) else CONTAINS
