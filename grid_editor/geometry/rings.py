"""Broken rings made valid, the same way for who looks at a plan and for who repairs it."""

import shapely

from gis_core.crs import UNIT, canonical
from gis_core.importing import chain


def valid_form(geom: shapely.Geometry) -> shapely.MultiPolygon:
    """The valid, canonical MultiPolygon nearest to these rings: crossings become corners, hairs go.

    Ground that the rings go round at least once is kept; an empty one comes of rings without ground.
    """
    mended = shapely.make_valid(geom, method="structure", keep_collapsed=False)
    return chain.as_multi(canonical(shapely.set_precision(mended, UNIT)))
