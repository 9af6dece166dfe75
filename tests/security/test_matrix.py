"""Prove that one rule holds on every surface: role x surface x layer x area, ids against SQL's own answer.

Each user asks every surface for everything that is protected; what comes back is compared with the rows that lie
within the user's prefixes, as the owner of the tables counts them. A layer that a user may not see is named nowhere.
"""

import json
import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from lxml import etree

from gis_core import access
from layers import registry
from tests.layers.pyramid import decoded, tile_at
from tests.security.conftest import EAST, PLACES, ROLES, WEST, fill, person, run
from tests.shapes import COUNTY, place

pytestmark = pytest.mark.django_db(transaction=True)

LAYERS = {layer.key: layer for layer in registry.every() if layer.permission is not None}
WFS = "/ogc/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST="


DELETE = (
    '<wfs:Transaction service="WFS" version="2.0.0" xmlns:wfs="http://www.opengis.net/wfs/2.0"'
    ' xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:app="http://example.org/app">'
    '<wfs:Delete typeName="app:plan_{plan}"><fes:Filter><fes:ResourceId rid="plan_{plan}.{grid}"/></fes:Filter>'
    "</wfs:Delete></wfs:Transaction>"
)


@pytest.fixture
def every_user(db: None) -> dict[str, Any]:
    """One of every role for one village, for the county, and everywhere; no role; root; nobody."""
    return peopled([(role, prefix) for role in ROLES for prefix in (WEST, COUNTY, "")])


@pytest.fixture
def users(db: None) -> dict[str, Any]:
    """One of every role for one village, some for more; no role; root; nobody."""
    return peopled(
        [*((role, WEST) for role in ROLES), ("dispatcher", COUNTY), ("auditor", ""), ("drawer", EAST)]
    )


def peopled(held: list[tuple[str, str]]) -> dict[str, Any]:
    fill()
    some = {f"{role} {prefix or 'all'}": (role, prefix) for role, prefix in held}
    people = {name: person(name.replace(" ", "-"), *held) for name, held in some.items()}
    root = get_user_model().objects.create_superuser("root", password="sample-root")
    return {**people, "outsider": person("outsider"), "root": root, "nobody": None}


def client_for(user: Any, **more: Any) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en", **more)
    if user is not None:
        client.force_login(user)
    return client


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def allowed(user: Any, layer: registry.Layer, by_key: bool = False) -> set[str]:
    """The ids, or the primary keys, of the rows within the user's prefixes, by the owner's own count."""
    prefixes = [] if user is None else access.prefixes(user, layer.permission)
    rows = run(
        f"SELECT {layer.key_column if by_key else layer.id_field}::text, coalesce(area_code, '') FROM {layer.table}"
    )
    return {key for key, code in rows if any(code.startswith(prefix) for prefix in prefixes)}


# ---- what each surface gives of a layer: ids, or None where the layer does not exist for the user -------------


def over_rest(client: Client, layer: registry.Layer) -> set[str] | None:
    answer = client.get(f"/api/v1/layers/{layer.key}/")
    if answer.status_code == 404:
        return None
    assert "private" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"], layer.key
    return {str(feature["id"]) for feature in answer.json()["features"]}


def over_export(client: Client, layer: registry.Layer) -> set[str] | None:
    answer = client.get(f"/api/v1/layers/{layer.key}/export/?format=geojson")
    if answer.status_code == 404:
        return None
    assert "private" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"], layer.key
    return {str(feature["id"]) for feature in json.loads(content(answer))["features"]}


def over_wfs(client: Client, layer: registry.Layer) -> set[str] | None:
    answer = client.get(f"{WFS}GetFeature&TYPENAMES=app:{layer.key}")
    text = content(answer)
    described = client.get(f"{WFS}DescribeFeatureType&TYPENAMES=app:{layer.key}").status_code
    if answer.status_code in (400, 401, 404):
        assert described == answer.status_code, layer.key
        return None
    assert described == 200
    assert answer["Cache-Control"] == "no-store"
    members = etree.fromstring(text).xpath("//*[local-name()='member']/*")
    return {member.xpath("@*[local-name()='id']")[0].rpartition(".")[2] for member in members}


def over_tiles(client: Client, layer: registry.Layer) -> set[str] | None:
    found: set[str] = set()
    for x, y in PLACES.values():
        address = "/tiles/{}/{}/{}/{}.mvt".format(layer.key, *tile_at(*place(x, y), layer.zooms[1]))
        answer = client.get(address)
        if answer.status_code == 404:
            return None
        assert answer["Cache-Control"].startswith("private")
        if answer.status_code == 200:
            features = decoded(content(answer))[layer.key]["features"]
            # A feature's id is the key; a layer may be known by another field, which its tiles then carry.
            found |= {str(f["properties"].get(layer.id_field, f.get("id"))) for f in features}
    return found


NAMED = r'(?:app:|wangge_layer_|/tiles/|"(?:key|source)": ?"|<code>|<(?:ows:)?(?:Name|Identifier)>)%s[<"/._ ]'
"""A layer's key where a document names a layer by it."""
SURFACES = {"REST": over_rest, "export": over_export, "WFS": over_wfs, "tiles": over_tiles}


def test_every_surface_gives_every_user_what_the_database_would(users):
    compare(users)


@pytest.mark.long
def test_every_surface_and_every_role_at_every_level(every_user):
    compare(every_user)


def compare(users: dict[str, Any]) -> None:
    compared = 0
    for name, user in users.items():
        client = client_for(user)
        for layer in LAYERS.values():
            exists = registry.may_see(user, layer) if user is not None else False
            for surface, ask in SURFACES.items():
                got, wanted = ask(client, layer), allowed(user, layer, by_key=surface == "WFS")
                assert (got is not None) == exists, (name, surface, layer.key)
                assert (got or set()) == wanted, (name, surface, layer.key)
                compared += 1
    assert compared == len(users) * len(LAYERS) * len(SURFACES)
    # The test could not pass by nobody ever seeing anything.
    whole = {key: len(allowed(users["root"], layer)) for key, layer in LAYERS.items()}
    assert all(count == 3 for count in whole.values()), whole
    assert all(len(allowed(users["auditor " + WEST], layer)) == 1 for layer in LAYERS.values())


def test_a_refused_layer_is_named_nowhere(users):
    for name in ("nobody", "outsider", "drawer " + WEST, "worker " + WEST, "viewer " + WEST, "root"):
        client = client_for(users[name])
        texts = {
            address: content(client.get(address)).decode()
            for address in (
                "/api/v1/layers/",
                "/tiles/style.json",
                "/connect/",
                "/connect/wangge.qgs",
                f"{WFS}GetCapabilities",
                f"{WFS}DescribeFeatureType",
                "/raster/service?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities",
                "/raster/wmts/1.0.0/WMTSCapabilities.xml",
            )
        }
        for layer in LAYERS.values():
            named = {address for address, text in texts.items() if re.search(NAMED % layer.key, text)}
            sees = users[name] is not None and registry.may_see(users[name], layer)
            if sees:
                assert {"/api/v1/layers/", f"{WFS}GetCapabilities"} <= named, (name, layer.key)
            else:
                assert not named, (name, layer.key)


def numbers_within(user: Any) -> set[str]:
    prefixes = access.prefixes(user, "view_incident")
    rows = run("SELECT number, scope_code FROM incidents_incident")
    return {number for number, code in rows if any(code.startswith(prefix) for prefix in prefixes)}


def figured(user: Any) -> int:
    prefixes = access.prefixes(user, "view_incident")
    rows = run("SELECT coalesce(area_code_at_report, '') FROM incidents_incident")
    return sum(any(code.startswith(prefix) for prefix in prefixes) for (code,) in rows)


def test_incidents_are_the_same_over_rest_open311_and_the_figures(users):
    for name, user in users.items():
        client = client_for(user)
        listed, asked = client.get("/api/v1/incidents/"), client.get("/open311/v2/requests.json")
        figures = client.get("/api/v1/statistics/?by=none")
        if user is None:
            assert (listed.status_code, asked.status_code, figures.status_code) == (401, 403, 401)
            continue
        wanted = numbers_within(user)
        assert {f["properties"]["number"] for f in listed.json()["features"]} == wanted, name
        assert {one["service_request_id"] for one in asked.json()} == wanted, name
        counted = sum(row["counts"]["reported"] for row in figures.json().get("rows", []))
        # Figures go by the area at the report: what lies outside is in the sum of who sees everything.
        assert counted == figured(user), name
        for number, _code in run("SELECT number, scope_code FROM incidents_incident"):
            one = client.get(f"/api/v1/incidents/{number}/")
            assert one.status_code == (200 if number in wanted else 404), (name, number)


def test_plans_are_the_same_over_rest_and_wfs(users):
    for name, user in users.items():
        client = client_for(user)
        answer = client.get("/api/v1/plans/")
        if user is None:
            assert answer.status_code == 401
            continue
        prefixes = access.prefixes(user, "view_plan")
        rows = run("SELECT id, scope_code FROM grid_editor_plan")
        wanted = {key for key, code in rows if any(code.startswith(prefix) for prefix in prefixes)}
        assert {plan["id"] for plan in answer.json()} == wanted, name
        for key, _code in rows:
            for part in ("", "grids/", "comments/", "log/"):
                status = client.get(f"/api/v1/plans/{key}/{part}").status_code
                assert (status == 200) == (key in wanted), (name, key, part)
        capabilities = content(client.get(f"{WFS}GetCapabilities")).decode()
        named = {int(key) for key in re.findall(r"app:plan_?(\d+)", capabilities)}
        assert named <= wanted, name


def test_search_and_the_situation_name_no_row_out_of_scope(users):
    """Each row's name holds its table and village; no answer holds the name of one that is not the user's."""
    for name, user in users.items():
        client = client_for(user)
        texts = [content(client.get("/api/v1/search/", {"q": "layers_", "limit": 100})).decode()]
        texts += [content(client.get(f"/api/v1/areas/{code}/situation/")).decode() for code in (WEST, EAST)]
        lon, lat = place(*PLACES[EAST])
        texts.append(content(client.get(f"/api/v1/situation/?lon={lon}&lat={lat}&radius=2000")).decode())
        for key, layer in LAYERS.items():
            if key.startswith("incidents"):  # their names are codes, which every answer holds
                continue
            seen = allowed(user, layer)
            rows = run(f"SELECT id::text, name FROM {layer.table}")
            for row, title in rows:
                if row not in seen:
                    assert not any(f'"{title}"' in text for text in texts), (name, title)


def test_events_are_heard_by_who_may(users):
    from gis_core.events.reading import Event
    from gis_core.events.who import _of

    for name, user in users.items():
        if user is None:
            continue
        for action in ("view_incident", "view_plan"):
            for code in (WEST, EAST, ""):
                event = Event(1, "incident", code, action, {})
                assert _of(user).scope.hears(event) == access.may(user, action, code), (name, action, code)


def test_the_admin_is_for_its_staff_only(users):
    for name, user in users.items():
        for address in ("/admin/", "/admin/gis_core/auditentry/", "/admin/incidents/item/"):
            status = client_for(user).get(address).status_code
            assert (status == 200) == (name == "root"), (name, address)


def test_a_transaction_reaches_only_plans_that_the_user_may_edit(users):
    (plan,) = run("SELECT id FROM grid_editor_plan WHERE scope_code = %s", EAST)[0]
    for name, user in users.items():
        there = [
            key for (key,) in run("SELECT id FROM grid_editor_plangrid WHERE plan_id = %s ORDER BY id", plan)
        ]
        body = DELETE.format(plan=plan, grid=there[0])
        answer = client_for(user, enforce_csrf_checks=False).post("/ogc/wfs", body, content_type="text/xml")
        may = user is not None and access.may(user, "edit_plan", EAST)
        assert (answer.status_code == 200) == may, (name, answer.status_code, answer.content[:300])
        left = run("SELECT count(*) FROM grid_editor_plangrid WHERE plan_id = %s", plan)[0][0]
        assert left == len(there) - may, name
