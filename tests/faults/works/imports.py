"""Imports by management commands: areas, a layer, and the sample city."""

import csv
import json
from pathlib import Path

from tests.faults.works.work import CommandWork

SIDE = 20
SENSORS = 2500
POINTS = """
SELECT ST_X(p), ST_Y(p) FROM (SELECT code, ST_PointOnSurface(geom) AS p FROM gis_core_area
WHERE tier = 'grid' AND valid_to IS NULL AND code LIKE '410202%%') x ORDER BY code
"""
CITY = (
    "SELECT md5(string_agg(code || encode(ST_AsBinary(geom), 'hex'), ',' ORDER BY code)) FROM gis_core_area"
    " WHERE valid_to IS NULL",
    "SELECT md5(string_agg(encode(ST_AsBinary(geom), 'hex'), ',' ORDER BY source_id)) FROM layers_building",
    "SELECT md5(string_agg(encode(ST_AsBinary(geom), 'hex'), ',' ORDER BY source_id)) FROM layers_road",
    "SELECT md5(string_agg(encode(ST_AsBinary(geom), 'hex'), ',' ORDER BY source_id)) FROM layers_camera",
)
LOADING = """
SELECT count(*) FROM pg_locks WHERE granted AND mode = 'AccessExclusiveLock' AND relation = 'gis_core_area'::regclass
"""


def squares(path: Path, village: str, west: float, south: float) -> Path:
    """A village of 20 x 20 grids."""
    step, features = 0.001, []
    for number in range(SIDE * SIDE):
        x, y = round(west + number % SIDE * step, 3), round(south + number // SIDE * step, 3)
        e, n = round(x + step, 3), round(y + step, 3)
        geometry = {"type": "Polygon", "coordinates": [[[x, y], [e, y], [e, n], [x, n], [x, y]]]}
        properties = {"code": f"{village}{number + 1:03d}"}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


class AreaImport(CommandWork):
    """A village of 400 grids, far from the city."""

    title = "area import"

    def prepare(self) -> None:
        self.village = f"4102990{self.number:05d}"
        place = 117.0 + self.number % 30 * 0.03, 36.0 + self.number // 30 * 0.03
        self.file = squares(self.product.state / "squares.geojson", self.village, *place)

    def words(self) -> list[str]:
        options = ["--tier", "grid", "--code-field", "code", "--under", self.village]
        return ["import_areas", str(self.file), *options]

    def found(self) -> int:
        query = "SELECT count(*) FROM gis_core_area WHERE code LIKE %s"
        count = self.product.asked(query, [f"{self.village}%"])
        assert count in (0, SIDE * SIDE + 1)
        return int(count > 0)


class LayerImport(CommandWork):
    """Sensors from a table."""

    title = "layer import"

    def prepare(self) -> None:
        points = self.product.rows(POINTS)
        self.file = self.product.state / "sensors.csv"
        with self.file.open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["source_id", "name", "lon", "lat"])
            for row in range(SENSORS):
                table.writerow([f"killed-{self.number}-{row}", f"{row}", *points[row % len(points)]])

    def words(self) -> list[str]:
        return ["import_layer", "sensors", str(self.file), "--all-or-nothing"]

    def found(self) -> int:
        query = "SELECT count(*), count(area_code) FROM layers_sensor WHERE source_id LIKE %s"
        (counts,) = self.product.rows(query, [f"killed-{self.number}-%"])
        assert counts in ((0, 0), (SENSORS, SENSORS))
        return int(counts[0] > 0)


class SampleLoad(CommandWork):
    """Another sample city in place of the one that is there."""

    title = "sample load"

    def prepare(self) -> None:
        self.before = [self.product.asked(query) for query in CITY]

    def words(self) -> list[str]:
        return ["load_sample", "--preset", "S", "--replace", "--seed", str(self.number + 2)]

    def is_under_way(self) -> bool:
        return bool(self.product.asked(LOADING))

    def found(self) -> int:
        now = [self.product.asked(query) for query in CITY]
        changed = {new != old for new, old in zip(now, self.before, strict=True)}
        assert len(changed) == 1, "parts of two cities"
        return int(changed.pop())
