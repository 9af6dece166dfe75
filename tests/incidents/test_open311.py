"""Prove GeoReport v2 with clients from a registry (filing and reading) and plain HTTP as the specification says."""

from xml.etree import ElementTree

import pytest
from civicbot.http import HttpTransport
from civicbot.open311 import CONFIRM_TOKEN, Open311Client, ValidationError
from civicbot.registry import Endpoint
from georeport import GeoReport
from rest_framework.test import APIClient

from incidents.models import Incident
from tests.incidents.conftest import WEST, lay_out, person
from tests.shapes import place
from tests.tokens import token_of

pytestmark = pytest.mark.django_db
V2 = "/open311/v2"
LON, LAT = place(0.5, 0.5)


@pytest.fixture
def key(town, people) -> str:
    return token_of(people["worker"])


@pytest.fixture
def web() -> APIClient:
    return APIClient(HTTP_ACCEPT_LANGUAGE="en")


def file_one(web, key, kind="json", **more):
    form = {"api_key": key, "service_code": "26", "lat": LAT, "long": LON, "description": "rubbish", **more}
    return web.post(f"{V2}/requests.{kind}", form)


def test_services_in_both_formats(web, town):
    rows = web.get(f"{V2}/services.json").json()
    assert len(rows) == 44
    assert rows[25]["service_code"] == "26"
    assert set(rows[0]) == {
        "service_code",
        "service_name",
        "description",
        "metadata",
        "type",
        "keywords",
        "group",
    }
    tree = ElementTree.fromstring(web.get(f"{V2}/services.xml?jurisdiction_id=410202").content)
    assert (tree.tag, tree[25].tag, tree[25].findtext("service_code")) == ("services", "service", "26")
    assert tree[0].findtext("metadata") == "true"


def test_a_service_defines_its_attributes(web, town):
    found = web.get(f"{V2}/services/26.json").json()
    assert [(a["code"], a["datatype"]) for a in found["attributes"]] == [
        ("urgency", "singlevaluelist"),
        ("involved", "number"),
    ]
    tree = ElementTree.fromstring(web.get(f"{V2}/services/26.xml").content)
    assert tree.find("attributes/attribute/values/value").findtext("key") == "normal"
    missing = web.get(f"{V2}/services/999.json")
    assert (missing.status_code, missing.json()[0]["code"]) == (404, 404)


def test_filing_and_reading_back(web, key):
    made = file_one(
        web, key, **{"attribute[urgency]": "urgent", "first_name": "三", "last_name": "张", "phone": "138"}
    )
    assert made.status_code == 201
    number = made.json()[0]["service_request_id"]
    row = Incident.objects.get(number=number)
    assert (row.source, row.urgency, row.contact, row.grid_code) == ("open311", "urgent", "138", f"{WEST}001")
    shown = web.get(f"{V2}/requests/{number}.json?api_key={key}").json()[0]
    assert (shown["status"], shown["lat"], shown["long"], shown["description"]) == (
        "open",
        LAT,
        LON,
        "rubbish",
    )
    assert web.get(f"{V2}/tokens/{number}.json?api_key={key}").json() == [
        {"service_request_id": number, "token": number}
    ]
    tree = ElementTree.fromstring(web.get(f"{V2}/requests/{number}.xml?api_key={key}").content)
    assert (tree.tag, tree[0].tag, tree[0].findtext("service_request_id")) == (
        "service_requests",
        "request",
        number,
    )


def test_filing_in_xml_by_address_and_in_gcj02(web, key):
    import numpy as np

    from gis_core import crs

    lon, lat = crs.wgs84_to_gcj02(np.array([[LON, LAT]]))[0]
    tree = ElementTree.fromstring(file_one(web, key, "xml", lat=lat, long=lon, crs="gcj02").content)
    row = Incident.objects.get(number=tree.findtext("request/service_request_id"))
    assert (row.geom.x, row.geom.y) == pytest.approx((LON, LAT), abs=1e-7)
    unclear = web.post(
        f"{V2}/requests.json", {"api_key": key, "service_code": "26", "address_string": "无此路1号"}
    )
    assert (unclear.status_code, unclear.json()[0]["code"]) == (422, 422)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"api_key": ""}, 403),
        ({"api_key": "wrong"}, 403),
        ({"service_code": ""}, 400),
        ({"service_code": "999"}, 400),
        ({"lat": LON, "long": LAT}, 400),
        ({"lat": "", "long": ""}, 400),
        ({"attribute[urgency]": "soon"}, 400),
    ],
)
@pytest.mark.parametrize("kind", ["json", "xml"])
def test_errors_are_as_the_specification_has_them(web, key, change, status, kind):
    answer = file_one(web, key, kind, **change)
    assert answer.status_code == status
    if kind == "json":
        assert answer.json()[0]["code"] == status
        assert answer.json()[0]["description"]
    else:
        assert ElementTree.fromstring(answer.content).findtext("error/code") == str(status)
    assert not Incident.objects.exists()


def test_requests_are_filtered_and_paged(web, key):
    numbers = [file_one(web, key, long=place(x, 0.5)[0], service_code=code).json()[0]["service_request_id"]
               for x, code in ((0.5, "26"), (1.5, "33"), (2.5, "26"))]  # fmt: skip
    Incident.objects.filter(number=numbers[0]).update(reported_at="2026-01-01T00:00:00Z")
    Incident.objects.filter(number=numbers[1]).update(state="rejected")

    def listed(query):
        answer = web.get(f"{V2}/requests.json?api_key={key}&{query}")
        assert answer.status_code == 200, answer.content
        return {row["service_request_id"] for row in answer.json()}

    assert listed("") == set(numbers[1:])
    assert listed("start_date=2025-12-31T00:00:00Z&end_date=2026-01-02T00:00:00Z") == {numbers[0]}
    assert listed(f"service_request_id={numbers[0]},{numbers[1]}") == set(numbers[:2])
    assert listed("status=closed") == {numbers[1]}
    assert listed("status=open,closed&service_code=33,26") == set(numbers[1:])
    assert listed("bbox={},{},{},{}".format(*place(2, 0), *place(3, 1))) == {numbers[2]}
    assert len(listed("page_size=1&page=1") | listed("page_size=1&page=2")) == 2
    for bad in (
        "status=x",
        "bbox=1",
        "page=0",
        "start_date=x",
        "start_date=9999-12-31T23:59:59Z",
        "start_date=2026-01-01&end_date=2026-08-01",
    ):
        assert web.get(f"{V2}/requests.json?api_key={key}&{bad}").status_code == 400, bad


def test_who_reads_sees_what_they_may(web, key, people):
    number = file_one(web, key).json()[0]["service_request_id"]
    far = token_of(person("far", "viewer", "410299"))
    assert web.get(f"{V2}/requests.json").status_code == 403
    assert web.get(f"{V2}/requests.json?api_key={far}").json() == []
    assert web.get(f"{V2}/requests/{number}.json?api_key={far}").status_code == 404


def test_control_characters_make_no_broken_xml(web, key):
    number = file_one(web, key, description="a\x0bb<&>").json()[0]["service_request_id"]
    tree = ElementTree.fromstring(web.get(f"{V2}/requests/{number}.xml?api_key={key}").content)
    assert tree.findtext("request/description") == "ab<&>"


def test_discovery(web, town):
    found = web.get("/open311/discovery.json").json()
    assert found["endpoints"][0]["specification"].endswith("GeoReport_v2")
    assert (
        ElementTree.fromstring(web.get(f"{V2}/discovery.xml").content).find(
            "endpoints/endpoint/formats/format"
        )
        is not None
    )


@pytest.mark.django_db(transaction=True)
def test_a_client_from_a_registry_reads(live_server):
    lay_out()
    worker = person("reader", "worker")
    worker.set_password("p")
    worker.save()
    number = file_one(APIClient(), token_of(worker)).json()[0]["service_request_id"]
    root = live_server.url.replace("://", "://reader:p@") + V2
    for kind in ("json", "xml"):
        client = GeoReport(root, jurisdiction="410202", output_format=kind)
        assert len(client.get_service_list()) == 44
        assert client.get_service_definition("26")["service_code"] == "26"
        rows = client.get_service_requests(service_code="26", status="open")
        assert (rows if isinstance(rows, dict) else rows[0])["service_request_id"] == number
        assert client.get_service_request(number)["service_request_id"] == number


class WithToken(HttpTransport):
    """The client's own transport, with the reader's token: incidents are not for everybody to read."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.signed = {"Authorization": f"Token {token}"}

    def get_bytes(self, url, params=None, headers=None):
        return super().get_bytes(url, params, {**(headers or {}), **self.signed})


@pytest.mark.django_db(transaction=True)
def test_a_client_from_a_registry_files_and_reads_back(live_server):
    lay_out()
    token = token_of(person("files", "worker"))
    here = Endpoint("here", "Wangge", f"{live_server.url}{V2}", write=True)
    client = Open311Client(here, WithToken(token), jurisdiction_id="410202")
    what = {"lat": LAT, "lng": LON, "description": "路口有垃圾", "phone": "13800000000", "api_key": token}
    # The client itself checks against the services and their definitions that the server tells.
    with pytest.raises(ValidationError, match="urgency"):
        client.create_request("26", validate_remote=True, attributes={"urgency": "soon"}, **what)
    assert not Incident.objects.exists()
    sent = client.create_request(
        "26",
        validate_remote=True,
        attributes={"urgency": "urgent"},
        dry_run=False,
        confirm=CONFIRM_TOKEN,
        **what,
    )
    number = sent.response[0]["service_request_id"]
    row = Incident.objects.get()
    assert (row.number, row.urgency, row.source, row.grid_code) == (number, "urgent", "open311", f"{WEST}001")
    told = client.get_request(number)
    assert (told["service_request_id"], told["status"], told["description"]) == (number, "open", "路口有垃圾")
    assert [one["service_request_id"] for one in client.list_requests(status="open")] == [number]
    assert client.get_token(number)[0]["service_request_id"] == number
