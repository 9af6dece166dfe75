"""Prove the whole way on real dirty data: 419 precincts of Rhode Island are uploaded unrepaired into a plan, repaired
over REST, submitted, approved by another user, published; the live coverage is exact and the past still shows.

In the normal suite the cut-out of four precincts with most defects for its size goes the same way.
"""

import json
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from gis_core import crs
from gis_core.crs import UNIT, Plane
from gis_core.importing import Options, chain, reading
from gis_core.importing.defects import width
from gis_core.importing.repairing import cleaned
from gis_core.models import Area
from grid_editor.geometry import vertices
from grid_editor.models import Plan
from tests.gis_core.importing.conftest import SHARED, defects_in_database
from tests.grid_editor.conftest import person
from tests.shapes import insert

PRECINCTS = SHARED / "ri_precincts" / "us_ri_precincts_2018.zip"
COUNTY, TOWN, VILLAGE = "440000", "440000000", "440000000001"
POND = 20.0
"""Metres: what is empty and wider than this is a pond, and stays empty."""

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not PRECINCTS.exists(), reason=f"the real data {PRECINCTS.name} is not on this machine"
    ),
]


def precincts(count: int | None) -> list[shapely.Geometry]:
    """All of them, or so many that lie together, as they are in the file."""
    rows = reading.read(Options(PRECINCTS, "grid", assign_codes=True)).rows
    geoms = [row.geometry for row in rows]
    if count is None:
        return geoms
    centre = shapely.centroid(geoms[166])
    return sorted(geoms, key=lambda geom: geom.distance(centre))[:count]


def ground_of(geoms: list[shapely.Geometry]) -> shapely.MultiPolygon:
    """Their union without the gaps between them."""
    whole = np.array(geoms, dtype=object)
    south, north = shapely.total_bounds(whole)[1::2]
    union = chain.union(cleaned(whole, 0.1, POND, Plane((south + north) / 2)))
    metric = crs.metric_crs(tuple(union.bounds))

    def is_pond(ring: shapely.LinearRing) -> bool:
        return width(crs.to_metres(shapely.Polygon(ring), metric)) > POND

    parts = [
        shapely.Polygon(part.exterior, [hole for hole in part.interiors if is_pond(hole)])
        for part in shapely.get_parts(union)
        if part.geom_type == "Polygon"
    ]
    return without_hairs(chain.as_multi(crs.canonical(shapely.MultiPolygon(parts))))


def without_hairs(ground: shapely.MultiPolygon) -> shapely.MultiPolygon:
    """Without the vertices that are within three units of another stretch of the border: no village is cut so thin."""
    for _round in range(20):
        ends = chain.segments(np.array([ground], dtype=object)).ends
        places = np.unique(ends[:, :2], axis=0)
        lines = shapely.linestrings(ends.reshape(-1, 2, 2))
        at, line = shapely.STRtree(lines).query(
            shapely.points(places), predicate="dwithin", distance=3 * UNIT
        )
        own = (ends[line, :2] == places[at]).all(axis=1) | (ends[line, 2:] == places[at]).all(axis=1)
        drop = {tuple(place): None for place in places[at[~own]].tolist()}
        if not drop:
            return ground
        kept = [vertices.moved(shapely.MultiPolygon([part]), drop) for part in ground.geoms]
        ground = shapely.MultiPolygon([part for one in kept if one is not None for part in one.geoms])
    raise AssertionError("the village's border stays hairy")


@dataclass
class Desk:
    """One person at the editor."""

    api: object
    plan: int

    def post(self, path: str, **body: object) -> dict:
        revision = Plan.objects.get(pk=self.plan).revision
        answer = self.api.post(
            f"/api/v1/plans/{self.plan}/{path}/", {"revision": revision, **body}, format="json"
        )
        assert answer.status_code == 200, (path, answer.content[:2000])
        return answer.json()

    def errors(self) -> list[dict]:
        answer = self.api.get(f"/api/v1/plans/{self.plan}/defects/?severity=error")
        return [feature["properties"] for feature in answer.json()["features"]]


def begin(geoms: list[shapely.Geometry], api: object, whole_file: bool) -> tuple[Desk, dict]:
    """A live village of one grid, a plan of it, and the file uploaded into the plan as it is."""
    ground = ground_of(geoms)
    for code, tier, parent in (
        (COUNTY, "county", None), (TOWN, "town", COUNTY), (VILLAGE, "village", TOWN),
        (f"{VILLAGE}001", "grid", VILLAGE),
    ):  # fmt: skip
        insert(code, tier, parent, ground)
    made = api.post("/api/v1/plans/", {"name": "precincts", "scope_code": VILLAGE}, format="json").json()
    if whole_file:
        file = SimpleUploadedFile("precincts.zip", PRECINCTS.read_bytes())
    else:
        features = [
            {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(g)} for g in geoms
        ]
        text = json.dumps({"type": "FeatureCollection", "features": features})
        file = SimpleUploadedFile("precincts.geojson", text.encode())
    answer = api.post(f"/api/v1/plans/{made['id']}/upload/", {"file": file}, format="multipart")
    assert answer.status_code == 200, answer.content[:2000]
    return Desk(api, made["id"]), answer.json()


def repair_all(desk: Desk) -> tuple[Counter, int, Counter]:
    """What was found, how many defects the safe repairs mended, and the kinds of those that a person accepted."""
    found = Counter(one["kind"] for one in desk.errors())
    safely = desk.post("repairs", safe=True)["repaired"]
    by_hand: Counter = Counter()
    while errors := desk.errors():
        offered = [one for one in errors if one["repair"]]
        assert offered, errors[:5]
        kind = min(offered, key=lambda one: one["repair"]["safe"])["kind"]
        chosen = [one["id"] for one in offered if one["kind"] == kind]
        desk.post("repairs", defects=chosen)
        by_hand[kind] += len(chosen)
        assert by_hand.total() < 300
    return found, safely, by_hand


def publish(desk: Desk, approver: Desk) -> None:
    desk.post("submit")
    approver.post("approve")
    approver.post("publish")


def exact(wkb: bytes) -> bytes:
    """Every bit of the ordinates, whichever ring or vertex the reader began with."""
    return shapely.to_wkb(shapely.normalize(shapely.from_wkb(bytes(wkb))))


def shown(api: object, **query: str) -> dict[str, bytes]:
    """The village's grids as everybody reads them, code by code, page after page."""
    found: dict[str, bytes] = {}
    answer = api.get("/api/v1/areas/", {"parent": VILLAGE, "geometry": "full", "limit": "50", **query}).json()
    while True:
        for one in answer["features"]:
            found[one["id"]] = exact(shapely.to_wkb(shapely.geometry.shape(one["geometry"])))
        if not answer["next"]:
            return found
        answer = api.get(answer["next"]).json()


def the_whole_way(count: int | None, client_of) -> tuple[Counter, int, Counter]:
    geoms = precincts(count)
    drawer, chief = (
        client_of(person("drawer", "drawer", COUNTY)),
        client_of(person("chief", "committee", COUNTY)),
    )
    desk, uploaded = begin(geoms, drawer, count is None)
    old = {row.code: exact(row.geom.wkb) for row in Area.objects.live().filter(parent_code=VILLAGE)}
    assert old.keys() == {f"{VILLAGE}001"}
    assert uploaded["report"]["counts"]["imported"] == len(geoms)
    found, safely, by_hand = repair_all(desk)
    assert desk.errors() == []
    then = timezone.now()
    drawn = {row.code: exact(row.geom.wkb) for row in Plan.objects.get(pk=desk.plan).grids.all()}
    assert shown(drawer) == old
    publish(desk, Desk(chief, desk.plan))
    assert defects_in_database(VILLAGE) == []
    assert Area.objects.live().filter(parent_code=VILLAGE).count() >= len(geoms) - by_hand.total()
    assert shown(drawer, at=then.isoformat().replace("+00:00", "Z")) == old
    assert shown(drawer) == drawn
    return found, safely, by_hand


def test_a_cut_out_goes_the_whole_way(client_of):
    found, safely, by_hand = the_whole_way(4, client_of)
    assert found["gap"] + found["overlap"] > 10
    assert safely > 10 * by_hand.total()


@pytest.mark.long
def test_all_precincts_go_the_whole_way(client_of):
    found, _safely, by_hand = the_whole_way(None, client_of)
    assert found["gap"] > 250
    assert found["overlap"] > 350
    assert by_hand.total() < 80
