"""Tiles of point layers at small scales: how many rows lie where, each counted once, in the asker's own scope."""

import itertools

import pytest
import shapely
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import GEOSGeometry

from gis_core.models import Membership
from layers import registry
from layers.models import Camera, Sensor
from tests.layers.pyramid import decoded, ground_of, mercator, tile_at
from tests.shapes import board, place, village_of

pytestmark = pytest.mark.django_db(transaction=True)

EDGE = 112.5
"""A longitude at which tiles meet from zoom 4 on."""


def point(lon, lat):
    return GEOSGeometry(f"POINT({lon} {lat})", srid=4490)


@pytest.fixture
def sensors(db):
    """Places of 60 sensors: some together, some on an edge of tiles."""
    places = [place(x * 0.37, y * 0.71) for x, y in itertools.product(range(8), range(6))]
    places += [(EDGE, 34.8 + n / 100) for n in range(11)] + [place(0, 0)]
    for number, (lon, lat) in enumerate(places):
        Sensor.objects.create(name=f"s{number}", source_id=f"s{number}", geom=point(lon, lat))
    return places


def counts_of(client, z, x, y, key="sensors"):
    """(count, shapely point in EPSG:3857) of each circle in a tile."""
    answer = client.get(f"/tiles/{key}/{z}/{x}/{y}.mvt")
    if answer.status_code == 204:
        return []
    (name, layer), *others = decoded(answer.content).items()
    assert (name, others, layer["extent"]) == (f"{key}_counts", [], 4096)
    west, _south, _east, north = ground_of(z, x, y).bounds
    unit = (ground_of(z, x, y).bounds[2] - west) / 4096
    found = []
    for feature in layer["features"]:
        assert feature["properties"].keys() == {"count"}
        dx, dy = feature["geometry"]["coordinates"]
        found.append((feature["properties"]["count"], shapely.Point(west + dx * unit, north - dy * unit)))
    return found


@pytest.mark.parametrize("z", [4, 7, 10])
def test_each_row_counts_once_near_where_it_lies(client, sensors, z):
    tiles = {
        (x + dx, y + dy)
        for _z, x, y in (tile_at(*p, z) for p in sensors)
        for dx in (-1, 0, 1)
        for dy in (-1, 0, 1)
    }
    circles = {tile: counts_of(client, z, *tile) for tile in tiles if max(tile) < 2**z}
    assert sum(count for found in circles.values() for count, _point in found) == len(sensors)
    cell = (ground_of(z, 0, 0).bounds[2] - ground_of(z, 0, 0).bounds[0]) / 8
    real = [mercator(shapely.Point(p)) for p in sensors]
    for tile, found in circles.items():
        assert len(found) <= 64
        for count, middle in found:
            assert ground_of(z, *tile, 1 / 4096).covers(middle)
            assert sum(p.distance(middle) < cell * 1.5 for p in real) >= count


def test_rows_of_one_cell_are_one_circle_at_their_middle(client, db):
    for number, x in enumerate((0.2, 0.4, 0.9)):
        Sensor.objects.create(name=f"{number}", source_id=f"{number}", geom=point(*place(x, 0.5)))
    (_z, x, y), middle = tile_at(*place(0.5, 0.5), 8), mercator(shapely.Point(place(0.5, 0.5)))
    ((count, circle),) = counts_of(client, 8, x, y)
    assert count == 3
    assert circle.distance(middle) < 2 * 40_075_017 / 2**8 / 4096


def test_where_rows_begin_counts_end(client, sensors):
    first = registry.find("sensors").zooms[0]
    z, x, y = tile_at(*place(0, 0), first)
    assert "sensors" in decoded(client.get(f"/tiles/sensors/{z}/{x}/{y}.mvt").content)
    assert counts_of(client, *tile_at(*place(0, 0), first - 1))
    assert client.get("/tiles/sensors/3/6/3.mvt").status_code == 204


def test_one_counts_what_one_may_see(client, db):
    """Cameras in two grids and outside; a dispatcher of one grid, and nobody."""
    grids = village_of(board(2, 1))
    for number, x in enumerate((0.3, 0.6, 1.5, 9)):
        Camera.objects.create(name=f"{number}", geom=point(*place(x, 0.5)))
    tile = tile_at(*place(0.5, 0.5), 9)
    address = "/tiles/cameras/{}/{}/{}.mvt".format(*tile)
    assert client.get(address).status_code == 404
    for name, prefix, seen in (("one", grids[0], 2), ("both", "410202", 3)):
        user = get_user_model().objects.create_user(name)
        Membership.objects.create(user=user, role="dispatcher", code_prefix=prefix)
        client.force_login(user)
        assert sum(count for count, _point in counts_of(client, *tile, key="cameras")) == seen
        assert client.get(address)["Cache-Control"] == "private, no-cache"


def test_tilejson_and_style_tell_of_counts(client, db):
    document = client.get("/tiles/sensors.json").json()
    rows, counts = document["vector_layers"]
    assert (rows["id"], counts["id"], counts["fields"]) == ("sensors", "sensors_counts", {"count": "Number"})
    assert (document["minzoom"], counts["minzoom"], counts["maxzoom"], rows["minzoom"]) == (4, 4, 10, 11)
    style = client.get("/tiles/style.json?theme=light").json()
    assert style["sources"]["sensors"]["minzoom"] == 4
    drawn = [spec for spec in style["layers"] if spec.get("source-layer") == "sensors_counts"]
    assert [spec["type"] for spec in drawn] == ["circle", "symbol"]
    assert not [
        layer for layer in client.get("/tiles/roads.json").json()["vector_layers"] if "_counts" in layer["id"]
    ]
