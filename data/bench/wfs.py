"""GetFeature of 10,000 polygons in GML 3.2 and GeoJSON, beside MapServer's WFS on the same table and database.

The polygons are 100 x 100 with 25 bends on each side (the audit's board, a hundred vertices each), put in as buildings
and taken out again. Both give the same fields and are asked without HTTP between: ours by Django's test client, within
this process; MapServer as the CGI program it is, whose start counts (an empty request shows how much).
"""

import os
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from django.db import connection, transaction
from django.http import StreamingHttpResponse
from django.test import Client

from data.bench.audit import board
from data.bench.figure import Figure, summarise, timed
from layers import registry

COUNT = 10_000
RUNS = 5
SOURCE = "wfs-bench-"
OUTPUTS = {"GML 3.2": "application/gml+xml; version=3.2", "GeoJSON": "geojson"}
TARGET = "ahead of MapServer"

CONFIG = 'CONFIG\n  ENV\n    "MS_MAP_PATTERN" "."\n  END\nEND\n'
MAPFILE = """MAP
  NAME "bench"
  EXTENT 113 33 116 36
  PROJECTION "init=epsg:4490" END
  WEB METADATA
    "wfs_title" "bench" "wfs_onlineresource" "http://localhost/" "wfs_enable_request" "*" "wfs_srs" "EPSG:4490"
    "wfs_getfeature_formatlist" "geojson"
  END END
  OUTPUTFORMAT
    NAME "geojson" DRIVER "OGR/GEOJSON" MIMETYPE "application/json"
    FORMATOPTION "STORAGE=stream" FORMATOPTION "FORM=SIMPLE"
  END
  LAYER
    NAME "buildings" TYPE POLYGON STATUS ON
    CONNECTIONTYPE POSTGIS CONNECTION "{dsn}"
    DATA "geom FROM (SELECT id, {columns}, geom FROM layers_building
          WHERE source_id LIKE '{source}%') AS b USING UNIQUE id USING SRID=4490"
    PROJECTION "init=epsg:4490" END
    TEMPLATE "x"
    METADATA
      "wfs_title" "buildings" "gml_include_items" "all" "gml_featureid" "id"
      "wfs_use_default_extent_for_getfeature" "false"
      "gml_types" "auto" "wfs_getfeature_formatlist" "geojson"
    END
  END
END
"""


def measure() -> list[Figure]:
    """Both servers, both formats, and MapServer's start alone."""
    _fill()
    try:
        with tempfile.TemporaryDirectory(prefix="wangge-bench-") as folder:
            return [*_ours(), *_mapserver(Path(folder))]
    finally:
        _empty()


def _fill() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO layers_building (source_id, name, use, geom)"
            " SELECT %s || n, 'bench', 'residence', ST_Multi(polygon::geometry)"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS given(polygon, n)",
            [SOURCE, board()[:COUNT]],
        )


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM layers_building WHERE starts_with(source_id, %s)", [SOURCE])


def _query(output: str, **more: str | int) -> str:
    return urlencode(
        {
            "SERVICE": "WFS",
            "VERSION": "2.0.0",
            "REQUEST": "GetFeature",
            "COUNT": COUNT,
            "OUTPUTFORMAT": output,
            **more,
        }
    )


def _ours() -> list[Figure]:
    client = Client()
    only = (
        "<Filter><PropertyIsEqualTo><ValueReference>name</ValueReference><Literal>bench</Literal>"
        "</PropertyIsEqualTo></Filter>"
    )

    def get(output: str) -> bytes:
        answer = client.get("/ogc/wfs?" + _query(output, TYPENAMES="app:buildings", FILTER=only))
        return b"".join(cast(StreamingHttpResponse, answer))

    return [
        _figure(f"WFS, 10,000 polygons, {name}", partial(get, output), TARGET)
        for name, output in OUTPUTS.items()
    ]


def _mapserver(folder: Path) -> list[Figure]:
    columns = ", ".join(field.name for field in registry.find("buildings").public_fields())
    (folder / "bench.map").write_text(MAPFILE.format(dsn=_dsn(), source=SOURCE, columns=columns))
    (folder / "mapserver.conf").write_text(CONFIG)
    environment = {
        **os.environ,
        "MAPSERVER_CONFIG_FILE": str(folder / "mapserver.conf"),
        "REQUEST_METHOD": "GET",
    }

    def run(query: str) -> bytes:
        asked = {**environment, "QUERY_STRING": f"map={folder}/bench.map&{query}"}
        return subprocess.run(["mapserv"], env=asked, capture_output=True, check=True).stdout

    figures = [
        _figure(f"MapServer, the same, {name}", partial(run, _query(output, TYPENAMES="buildings")), "-")
        for name, output in OUTPUTS.items()
    ]
    nothing = "SERVICE=WFS&VERSION=2.0.0&REQUEST=ListStoredQueries"
    started = summarise(
        "MapServer, its start", [timed(lambda: run(nothing)) for _ in range(RUNS)], "-", "s", 1
    )
    return [*figures, started]


def _figure(work: str, get: Callable[[], bytes], target: str) -> Figure:
    """Raises RuntimeError unless every polygon is in the answer."""
    body = get()
    found = max(body.count(b"<wfs:member>"), body.count(b'"Feature"'))
    if found != COUNT:
        raise RuntimeError(f"{work}: {found} of {COUNT} polygons came: {body[:500]!r}")
    return summarise(work, [timed(get) for _ in range(RUNS)], target, "s", 1)


def _dsn() -> str:
    given = connection.get_connection_params()
    known = {key: given.get(key) for key in ("host", "port", "user", "password", "dbname")}
    return " ".join(f"{key}='{value}'" for key, value in known.items() if value)
