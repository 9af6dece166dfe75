"""Hostile inputs, made by small generators: one file a kind, nothing large is kept.

`hostile.py` says what one is and where each kind is sent; `target.py` is the server that takes it.
"""

from tests.security.corpus import (
    archives,
    filters,
    geojson,
    geopackages,
    gml,
    json_bodies,
    paths,
    pictures,
    tables,
    xml,
)
from tests.security.corpus.hostile import Hostile

ALL: list[Hostile] = [
    one
    for kind in (xml, gml, filters, geojson, json_bodies, archives, geopackages, tables, pictures, paths)
    for one in kind.ALL
]
