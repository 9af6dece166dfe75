"""Prove that what is written into addresses and bodies stays what it is: text. SQL in every parameter of every address,
tricks with paths, numbers that are none, and geometry no map has: refused or ignored, never a failure, nothing run.

Files, XML and pictures that lie have their tests where they are read (grid_editor/uploading, grid_editor/wfs, photos).
"""

import contextlib
import json
import re
from math import cos, pi, sin
from time import monotonic

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis_core import codes, crs
from gis_core.errors import WanggeError
from grid_editor.services import create_plan
from tests.security.conftest import WEST, person, run
from tools import addresses

pytestmark = pytest.mark.django_db
SLEEP = 20
"""Seconds that injected SQL would sleep."""
SQL = (
    f"1' OR pg_sleep({SLEEP}) IS NULL --",
    f"1) OR (SELECT pg_sleep({SLEEP})) IS NULL; DROP TABLE gis_core_turn; --",
    f'x" || (SELECT pg_sleep({SLEEP})) || "%%\\',
)
NAMES = (
    "bbox", "area", "item", "state", "light", "source", "level", "urgency", "department", "since", "until", "q", "open",
    "limit", "cursor", "tier", "parent", "prefix", "name", "at", "geometry", "lon", "lat", "crs", "format", "encoding",
    "titles", "purpose", "fields", "lang", "kind", "by", "group", "period", "user", "action", "object", "key", "client",
    "rev", "revision", "page", "page_size", "status", "service_code", "service_request_id", "start_date", "end_date",
    "radius", "embed", "ordering", "layers", "village", "rule", "severity", "street", "address", "api_key", "filter",
)  # fmt: skip
STREAMS = ("/events/",)
WFS = (
    "?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=grids&{}",
    (
        "CQL_FILTER",
        "SORTBY",
        "BBOX",
        "SRSNAME",
        "RESOURCEID",
        "PROPERTYNAME",
        "COUNT",
        "STARTINDEX",
        "OUTPUTFORMAT",
    ),
)
PATHS = (
    "/raster/wmts/..%2f..%2f..%2fetc%2fpasswd/x/12/1/1.png", "/raster/tms/1.0.0/../../../etc/passwd/1/1/1.png",
    "/raster/wmts/grids/webmercator/../../12/1/1.png", "/static/../manage.py", "/static/%2e%2e/%2e%2e/etc/passwd",
    "/static/web/..%5c..%5cmanage.py", "/tiles/..%2f..%2fetc%2fpasswd/1/1/1.mvt", "/tiles/grids/99/1/1.mvt",
    "/tiles/grids/12/99999999999/1.mvt", "/tiles/grids'--/1/1/1.mvt", "/tiles/..%2fsecret.json",
    "/api/v1/layers/..%2fx/", "/api/v1/incidents/1/photos/..%2f1.jpg", "/api/v1/exports/999999999999999999999/",
    "/notices/../1/",
    "/raster/service?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=grids&STYLE=&TILEMATRIXSET=../../x"
    "&TILEMATRIX=../1&TILEROW=../1&TILECOL=1&FORMAT=image/png",
    "/raster/service?SERVICE=WMS&VERSION=1.1.1&REQUEST=GetMap&LAYERS=grids&STYLES=&SRS=EPSG:3857"
    "&BBOX=nan,inf,1e999,0&WIDTH=999999&HEIGHT=999999&FORMAT=image/png&TIME=../../etc/passwd",
)  # fmt: skip
NO_NUMBERS = ("NaN", "1e999", "-1e999", '"1e309"', "[]", "{}", "null", "true", '"٣"', "1" * 400)


@pytest.fixture
def client(ground) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en", raise_request_exception=False)
    client.force_login(person("reader", "dispatcher", ""))
    return client


def asked(client: Client, address: str, wrong: list, query: dict[str, str] | None = None) -> None:
    """GET it; what answers 5xx, or has slept, is noted."""
    start = monotonic()
    answer = client.get(address, query)
    if answer.streaming and not answer.is_async:
        b"".join(answer.streaming_content)
    if (answer.status_code >= 500 and answer.status_code != 503) or monotonic() - start > SLEEP * 0.9:
        wrong.append((address, query, answer.status_code, getattr(answer, "content", b"")[:200]))


def declared(client: Client) -> dict[str, list[str]]:
    """The query parameters of each address of the interface, as its own description has them."""
    document = client.get("/api/v1/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()
    found = {}
    for path, operations in document["paths"].items():
        given = operations.get("get", {}).get("parameters", [])
        filled = re.sub(r"{(\w+)}", lambda part: addresses.VALUES[part[1]], path)
        found[filled] = [one["name"] for one in given if one["in"] == "query"]
    return found


def test_sql_in_a_parameter_is_text(client):
    """What the description names, and `q`; elsewhere whatever is read anywhere."""
    wrong: list = []
    known, asked_for = declared(client), 0
    for address in addresses.every():
        if address in STREAMS:
            continue
        elsewhere = NAMES if address.startswith(("/open311/", "/tiles/")) else NAMES[:8]
        for name in [*known.get(address, elsewhere), "q"]:
            asked(client, address, wrong, {name: SQL[asked_for % len(SQL)]})
            asked_for += 1
    assert wrong == []
    assert asked_for > 300
    assert run("SELECT to_regclass('gis_core_turn') IS NOT NULL") == [(True,)]


def test_sql_in_wfs_is_text(client):
    wrong: list = []
    for name in WFS[1]:
        for text in SQL:
            asked(
                client,
                "/ogc/wfs" + WFS[0].format(f"{name}={text.replace('%', '%25').replace('&', '%26')}"),
                wrong,
            )
    assert wrong == []


@pytest.mark.parametrize("path", PATHS)
def test_a_trick_in_a_path_finds_no_file(client, path):
    answer = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code < 500 or answer.status_code == 503, body[:300]
    assert b"root:" not in body
    assert b"execute_from_command_line" not in body


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_what_is_no_number_is_refused_in_a_body(client, value):
    drawer, worker = person("drawer", "drawer", ""), person("worker", "worker", "")
    plan = create_plan(drawer, "p", WEST)
    command = f'"kind": "split", "revision": {value}, "line": [[{value}, 1], [1, 1]]'
    bodies = {
        "/api/v1/incidents/": f'{{"item": "26", "description": "x", "crs": "4490", "lon": {value}, "lat": {value}}}',
        f"/api/v1/plans/{plan.pk}/commands/": f"{{{command}}}",
        "/api/v1/plans/": f'{{"name": {value}, "scope_code": {value}}}',
    }
    for address, body in bodies.items():
        client.force_login(drawer if "plans" in address else worker)
        answer = client.post(address, body, "application/json")
        assert 400 <= answer.status_code < 500, (
            address,
            value[:40],
            answer.status_code,
            answer.content[:300],
        )


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-7"])
def test_half_a_character_is_refused_in_a_body(client, kind):
    drawer, worker = person("drawer", "drawer", ""), person("worker", "worker", "")
    plan = create_plan(drawer, "p", WEST)
    half = "+2AA-" if "utf-7" in kind else "\\ud800"
    bodies = {
        f"/api/v1/plans/{plan.pk}/commands/": f'{{"kind": "rename", "revision": 0, "code": "1", "name": "{half}"}}',
        f"/api/v1/plans/{plan.pk}/comments/": f'{{"text": "{half}"}}',
        "/api/v1/plans/": f'{{"name": "x", "scope_code": "{WEST}", "{half}": 1}}',
        "/api/v1/incidents/": f'{{"item": "26", "urgency": ["{half}"]}}',
        "/open311/v2/requests.json": f'{{"service_code": "{half}"}}',
    }
    for address, body in bodies.items():
        client.force_login(drawer if "plans" in address else worker)
        answer = client.generic("POST", address, body.encode(), kind)
        assert (answer.status_code, b"half of a character" in answer.content) == (400, True), (
            address,
            answer.content,
        )


def test_a_whole_character_of_two_halves_is_read(client):
    drawer = person("drawer", "drawer", "")
    client.force_login(drawer)
    answer = client.post(
        "/api/v1/plans/", f'{{"name": "\\ud83d\\ude00", "scope_code": "{WEST}"}}', "application/json"
    )
    assert (answer.status_code, answer.json()["name"]) == (201, "😀")


def ring(count: int) -> list[list[float]]:
    points = [
        [114.3 + cos(2 * pi * n / count) / 100, 34.8 + sin(2 * pi * n / count) / 100] for n in range(count)
    ]
    return [*points, points[0]]


MONSTERS = {
    "a line of 300,000 corners": {"kind": "split", "line": ring(300_000)},
    "nested": {"kind": "create", "geometry": {"type": "GeometryCollection", "geometries": []}},
    "no ring": {"kind": "create", "geometry": {"type": "Polygon", "coordinates": [[[0, 0]]]}},
    "bow tie": {
        "kind": "create",
        "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
    },
    "no type": {"kind": "create", "geometry": {"type": [], "coordinates": {}}},
    "texts": {"kind": "split", "line": [["x", "y"], [None, {}]]},
    "kind": {"kind": ["split"]},
}


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monstrous_command_is_refused(ground, name):
    drawer = person("drawer", "drawer", "")
    plan = create_plan(drawer, "p", WEST)
    client = Client(HTTP_ACCEPT_LANGUAGE="en", raise_request_exception=False)
    client.force_login(drawer)
    body = json.dumps({"revision": plan.revision, "code": f"{WEST}001", **MONSTERS[name]})
    start = monotonic()
    answer = client.post(f"/api/v1/plans/{plan.pk}/commands/", body, "application/json")
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.content[:300])
    assert monotonic() - start < SLEEP


WORDS = st.one_of(st.text(max_size=60), st.from_regex(r"[-+0-9.,eE'\";() ]{0,60}"))
FUZZ = settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@settings(FUZZ, max_examples=15)  # PROJ looks half a second for a name that it does not know
@given(text=WORDS)
def test_any_text_is_a_code_or_a_coordinate_system_or_is_refused(text):
    for read in (codes.tier_of, codes.parent_of, crs.named):
        with contextlib.suppress(WanggeError, ValueError):
            read(text)


@FUZZ
@given(data=st.data())
def test_any_text_in_a_query_is_answered(client, data):
    address = data.draw(
        st.sampled_from(
            ["/api/v1/areas/", "/api/v1/areas/at/", "/api/v1/incidents/", "/api/v1/layers/grids/", "/api/v1/search/",
             "/api/v1/situation/", "/api/v1/snap/", "/api/v1/statistics/", "/open311/v2/requests.json", "/ogc/wfs"]
        )
    )  # fmt: skip
    query = data.draw(st.dictionaries(st.sampled_from(NAMES), WORDS, max_size=4))
    wrong: list = []
    try:
        asked(client, address, wrong, query)
    except UnicodeError:
        return  # Django's client cannot send it
    assert wrong == []


@FUZZ
@given(xml=st.text(alphabet="<>/=\"' abFilterPropertyIsEqualTo:&;0", max_size=200))
def test_any_filter_is_answered(client, xml):
    wrong: list = []
    read = {"SERVICE": "WFS", "VERSION": "2.0.0", "REQUEST": "GetFeature", "TYPENAMES": "grids"}
    asked(client, "/ogc/wfs", wrong, {**read, "FILTER": xml})
    assert wrong == []
