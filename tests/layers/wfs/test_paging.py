"""Pages by STARTINDEX are complete while another session inserts and deletes: none lost, none twice."""

import json
import random
import re
import threading

import psycopg
import pytest
from django.contrib.gis.geos import Point
from django.db import connections
from django.test import Client

from layers.models import Hospital, WfsBookmark
from tests.shapes import place

WIDTH = 500


def fill(count):
    Hospital.objects.bulk_create(
        [
            Hospital(
                source_id=f"h{number}",
                name=f"医院{number % 7}" if number % 5 else "",
                geom=Point(*place(number % WIDTH / WIDTH, number // WIDTH / WIDTH), srid=4490),
            )
            for number in range(count)
        ],
        batch_size=5000,
    )


def ids_of(text):
    return list(map(int, re.findall(r'(?:gml:id="|"id": ?")hospitals\.(\d+)"', text)))


def page(client, start, count, **more):
    query = {
        "SERVICE": "WFS",
        "VERSION": "2.0.0",
        "REQUEST": "GetFeature",
        "TYPENAMES": "app:hospitals",
        "STARTINDEX": start,
        "COUNT": count,
        **more,
    }
    answer = client.get("/ogc/wfs", query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def everything(client, count, between=lambda: None, **more):
    """All ids, page by page until a short one, as QGIS asks."""
    found = []
    while True:
        ids = ids_of(page(client, len(found), count, **more))
        found += ids
        if len(ids) < count:
            return found
        between()


@pytest.mark.parametrize("output", ["application/gml+xml; version=3.2", "geojson"])
@pytest.mark.parametrize("sort", [None, "name", "name DESC", "name DESC,source_id"])
def test_rows_deleted_and_inserted_between_pages_hide_no_other(db, client, output, sort):
    fill(60)
    throughout = set(Hospital.objects.values_list("pk", flat=True))
    chance = random.Random(1)

    def disturb():
        gone = chance.sample(sorted(throughout), 3)
        Hospital.objects.filter(pk__in=gone).delete()
        throughout.difference_update(gone)
        Hospital.objects.create(
            source_id=f"n{chance.random()}", name="新", geom=Point(*place(0, 0), srid=4490)
        )

    more = {"OUTPUTFORMAT": output, **({"SORTBY": sort} if sort else {})}
    found = everything(client, 7, disturb, **more)
    assert len(found) == len(set(found))
    assert throughout <= set(found)
    assert not WfsBookmark.objects.exists()


def test_a_page_asked_for_again_is_the_same(db, client):
    fill(30)
    page(client, 0, 10)
    Hospital.objects.filter(pk__in=Hospital.objects.order_by("pk").values("pk")[:5]).delete()
    second = ids_of(page(client, 10, 10))
    assert ids_of(page(client, 10, 10)) == second
    assert len(second) == 10


def test_two_runs_at_once_of_one_client_lose_nothing(db, client):
    fill(30)
    first = ids_of(page(client, 0, 10))
    Hospital.objects.filter(pk=first[0]).delete()
    second = ids_of(page(client, 0, 10))
    for seen in (second, first):
        assert max(seen) + 1 in ids_of(page(client, 10, 10))


def test_different_users_and_queries_do_not_share_their_runs(db, client):
    fill(30)
    page(client, 0, 10)
    other = Client(headers={"User-Agent": "other"})
    Hospital.objects.filter(pk__in=Hospital.objects.order_by("pk").values("pk")[:5]).delete()
    # Without a first page of its own an index is an offset.
    assert ids_of(page(other, 10, 10))[0] == Hospital.objects.order_by("pk")[10].pk
    filtered = {"FILTER": "<Filter><PropertyIsNotEqualTo><ValueReference>name</ValueReference>"
                "<Literal>x</Literal></PropertyIsNotEqualTo></Filter>"}  # fmt: skip
    assert ids_of(page(client, 10, 10, **filtered))[0] == Hospital.objects.order_by("pk")[10].pk


def test_posted_pages_go_on_too(db, client):
    fill(30)
    text = (
        '<GetFeature xmlns="http://www.opengis.net/wfs/2.0" xmlns:app="urn:wangge:app" service="WFS" version="2.0.0"'
        ' count="10" startIndex="{}"><Query typeNames="app:hospitals"/></GetFeature>'
    )
    found = []
    for start in (0, 10, 20):
        answer = client.post("/ogc/wfs", text.format(start), content_type="text/xml")
        found += ids_of(b"".join(answer.streaming_content).decode())
        Hospital.objects.filter(pk=found[0]).delete()
    assert len(set(found)) == len(found) == 30


def test_the_last_page_has_no_next_and_others_do(db, client):
    fill(20)
    assert ' next="' in page(client, 0, 10)
    assert ' next="' not in page(client, 10, 10)
    whole = json.loads(page(client, 0, 10, OUTPUTFORMAT="geojson"))
    assert whole["numberReturned"] == 10


# ---- another session, another process -----------------------------------------------------------------------


def _disturb(dsn, stop, protected, errors):
    """Insert and delete as fast as it goes, never touching the protected rows."""
    try:
        with psycopg.connect(dsn, autocommit=True) as session:
            chance = random.Random(2)
            number = 0
            while not stop.is_set():
                number += 1
                session.execute(
                    "INSERT INTO layers_hospital (source_id, name, geom) VALUES (%s, 'x',"
                    " ST_SetSRID(ST_MakePoint(114.3, 34.8), 4490))",
                    [f"d{number}"],
                )
                session.execute(
                    "DELETE FROM layers_hospital WHERE id = ANY(%s) AND id %% 3 = 0",
                    [[chance.randrange(*protected) for _ in range(5)]],
                )
    except Exception as error:
        errors.append(error)


def _paged_under_writers(client, dsn, rows, size):
    fill(rows)
    throughout = {pk for pk in Hospital.objects.values_list("pk", flat=True) if pk % 3}
    bounds = (min(throughout), max(throughout))
    stop, errors = threading.Event(), []
    writer = threading.Thread(target=_disturb, args=(dsn, stop, bounds, errors))
    writer.start()
    try:
        found = everything(client, size)
    finally:
        stop.set()
        writer.join()
        connections.close_all()
    assert not errors
    assert Hospital.objects.filter(pk__gte=bounds[0], pk__lte=bounds[1]).count() < rows
    assert len(found) == len(set(found))
    assert throughout <= set(found)


@pytest.fixture
def dsn(session):
    """The test database, for a session of its own."""
    return session().info.dsn + " password=" + (session().info.password or "x")


def test_two_thousand_by_a_hundred_while_another_session_writes(dsn, client):
    _paged_under_writers(client, dsn, 2_000, 100)


@pytest.mark.long
def test_a_hundred_thousand_by_a_thousand_while_another_session_writes(dsn, client):
    _paged_under_writers(client, dsn, 100_000, 1_000)
