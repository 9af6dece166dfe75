"""What the database's chain_defects says of a village, asked once for the same polygons.

It takes seconds for a file of real precincts, and is asked by every look at the defects, every preview and repair. The
answer depends on nothing but the codes, the polygons and the definition, so it is kept under a hash of these: whoever
changes a polygon, by whatever way, asks anew. Kept on disk, where every process of the server finds it.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.core.cache import caches
from django.db import connection

from gis_core import sqlfiles

CHAIN = """
SELECT kind, codes, ST_AsBinary(geom), ST_Area(geom::geography)
FROM chain_defects(
  %s::text[],
  (SELECT coalesce(array_agg(ST_GeomFromWKB(wkb, 4490) ORDER BY n), '{}')
   FROM unnest(%s::bytea[]) WITH ORDINALITY AS g(wkb, n)),
  %s, ST_GeomFromWKB(%s, 4490))
"""


@dataclass(frozen=True)
class ChainRow:
    """One row of chain_defects."""

    village: str
    kind: str
    codes: tuple[str, ...]
    geom: shapely.Geometry
    m2: float


def chain_rows(village: str, codes: list[str], geoms: np.ndarray, border: shapely.Geometry) -> list[ChainRow]:
    """The defects of these valid polygons (n,) with their codes as the grids of the village, the largest first."""
    wkbs, above = list(shapely.to_wkb(geoms)), shapely.to_wkb(border)
    key = _digest(village, codes, wkbs, above)
    kept = caches["checks"].get(key)
    if kept is None:
        kept = _asked(village, codes, wkbs, above)
        caches["checks"].set(key, kept)
    return [
        ChainRow(village, kind, tuple(concerned), shapely.from_wkb(wkb), m2)
        for kind, concerned, wkb, m2 in kept
    ]


def _digest(village: str, codes: list[str], wkbs: list[bytes], above: bytes) -> str:
    total = hashlib.sha256(repr((sqlfiles.installed_digest(), village, codes)).encode())
    for wkb in [above, *wkbs]:  # a WKB says how long it is, so two lists never read as one
        total.update(wkb)
    return total.hexdigest()


def _asked(village: str, codes: list[str], wkbs: list[bytes], above: bytes) -> list[tuple[Any, ...]]:
    """Plain values only: what is kept outlives this version of the program."""
    with connection.cursor() as cursor:
        cursor.execute(CHAIN, [codes, wkbs, village, above])
        return [(kind, concerned, bytes(wkb), m2) for kind, concerned, wkb, m2 in cursor.fetchall()]
