"""Prove that children are fitted to a live parent, and that everybody on the line gets the new vertices."""

import pytest
import shapely

from gis_core.importing import Report
from gis_core.models import Area
from tests.gis_core.importing.conftest import Write, defects_in_database, imported, refusal, shape, square
from tests.gis_core.importing.test_repair import moved

pytestmark = [pytest.mark.django_db]

TOWN, LEFT, RIGHT = "410202001", "410202001001", "410202001002"


def two_villages(geojson: Write) -> None:
    """A town of two villages side by side, two squares high."""
    path = geojson(
        [square(0, 0, 1, 2), square(1, 0, 1, 2)], [{"code": LEFT}, {"code": RIGHT}], name="villages"
    )
    imported(path, tier="village", under=TOWN)


def grids_of_left(geojson: Write, polygons: list[shapely.Geometry], **given: object) -> Report:
    rows = [{"code": f"{LEFT}{n:03d}"} for n in range(1, len(polygons) + 1)]
    return imported(geojson(polygons, rows), under=LEFT, **given)


def every_coverage_is_whole() -> bool:
    return not any(defects_in_database(code) for code in (TOWN, LEFT, RIGHT))


def test_a_neighbour_and_the_ancestors_get_the_vertex(geojson: Write) -> None:
    two_villages(geojson)
    outlines = {code: shape(code) for code in (TOWN, LEFT, RIGHT)}
    report = grids_of_left(geojson, [square(0, 0), square(0, 1)])
    assert sorted(report.parents[0].noded_areas) == [TOWN, LEFT, RIGHT]
    for code, before in outlines.items():
        assert shape(code).equals(before)
        assert shapely.get_num_coordinates(shape(code)) > shapely.get_num_coordinates(before)
    assert every_coverage_is_whole()


def test_the_neighbours_grids_get_the_vertex_too(geojson: Write) -> None:
    two_villages(geojson)
    grids_of_left(geojson, [square(0, 0), square(0, 1)])
    rows = [{"code": f"{RIGHT}{n:03d}"} for n in (1, 2, 3)]
    polygons = [square(1, 0, 1, 0.5), square(1, 0.5), square(1, 1.5, 1, 0.5)]
    report = imported(geojson(polygons, rows), under=RIGHT)
    assert f"{LEFT}001" in report.parents[0].noded_areas
    assert every_coverage_is_whole()


@pytest.mark.django_db(transaction=True)
def test_noding_makes_no_new_version_of_anybody(geojson: Write) -> None:
    two_villages(geojson)
    grids_of_left(geojson, [square(0, 0), square(0, 1)])
    assert Area.objects.filter(code__in=[TOWN, LEFT, RIGHT]).count() == 3


def test_children_off_by_less_than_snap_are_fitted_on_repair(geojson: Write) -> None:
    two_villages(geojson)
    dirty = [moved(square(0, 0), 0.3, -0.2), moved(square(0, 1), -0.2, 0.1)]
    rows = [{"code": f"{LEFT}001"}, {"code": f"{LEFT}002"}]
    before = shape(LEFT)
    assert refusal(geojson(dirty, rows), under=LEFT).details["defects"]
    report = grids_of_left(geojson, dirty, repair=True, snap=1.0)
    assert shape(LEFT).equals(before)
    assert report.largest_change.change_percent < 0.2
    # One new corner where the two grids meet on either side, and none besides.
    assert shapely.get_num_coordinates(shape(LEFT)) == shapely.get_num_coordinates(before) + 2
    assert every_coverage_is_whole()


def test_children_that_do_not_reach_the_boundary_are_refused(geojson: Write) -> None:
    two_villages(geojson)
    rows = [{"code": f"{LEFT}001"}, {"code": f"{LEFT}002"}]
    short = geojson([square(0, 0), square(0, 1, 1, 0.8)], rows)
    assert refusal(short, under=LEFT, repair=True).details["defects"][0]["kind"] == "gap"
    wide = geojson([square(-0.1, 0, 1.1), square(0, 1)], rows)
    assert refusal(wide, under=LEFT, repair=True).details["defects"][0]["kind"] == "outside"


def test_a_new_village_must_cover_its_live_town(geojson: Write) -> None:
    imported(geojson([square(0, 0, 2)], [{"code": TOWN}]), tier="town", under="410202")
    rows = [{"code": f"{LEFT}001"}, {"code": f"{LEFT}002"}]
    assert refusal(geojson([square(0, 0), square(1, 0, 0.5)], rows), under=LEFT).details["defects"]
    imported(geojson([square(0, 0), square(1, 0)], rows), under=LEFT)
    assert Area.objects.live().get(code=LEFT).parent_code == TOWN
    assert not defects_in_database("410202")
    assert every_coverage_is_whole()
