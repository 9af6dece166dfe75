"""WFS-T in its three versions: axis orders, filters, atomic documents, refusals in the client's shape."""

import pytest
import shapely
from django.test import Client

from gis_core.models import Area
from grid_editor.models import Plan
from tests.grid_editor.conftest import EAST, WEST, person
from tests.grid_editor.wfs.conftest import basic
from tests.grid_editor.wfs.documents import (
    URN,
    delete,
    gml2,
    gml3,
    ids,
    insert,
    parsed,
    said,
    sent,
    shape,
    transaction,
    update,
)
from tests.shapes import square

VERSIONS = ("1.0.0", "1.1.0", "2.0.0")
ROOTS = {
    "1.0.0": "{http://www.opengis.net/wfs}WFS_TransactionResponse",
    "1.1.0": "{http://www.opengis.net/wfs}TransactionResponse",
    "2.0.0": "{http://www.opengis.net/wfs/2.0}TransactionResponse",
}
REPORTS = {
    "1.0.0": "{http://www.opengis.net/ogc}ServiceExceptionReport",
    "1.1.0": "{http://www.opengis.net/ows}ExceptionReport",
    "2.0.0": "{http://www.opengis.net/ows/1.1}ExceptionReport",
}


@pytest.fixture
def name(plan):
    return f"plan_{plan.pk}"


@pytest.fixture
def fid(plan, name):
    """The feature id of a grid by its code."""
    return lambda code: f"{name}.{plan.grids.get(code=code).pk}"


def ground(plan, code):
    return shapely.from_wkb(bytes(plan.grids.get(code=code).geom.wkb))


def state(plan):
    """Everything that a refused document must leave as it was."""
    plan.refresh_from_db()
    return plan.revision, list(plan.grids.values_list("pk", "code", "name", "geom")), plan.commands.count()


def total(response, word):
    return int(parsed(response).xpath(f"string(//*[local-name()='total{word}'])") or 0)


@pytest.mark.parametrize("version", VERSIONS)
def test_insert_update_and_delete_in_one_document_are_answered_in_its_version(wfs, plan, name, fid, version):
    text = transaction(
        version,
        update(version, name, ids(version, fid(f"{WEST}001")), name="改名", geom=shape(version, 0, 0, 0.9)),
        delete(name, ids(version, fid(f"{WEST}002"), fid(f"{WEST}003"))),
        insert(name, shape(version, 1, 0), handle="new"),
    )
    answer = sent(wfs, text)
    assert answer.status_code == 200
    assert parsed(answer).tag == ROOTS[version], answer.content.decode()
    assert parsed(answer).get("version") == version
    if version != "1.0.0":
        assert [total(answer, word) for word in ("Inserted", "Updated", "Deleted")] == [1, 1, 2]
    new = plan.grids.get(code=f"{WEST}007")
    (found,) = parsed(answer).xpath("//@fid | //@rid")
    assert found == f"{name}.{new.pk}"
    assert plan.grids.get(code=f"{WEST}001").name == "改名"
    assert shapely.equals(ground(plan, f"{WEST}001"), square(0, 0, 0.9))
    assert shapely.equals(ground(plan, f"{WEST}007"), square(1, 0))
    assert plan.grids.count() == 11
    plan.refresh_from_db()
    assert plan.revision == 1
    assert Area.objects.live().filter(tier="grid").count() == 12


LAT_LON = [URN, "urn:ogc:def:crs:EPSG::4326", "http://www.opengis.net/def/crs/EPSG/0/4490", None]
LON_LAT = [
    "EPSG:4490",
    "EPSG:4326",
    "http://www.opengis.net/gml/srs/epsg.xml#4490",
    "urn:ogc:def:crs:OGC:1.3:CRS84",
]


@pytest.mark.parametrize("version", ["1.1.0", "2.0.0"])
def test_axis_order_follows_the_notation(wfs, plan, name, fid, version):
    where = ids(version, fid(f"{WEST}001"))
    for number, srs in enumerate([*LAT_LON, *LON_LAT]):
        side = 0.5 + number / 100
        geometry = gml3(0, 0, side, srs, srs in LAT_LON)
        answer = sent(wfs, transaction(version, update(version, name, where, geom=geometry)))
        assert total(answer, "Updated") == 1, answer.content.decode()
        assert shapely.equals(ground(plan, f"{WEST}001"), square(0, 0, side)), srs


def test_version_1_0_is_lon_lat_whatever_srsname_says(wfs, plan, name, fid):
    where = ids("1.0.0", fid(f"{WEST}001"))
    for number, srs in enumerate([*filter(None, LAT_LON), *LON_LAT]):
        side = 0.5 + number / 100
        geometry = gml2(0, 0, side, srs)
        answer = sent(wfs, transaction("1.0.0", update("1.0.0", name, where, geom=geometry)))
        assert b"SUCCESS" in answer.content
        assert shapely.equals(ground(plan, f"{WEST}001"), square(0, 0, side)), srs


def test_srsname_of_the_action_or_the_document_counts_where_the_geometry_has_none(wfs, plan, name, fid):
    geometry = gml3(0, 0, 0.5, None, lat_first=False)
    action = update("2.0.0", name, ids("2.0.0", fid(f"{WEST}001")), geom=geometry)
    assert total(sent(wfs, transaction("2.0.0", action, attributes='srsName="EPSG:4490"')), "Updated") == 1
    within = action.replace("<wfs:Update ", '<wfs:Update srsName="EPSG:4490" ')
    assert total(sent(wfs, transaction("2.0.0", within)), "Updated") == 1
    assert shapely.equals(ground(plan, f"{WEST}001"), square(0, 0, 0.5))


def test_a_plane_is_reprojected_and_lands_on_the_drafts_own_vertices(wfs, plan, name, fid):
    from gis_core import crs

    there = crs._projector("EPSG:4490", "EPSG:4547")
    plane = shapely.transform(square(0, 0), there)
    # Tenths of a millimetre: what comes back is a little off, and means the vertices it came from.
    text = " ".join(f"{y:.4f} {x:.4f}" for x, y in shapely.get_coordinates(plane))
    geometry = gml3(0, 0, 1, "urn:ogc:def:crs:EPSG::4547")
    head, _list, tail = geometry.partition("<gml:posList>")
    geometry = head + _list + text + tail[tail.index("</gml:posList>") :]
    answer = sent(
        wfs, transaction("2.0.0", update("2.0.0", name, ids("2.0.0", fid(f"{WEST}001")), geom=geometry))
    )
    assert total(answer, "Updated") == 1, answer.content.decode()
    assert set(map(tuple, shapely.get_coordinates(ground(plan, f"{WEST}001")))) == set(
        map(tuple, shapely.get_coordinates(square(0, 0)))
    )


def test_saving_what_is_stored_already_succeeds_and_makes_no_step(wfs, plan, name, fid):
    action = update("1.1.0", name, ids("1.1.0", fid(f"{WEST}001")), geom=gml3(0, 0), code=f"{WEST}001")
    assert total(sent(wfs, transaction("1.1.0", action)), "Updated") == 1
    assert state(plan)[0] == 0


def test_gaps_and_overlaps_are_defects_not_refusals(wfs, plan, name, fid, client_of, drawer):
    answer = sent(
        wfs,
        transaction(
            "1.0.0",
            update("1.0.0", name, ids("1.0.0", fid(f"{WEST}001")), geom=gml2(0, 0, 0.5)),
            update("1.0.0", name, ids("1.0.0", fid(f"{WEST}005")), geom=gml2(0.9, 1, 0.9)),
        ),
    )
    assert b"SUCCESS" in answer.content
    found = client_of(drawer).get(f"/api/v1/plans/{plan.pk}/defects/").json()["features"]
    assert {"gap", "overlap"} <= {defect["properties"]["kind"] for defect in found}


def test_a_bow_tie_is_kept_as_a_defect(wfs, plan, name, fid, client_of, drawer):
    text = gml2(0, 0)
    start, end = text.index(">114") + 1, text.index("</gml:coordinates>")
    pairs = text[start:end].split()
    crossed = text[:start] + " ".join([pairs[0], pairs[2], pairs[1], pairs[3], pairs[0]]) + text[end:]
    answer = sent(
        wfs, transaction("1.0.0", update("1.0.0", name, ids("1.0.0", fid(f"{WEST}001")), geom=crossed))
    )
    assert b"SUCCESS" in answer.content, answer.content
    found = client_of(drawer).get(f"/api/v1/plans/{plan.pk}/defects/").json()["features"]
    assert "invalid" in {defect["properties"]["kind"] for defect in found}


def test_a_new_code_renumbers_and_the_feature_keeps_its_id(wfs, plan, name, fid):
    known = fid(f"{WEST}001")
    action = update("2.0.0", name, ids("2.0.0", known), code=f"{WEST}020", name="二十")
    assert total(sent(wfs, transaction("2.0.0", action)), "Updated") == 1
    assert fid(f"{WEST}020") == known
    assert plan.grids.get(code=f"{WEST}020").name == "二十"


def test_features_are_found_by_their_fields_too(wfs, plan, name):
    where = "<ogc:Filter><ogc:Or>{}</ogc:Or></ogc:Filter>".format(
        "".join(
            f"<ogc:PropertyIsEqualTo><ogc:PropertyName>app:code</ogc:PropertyName><ogc:Literal>{code}</ogc:Literal>"
            "</ogc:PropertyIsEqualTo>"
            for code in (f"{WEST}001", f"{EAST}001")
        )
    )
    answer = sent(wfs, transaction("1.1.0", update("1.1.0", name, where, name="同名")))
    assert total(answer, "Updated") == 2
    assert set(plan.grids.filter(name="同名").values_list("code", flat=True)) == {f"{WEST}001", f"{EAST}001"}


def test_what_the_server_counts_is_passed_over(wfs, plan, name, fid):
    values = {"households": "999", "residents": None, "area_m2": "1", "gml_id": "plan_1.1", "name": "有名"}
    assert (
        total(
            sent(wfs, transaction("2.0.0", update("2.0.0", name, ids("2.0.0", fid(f"{WEST}001")), **values))),
            "Updated",
        )
        == 1
    )
    grid = plan.grids.get(code=f"{WEST}001")
    assert (grid.name, grid.households) == ("有名", 0)


def test_several_plans_in_one_document_stand_or_fall_together(wfs, plan, name, fid, drawer):
    from grid_editor import services

    other = services.create_plan(drawer, "另一个", WEST)
    key = other.grids.get(code=f"{WEST}001").pk
    good = update("2.0.0", name, ids("2.0.0", fid(f"{WEST}001")), name="一")
    also = update("2.0.0", f"plan_{other.pk}", ids("2.0.0", f"plan_{other.pk}.{key}"), name="二")
    assert total(sent(wfs, transaction("2.0.0", good, also)), "Updated") == 2
    Plan.objects.filter(pk=other.pk).update(state="approved")
    before = state(plan)
    again = update("2.0.0", name, ids("2.0.0", fid(f"{WEST}001")), name="三")
    assert sent(wfs, transaction("2.0.0", again, also.replace("二", "四"))).status_code == 409
    assert state(plan) == before


# ---- refusals -----------------------------------------------------------------------------------------------


def wrong_documents(version, name, fid):
    """(what is wrong, the action, a word of the reason)."""
    first = ids(version, fid(f"{WEST}001"))
    srs = URN.replace("4490", "2000")
    line = (
        f'<gml:LineString srsName="{URN}"><gml:posList>34.8 114.3 34.81 114.31</gml:posList></gml:LineString>'
    )
    outside = gml2(90, 40) if version == "1.0.0" else gml3(90, 40)
    unknown = gml2(0, 0, 1, srs) if version == "1.0.0" else gml3(0, 0, 1, srs)
    return {
        "outside": (update(version, name, first, geom=outside), "outside"),
        "line": (update(version, name, first, geom=line), "polygon"),
        "crs": (update(version, name, first, geom=unknown), "cannot be used"),
        "unknown id": (delete(name, ids(version, f"{name}.999999")), "no feature"),
        "id of another type": (delete(name, ids(version, "grids.1")), "no feature"),
        "unknown field": (update(version, name, first, colour="red"), "colour"),
        "no geometry": (update(version, name, first, geom=None), "polygon"),
        "bad code": (insert(name, shape(version, 0, 0), code="17"), "digits"),
        "bad kind": (update(version, name, first, kind="odd"), "general"),
        "taken code": (update(version, name, first, code=f"{WEST}002"), "in use"),
        "other village": (update(version, name, first, parent_code=EAST), "never leaves"),
        "no filter": (f'<wfs:Delete typeName="app:{name}"/>', "filter"),
        "public layer": (delete("grids", ids(version, "grids.1")), "read"),
        "no such type": (delete("nothing", ids(version, "nothing.1")), "nothing"),
        "no such plan": (delete("plan_987654", ids(version, "plan_987654.1")), "987654"),
        "nonsense": ("<wfs:Explode/>", "Explode"),
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_a_refusal_says_why_in_the_clients_shape_and_changes_nothing(wfs, plan, name, fid, version):
    good = update(version, name, ids(version, fid(f"{EAST}001")), name="不留")
    before = state(plan)
    for case, (action, word) in wrong_documents(version, name, fid).items():
        answer = sent(wfs, transaction(version, good, action))
        assert parsed(answer).tag == REPORTS[version], case
        assert word in said(answer), (case, said(answer))
        assert answer.status_code == 200 if version != "2.0.0" else 400 <= answer.status_code < 500, case
        assert state(plan) == before, case


def test_a_frozen_plan_is_read_and_not_written(wfs, plan, name, fid):
    address = f"/ogc/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=app:{name}&RESULTTYPE=hits"
    for frozen in ("submitted", "approved", "published", "withdrawn"):
        Plan.objects.filter(pk=plan.pk).update(state=frozen)
        answer = sent(wfs, transaction("2.0.0", delete(name, ids("2.0.0", fid(f"{WEST}001")))))
        assert answer.status_code == 409
        assert "cannot be edited" in said(answer)
        assert plan.grids.count() == 12
        assert b'numberMatched="12"' in b"".join(wfs.get(address).streaming_content)


def test_the_handle_of_the_wrong_action_is_named(wfs, name, fid):
    action = update("2.0.0", name, ids("2.0.0", fid(f"{WEST}001")), handle="third", kind="odd")
    (locator,) = parsed(sent(wfs, transaction("2.0.0", action))).xpath("//@locator")
    assert locator == "third"


# ---- who ----------------------------------------------------------------------------------------------------


def capabilities(client):
    return client.get("/ogc/wfs?SERVICE=WFS&REQUEST=GetCapabilities").content.decode()


def test_the_capabilities_show_drafts_and_the_pencil_to_those_who_may(wfs, plan, name):
    seen = capabilities(wfs)
    assert f"<Name>app:{name}</Name>" in seen
    assert '<ows:Operation name="Transaction">' in seen
    assert '"ImplementsTransactionalWFS"><ows:NoValues/><ows:DefaultValue>TRUE' in seen
    person("viewer", "viewer")
    viewer = capabilities(Client(headers=basic("viewer")))
    assert f"<Name>app:{name}</Name>" in viewer
    assert "Transaction" not in viewer.replace("PagingIsTransactionSafe", "").replace(
        "ImplementsTransactionalWFS", ""
    )
    person("far", "drawer", "110101")
    assert name not in capabilities(Client(headers=basic("far")))
    assert name not in capabilities(Client())


@pytest.mark.parametrize("version", VERSIONS)
def test_writing_needs_somebody_who_may(plan, name, fid, version):
    person("viewer", "viewer")
    person("far", "drawer", "110101")
    text = transaction(version, delete(name, ids(version, fid(f"{WEST}001"))))
    nobody = sent(Client(), text)
    assert nobody.status_code == 401
    assert nobody["WWW-Authenticate"].startswith("Basic ")
    assert parsed(nobody).tag == REPORTS[version]
    for user, word in (("viewer", "roles"), ("far", "no plan")):
        answer = sent(Client(headers=basic(user)), text)
        assert parsed(answer).tag == REPORTS[version]
        assert word in said(answer)
    assert plan.grids.count() == 12


@pytest.mark.parametrize("request_name", ["GetFeature", "DescribeFeatureType"])
def test_reading_a_draft_without_signing_in_is_asked_for_a_password(plan, name, request_name):
    address = f"/ogc/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST={request_name}&TYPENAMES=app:{name}"
    answer = Client().get(address)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic ")
    assert answer["Cache-Control"] == "no-store"
    # One that does not exist is answered alike, so nobody learns which plans there are.
    assert Client().get(address.replace(name, "plan_987654")).status_code == 401
    person("far", "drawer", "110101")
    assert Client(headers=basic("far")).get(address).status_code == 400


def test_a_wrong_password_is_401_even_for_what_is_public(plan):
    answer = Client(headers=basic("drawer", "wrong")).get("/ogc/wfs?SERVICE=WFS&REQUEST=GetCapabilities")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic ")


def test_a_password_counts_no_longer_once_it_is_changed(wfs, plan, name, drawer):
    assert name in capabilities(wfs)
    drawer.set_password("new")
    drawer.save()
    assert wfs.get("/ogc/wfs?SERVICE=WFS&REQUEST=GetCapabilities").status_code == 401
    drawer.is_active = False
    drawer.save()
    closed = Client(headers=basic("drawer", "new"))
    assert closed.get("/ogc/wfs?SERVICE=WFS&REQUEST=GetCapabilities").status_code == 401


def test_a_foreign_page_cannot_write_with_the_session_of_a_signed_in_person(plan, name, fid, drawer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(drawer)
    text = transaction("2.0.0", delete(name, ids("2.0.0", fid(f"{WEST}001"))))
    answer = sent(client, text, "text/plain")
    assert answer.status_code == 403
    assert plan.grids.count() == 12


def test_a_token_signs_in_too(plan, name, fid, drawer):
    from tests.tokens import token_of

    client = Client(headers={"Authorization": f"Token {token_of(drawer)}"})
    assert (
        total(sent(client, transaction("2.0.0", delete(name, ids("2.0.0", fid(f"{WEST}001"))))), "Deleted")
        == 1
    )


def test_the_drafts_extent_stands_in_the_capabilities(wfs, plan, name):
    seen = capabilities(wfs)
    part = seen[seen.index(f"<Name>app:{name}</Name>") :]
    assert "<ows:LowerCorner>114.3 34.8</ows:LowerCorner>" in part[: part.index("</FeatureType>")]
