"""DWithin and Beyond mean metres on the ground, in every unit and notation; the answer is PostGIS' own geography's."""

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from layers.models import Hospital
from tests.layers.wfs.test_paging import ids_of
from tests.shapes import place

FILTER = (
    '<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2"><fes:{name}>'
    '<fes:ValueReference>geom</fes:ValueReference><gml:Point srsName="{srs}"><gml:pos>{a} {b}</gml:pos></gml:Point>'
    '<fes:Distance uom="{uom}">{value}</fes:Distance></fes:{name}></fes:Filter>'
)
LON, LAT = place(0, 0)


@pytest.fixture
def places(db):
    for number in range(20):
        Hospital.objects.create(
            source_id=str(number), geom=Point(*place(number / 10, number / 20), srid=4490)
        )


def asked(client, name, value, uom="m", srs="urn:ogc:def:crs:EPSG::4490", at=(LAT, LON)):
    text = FILTER.format(name=name, value=value, uom=uom, srs=srs, a=at[0], b=at[1])
    query = {"SERVICE": "WFS", "VERSION": "2.0.0", "REQUEST": "GetFeature", "TYPENAMES": "app:hospitals"}
    answer = client.get("/ogc/wfs", {**query, "FILTER": text})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, body.decode()


def within(metres):
    """What the database says by itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM layers_hospital"
            " WHERE ST_Distance(geom::geography, ST_SetSRID(ST_MakePoint(%s, %s), 4490)::geography) <= %s",
            [LON, LAT, metres],
        )
        return {pk for (pk,) in cursor.fetchall()}


@pytest.mark.parametrize("metres", [0, 100, 500, 1000, 1500, 3000])
def test_metres(client, places, metres):
    found = set(ids_of(asked(client, "DWithin", metres)[1]))
    assert found == within(metres)
    assert (
        set(ids_of(asked(client, "Beyond", metres)[1]))
        == set(Hospital.objects.values_list("pk", flat=True)) - found
    )


@pytest.mark.parametrize(
    ("uom", "value"),
    [
        ("km", 1),
        ("metre", 1000),
        ("urn:ogc:def:uom:EPSG::9001", 1000),
        ("http://www.opengis.net/def/uom/EPSG/0/9001", 1000),
        ("ft", 1000 / 0.3048),
    ],
)
def test_units(client, places, uom, value):
    assert set(ids_of(asked(client, "DWithin", value, uom)[1])) == within(1000)


@pytest.mark.parametrize(
    ("srs", "at"), [("EPSG:4490", (LON, LAT)), ("urn:ogc:def:crs:EPSG::4326", (LAT, LON))]
)
def test_notations(client, places, srs, at):
    assert set(ids_of(asked(client, "DWithin", 1000, srs=srs, at=at)[1])) == within(1000)


def test_a_distance_from_a_place_in_a_plane(client, places):
    from gis_core import crs

    north, east = reversed(crs._projector("EPSG:4490", "EPSG:4547")(np.array([[LON, LAT]]))[0])
    found = asked(client, "DWithin", 1000, srs="urn:ogc:def:crs:EPSG::4547", at=(north, east))
    assert set(ids_of(found[1])) == within(1000)


@pytest.mark.parametrize(
    ("uom", "value"), [("light-year", 1), ("deg", 1), ("m", -1), ("m", "1e99"), ("m", "x"), ("", 1)]
)
def test_other_units_and_numbers_are_refused(client, places, uom, value):
    status, text = asked(client, "DWithin", value, uom)
    assert status == 400, text
