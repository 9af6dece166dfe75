"""Who is responsible in a place: the posts of its grid, for who may see grid staff there."""

from typing import Any

from layers import registry
from layers.codelists import STAFF_POST
from layers.situation.place import Place

LISTED = 40


def staff(user: Any, place: Place) -> list[dict[str, Any]] | None:
    """The people posted in the area, or in the grid that holds the point, by post; None if they may not be seen."""
    layer = registry.lookup("staff")
    if layer is None or not registry.may_see(user, layer):
        return None
    code = place.code or place.grid
    if code is None:
        return []
    order = {post: number for number, post in enumerate(STAFF_POST.values)}
    names = ("id", "name", "post", "phone", "employer", "grid_code", "geom")
    rows = layer.queryset_for(user).filter(area_code__startswith=code).values(*names)
    return [
        _entry(row)
        for row in sorted(rows, key=lambda row: (order.get(row["post"], 9), row["grid_code"] or ""))[:LISTED]
    ]


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    title = STAFF_POST.title(row["post"])
    return {
        **{name: row[name] for name in ("id", "name", "post", "phone", "employer", "grid_code")},
        "post_title": {"zh": title.zh, "en": title.en},
        "lon": row["geom"].x,
        "lat": row["geom"].y,
    }
