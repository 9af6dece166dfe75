"""What is done with plans: a file uploaded into one, one published at once, and one at its set time."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import shapely

from tests.faults import publishing
from tests.faults.works.work import JobWork, RequestWork

GRIDS = """
SELECT code, ST_AsBinary(geom) FROM gis_core_area WHERE parent_code = %s AND tier = 'grid' AND valid_to IS NULL
"""


class PlanUpload(RequestWork):
    """The grids of a village as a file, two of them made one."""

    title = "plan upload"

    def prepare(self) -> None:
        village, first, second = publishing.neighbours(self.product)
        with self.site.client("drawer") as client:
            body = {"name": "upload", "scope_code": village}
            self.plan = client.post("/api/v1/plans/", json=body).raise_for_status().json()["id"]
        shapes = {code: shapely.from_wkb(bytes(wkb)) for code, wkb in self.product.rows(GRIDS, [village])}
        shapes[first] = shapely.union(shapes[first], shapes.pop(second))
        self.village, self.count = village, len(shapes) + 1
        self.file = _file(self.product.state / "upload.geojson", list(shapes.values()))

    def ask(self) -> int:
        with self.site.client("drawer") as client, self.file.open("rb") as file:
            files = {"file": ("upload.geojson", file)}
            data = {"parent": self.village, "revision": "0"}
            return client.post(f"/api/v1/plans/{self.plan}/upload/", files=files, data=data).status_code

    def found(self) -> int:
        query = """SELECT revision, (SELECT count(*) FROM grid_editor_plangrid WHERE plan_id = p.id),
          (SELECT count(*) FROM grid_editor_plancommand WHERE plan_id = p.id) FROM grid_editor_plan p WHERE id = %s"""
        (counts,) = self.product.rows(query, [self.plan])
        assert counts in ((0, self.count, 0), (1, self.count - 1, 1))
        return int(counts[0])


def _file(path: Path, polygons: list[shapely.Geometry]) -> Path:
    features = [
        {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(polygon)}
        for polygon in polygons
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


class Publication(RequestWork):
    """Two grids made one, live at once."""

    title = "publish"

    def prepare(self) -> None:
        self.plan, self.grids = publishing.approved_merge(self.product, self.site.running)

    def ask(self) -> int:
        with self.site.client("committee") as client:
            return client.post(f"/api/v1/plans/{self.plan}/publish/", json={}).status_code

    def found(self) -> int:
        return int(publishing.is_published(self.product, self.plan, self.grids))


class TimedPublication(JobWork):
    """The same by the worker, when its time has come."""

    title = "publish at a set time"

    def prepare(self) -> None:
        self.plan, self.grids = publishing.approved_merge(self.product, self.site.running)

    def begin(self) -> None:
        at = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
        with self.site.client("committee") as client:
            client.post(f"/api/v1/plans/{self.plan}/publish/", json={"at": at}).raise_for_status()
        self.job = self.product.asked("SELECT publish_job FROM grid_editor_plan WHERE id = %s", [self.plan])
        self.until_job(lambda: self.state() == "running")

    def found(self) -> int:
        return int(publishing.is_published(self.product, self.plan, self.grids))
