"""Prove that of every parser only the documented errors come out, however a valid document or file was damaged."""

import contextlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from gis_core.errors import WanggeError
from gis_core.importing import checking, encoding, reading
from gis_core.importing.options import Options
from grid_editor.commands import PALETTE, arguments
from grid_editor.uploading import guard
from incidents import batch, photos
from layers.importing import placing
from layers.importing import tables as importing
from layers.importing.reasons import Unfit
from layers.surfaces.wfs.transaction import reading as transactions
from tests.grid_editor.wfs import documents
from tests.security import damage
from tests.security.corpus import geopackages, tables
from tests.security.corpus.archives import PRJ, SHP_HEAD, packed, shapefile, table
from tests.shapes import place, square

FEW, MANY = 60, 3000
VERSIONS = ("1.0.0", "1.1.0", "2.0.0")
EQUAL = {
    "1.0.0": "PropertyName",
    "1.1.0": "PropertyName",
    "2.0.0": "ValueReference",
}


def transaction_documents() -> list[bytes]:
    """An insertion, a change by id and one by condition, and a deletion, in each version."""
    found = []
    for version in VERSIONS:
        condition = (
            f"<ogc:Filter><ogc:And><ogc:PropertyIsEqualTo><ogc:{EQUAL[version]}>code</ogc:{EQUAL[version]}>"
            "<ogc:Literal>1</ogc:Literal></ogc:PropertyIsEqualTo></ogc:And></ogc:Filter>"
        )
        actions = (
            documents.insert("plan_1", documents.shape(version, 0, 0), "a", name="x"),
            documents.update(version, "plan_1", documents.ids(version, "plan_1.1"), "b", name="y"),
            documents.update(version, "plan_1", condition, "c", geom=documents.shape(version, 1, 1)),
            documents.delete("plan_1", documents.ids(version, "plan_1.2")),
        )
        found.append(documents.transaction(version, *actions).encode())
    return found


def feature_collection() -> dict[str, Any]:
    ring = [list(place(*corner)) for corner in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
    feature = {
        "type": "Feature",
        "properties": {"name": "x", "dm": 1},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    return {"type": "FeatureCollection", "features": [feature, feature]}


def shapefiles() -> list[bytes]:
    """A zipped one of a single polygon, and a bare one inside which only the table is long."""
    import struct

    corners = [place(*corner) for corner in ((0, 0), (0, 1), (1, 1), (1, 0), (0, 0))]
    points = b"".join(struct.pack("<2d", *corner) for corner in corners)
    record = struct.pack("<i4dii", 5, *corners[0], *corners[2], 1, 5) + struct.pack("<i", 0) + points
    whole = shapefile(record, len(record) // 2, table(1, 11))
    return [whole, packed({"a.shp": SHP_HEAD, "a.prj": PRJ})]


def a_geopackage() -> bytes:
    import shapely

    rows = [geopackages.HEAD + shapely.to_wkb(square(x, 0)) for x in range(2)]
    return geopackages.made(geopackages.TABLE, rows=rows)


def pictures() -> list[bytes]:
    found = []
    for kind in ("JPEG", "PNG", "WEBP"):
        buffer = io.BytesIO()
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.radial_gradient("L").convert("RGB").resize((40, 30)).save(buffer, kind, exif=exif)
        found.append(buffer.getvalue())
    return found


def read_transaction(body: bytes) -> None:
    transactions.read(transactions.parsed(body))


def read_file(suffix: str) -> Callable[[bytes], None]:
    def read(content: bytes) -> None:
        with TemporaryDirectory() as folder:
            path = guard.stored(SimpleUploadedFile(f"a{suffix}", content), Path(folder))
            source = reading.read(Options(path=path, tier="grid", assign_codes=True, most_rows=1000))
        guard.check_read(source)
        checking.geometry_problems(list(source.rows))

    return read


def read_table(suffix: str) -> Callable[[bytes], None]:
    """As an import into a layer does: by its path, up to the places of its rows."""

    def read(content: bytes) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"a{suffix}"
            path.write_bytes(content)
            source = importing.read(path, None, None, None)
        columns = placing.find(source.fields, source.rows, None, 114.3)
        for row in source.rows if columns else ():
            with contextlib.suppress(Unfit):
                columns.point(row)

    return read


def read_encoded(content: bytes) -> None:
    """A name of an encoding in the first line, and what is said to be in it."""
    name, _sign, text = content.partition(b"\n")
    encoding.decided([encoding.Text(1, (text,))], name.decode("ascii", "replace"), None)


def read_command(body: Any) -> None:
    """As the view does it: the body must be an object by then."""
    for kind in ("create", "split", "reshape", "merge"):
        if isinstance(body, dict):
            PALETTE[kind].read(body)


def commands() -> list[dict[str, Any]]:
    polygon = feature_collection()["features"][0]["geometry"]
    line = {"type": "LineString", "coordinates": polygon["coordinates"][0][:3]}
    return [
        {"polygon": polygon, "line": line, "code": "4" * 15, "codes": ["4" * 15, "5" * 15], "crs": "4490"}
    ]


def geometry(body: Any) -> None:
    given = body if isinstance(body, dict) else {}
    arguments.any_polygon(given, "polygon")
    arguments.lines(given)


def workbook() -> bytes:
    row = f"<row>{tables.text_cell('26')}{tables.text_cell('114.3')}</row>"
    return tables.workbook(tables.sheet(tables.TITLES + row))


def surveys() -> list[bytes]:
    """Tables with metres and with minutes, in three encodings."""
    metres = "名称,X坐标,Y坐标\n甲,3850000.5,38500000.5\n乙,3850001,38500001\n"
    minutes = "名称;经度;纬度\n甲;114°18′20.5″E;34°48′\n"
    return [metres.encode(), metres.encode("gb18030"), metres.encode("utf-16"), minutes.encode()]


CSV = (tables.HEAD + "26,路口有垃圾,114.3,34.8,4490\n" * 3).encode()
GEOJSON = [json.dumps(feature_collection()).encode()]
PARSERS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], object]]] = {
    "Transaction, bytes": (damage.bytes_of(transaction_documents()), read_transaction),
    "Transaction, structure": (damage.xml_of(transaction_documents()), read_transaction),
    "GeoJSON file, bytes": (damage.bytes_of(GEOJSON), read_file(".geojson")),
    "GeoJSON file, structure": (
        damage.json_of([feature_collection()]).map(lambda value: b" " + json.dumps(value).encode()),
        read_file(".geojson"),
    ),
    "Shapefile": (damage.bytes_of(shapefiles()), read_file(".zip")),
    "GeoPackage": (damage.bytes_of([a_geopackage()]), read_file(".gpkg")),
    "command": (damage.json_of(commands()), read_command),
    "geometry": (damage.json_of(commands()), geometry),
    "CSV of reports": (
        damage.bytes_of([CSV, CSV.decode().encode("gb18030")]),
        lambda raw: batch.read(io.BytesIO(raw), "a.csv"),
    ),
    "workbook of reports": (damage.bytes_of([workbook()]), lambda raw: batch.read(io.BytesIO(raw), "a.xlsx")),
    "table of rows": (damage.bytes_of(surveys()), read_table(".csv")),
    "workbook of rows": (damage.bytes_of([workbook()]), read_table(".xlsx")),
    "encoding": (damage.bytes_of(["gbk\n网格".encode("gbk"), "utf-8\n网格".encode()]), read_encoded),
    "photo": (damage.bytes_of(pictures()), lambda raw: photos.encode(io.BytesIO(raw))),
}  # fmt: skip


def tried(strategy: st.SearchStrategy[Any], read: Callable[[Any], object], count: int) -> None:
    """Raises what is no WanggeError, with the smallest sample that makes it."""
    accepted = refused = 0

    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def prove(sample: Any) -> None:
        nonlocal accepted, refused
        try:
            read(sample)
            accepted += 1
        except WanggeError as error:
            refused += bool(error.message)

    prove()
    assert refused, "nothing was damaged"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PARSERS)
def test_only_documented_errors_come_out(name):
    tried(*PARSERS[name], FEW)


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PARSERS)
def test_only_documented_errors_come_out_of_thousands(name):
    tried(*PARSERS[name], MANY)


@pytest.mark.parametrize("system", ["4490", "4547", "gcj02"])
@pytest.mark.parametrize("odd", [1e308, "inf", "NaN", 10**400])
def test_a_corner_that_is_no_place_is_refused(odd, system):
    ring = [[odd, odd], [1, 1], [2, 2], [odd, odd]]
    for read in (arguments.polygon, arguments.any_polygon):
        with pytest.raises(WanggeError):
            read({"polygon": {"type": "Polygon", "coordinates": [ring]}, "crs": system}, "polygon")


# ---- filters: the library reads them, and our view answers for it --------------------------------------------


def queries() -> list[bytes]:
    """GetFeature with filters of every operator."""
    namespaces = 'xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2"'
    name, point = (
        "<fes:ValueReference>name</fes:ValueReference>",
        "<gml:Point><gml:pos>34.8 114.3</gml:pos></gml:Point>",
    )
    geom = "<fes:ValueReference>geom</fes:ValueReference>"
    conditions = (
        f"<fes:And><fes:PropertyIsEqualTo>{name}<fes:Literal>x</fes:Literal></fes:PropertyIsEqualTo>"
        f"<fes:Not><fes:PropertyIsNull>{name}</fes:PropertyIsNull></fes:Not></fes:And>",
        '<fes:PropertyIsLike wildCard="*" singleChar="." escapeChar="!">'
        f"{name}<fes:Literal>a*</fes:Literal></fes:PropertyIsLike>",
        f"<fes:PropertyIsBetween>{name}<fes:LowerBoundary><fes:Literal>a</fes:Literal></fes:LowerBoundary>"
        "<fes:UpperBoundary><fes:Literal>b</fes:Literal></fes:UpperBoundary></fes:PropertyIsBetween>",
        f'<fes:DWithin>{geom}{point}<fes:Distance uom="m">10</fes:Distance></fes:DWithin>',
        f"<fes:BBOX>{geom}<gml:Envelope><gml:lowerCorner>34 114</gml:lowerCorner>"
        "<gml:upperCorner>35 115</gml:upperCorner></gml:Envelope></fes:BBOX>",
        f"<fes:Intersects>{geom}{documents.gml3(0, 0)}</fes:Intersects>",
        '<fes:ResourceId rid="grids.1"/>',
    )  # fmt: skip
    return [
        f'<GetFeature xmlns="http://www.opengis.net/wfs/2.0" {namespaces} service="WFS" version="2.0.0" count="2">'
        f'<Query typeNames="grids"><fes:Filter>{one}</fes:Filter></Query></GetFeature>'.encode()
        for one in conditions
    ]


def answered(client: Client) -> Callable[[bytes], None]:
    def send(body: bytes) -> None:
        answer = client.post("/ogc/wfs", body, content_type="text/xml")
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code < 500, text[:500]
        if answer.status_code >= 400:
            raise WanggeError(text.decode())

    return send


@pytest.mark.django_db
def test_a_request_without_a_query_is_told_so(ground):
    body = '<GetFeature xmlns="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0"/>'
    answer = Client(raise_request_exception=False).post("/ogc/wfs", body, content_type="text/xml")
    assert (answer.status_code, b"Query" in answer.content) == (400, True)


@pytest.mark.django_db
@pytest.mark.parametrize("damaged", [damage.bytes_of, damage.xml_of])
def test_any_filter_is_answered(ground, damaged):
    tried(damaged(queries()), answered(Client(raise_request_exception=False)), FEW)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("damaged", [damage.bytes_of, damage.xml_of])
def test_any_of_thousands_of_filters_is_answered(ground, damaged):
    tried(damaged(queries()), answered(Client(raise_request_exception=False)), MANY)
