"""`/api/v1/snap/`: streets and shores as plain lines, for drawing along them. Coordinates are the stored ones."""

from collections.abc import Iterable, Iterator
from typing import Any

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import filters
from layers.models import Road, Water

WIDEST = 0.1
"""Degrees: a town. Wider, nobody can hit a street."""
CLASSES = (*Road.RoadClass.values, *Water.Kind.values)

Line = tuple[str, int, str, list[float]]


class SnapLines(APIView):
    """Roads by their centre lines and water by its shores that touch the box, whole:
    `lines` of `[id, index in classes, name, [lon, lat, lon, lat, ...]]`, EPSG:4490."""

    @extend_schema(
        operation_id="snap_lines",
        responses={200: OpenApiTypes.OBJECT},
        parameters=[OpenApiParameter("bbox", required=True, description="west,south,east,north in degrees.")],
    )
    def get(self, request: Request) -> Response:
        box = filters.small_box(request.query_params.get("bbox", ""), WIDEST)
        roads = _lines("r", _near(Road.objects.all(), "road_class", box))
        shores = _lines("w", _near(Water.objects.all(), "kind", box))
        return Response({"classes": CLASSES, "lines": [*roads, *shores]})


def _near(rows: QuerySet[Any], class_field: str, box: Polygon) -> Iterable[tuple[Any, ...]]:
    found = rows.filter(geom__bboverlaps=box).annotate(wkb=AsWKB("geom")).order_by("pk")
    return found.values_list("pk", class_field, "name", "wkb")


def _lines(letter: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[Line]:
    for pk, kind, name, wkb in rows:
        for number, line in enumerate(_single(shapely.from_wkb(bytes(wkb)))):
            points = shapely.get_coordinates(line).ravel().tolist()
            yield f"{letter}{pk}.{number}", CLASSES.index(kind), name, points


def _single(geom: shapely.Geometry) -> Iterable[shapely.Geometry]:
    """The lines of a geometry; of a surface, its rings."""
    parts = shapely.get_parts(geom)
    return shapely.get_rings(parts) if geom.geom_type.endswith("Polygon") else parts
