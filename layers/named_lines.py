"""Streets and water by name, for the four bounds of an area (gis_core.four_bounds calls this)."""

import shapely
from django.contrib.gis.geos import Polygon

from layers.models import Road, Water

AROUND = 2e-4  # degrees: about 20 m


def along(area: shapely.Geometry) -> list[tuple[str, shapely.Geometry]]:
    """Named roads and water whose course comes near to the area (EPSG:4490), as (name, geometry)."""
    west, south, east, north = area.bounds
    box = Polygon.from_bbox((west - AROUND, south - AROUND, east + AROUND, north + AROUND))
    box.srid = 4490
    found = [
        row
        for model in (Road, Water)
        for row in model.objects.filter(geom__bboverlaps=box).exclude(name="").values_list("name", "geom")
    ]
    return [(name, shapely.from_wkb(bytes(geom.wkb))) for name, geom in found]
