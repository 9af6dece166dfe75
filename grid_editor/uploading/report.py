"""What became of an uploaded file, for people and as JSON: every row accounted for, and what was changed, where."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import shapely

from gis_core.importing.reading import Source
from gis_core.importing.report import OUTCOMES, RowOutcome
from grid_editor.geometry.arrangement import area_m2
from grid_editor.uploading.villages import Village

WORTH_SHOWING_M2 = 0.01


@dataclass(frozen=True)
class UploadReport:
    """`villages` as they were drawn anew, `dropped` the rows that went into none."""

    source: Source
    villages: list[Village]
    dropped: list[RowOutcome]
    seconds: float

    @property
    def rows(self) -> list[RowOutcome]:
        rows = [row for village in self.villages for row in village.rows] + self.dropped
        return sorted(rows, key=lambda row: row.row)

    def as_json(self) -> dict[str, Any]:
        """Raises AssertionError when a row is not accounted for exactly once: a bug of the upload."""
        rows = self.rows
        if [row.row for row in rows] != [row.number for row in self.source.rows]:
            raise AssertionError(f"{len(self.source.rows)} rows in, {len(rows)} accounted for")
        counted = Counter(row.outcome for row in rows)
        return {
            "file": self.source.file,
            "crs": self.source.crs if len(self.source.crs) <= 20 else self.source.crs[:60],
            "encoding": self.source.encoding,
            "rows_in": len(rows),
            "counts": {outcome: counted[outcome] for outcome in OUTCOMES},
            "rows": [asdict(row) for row in rows],
            "villages": [
                {
                    "code": village.code,
                    "grids": len(village.grids),
                    "repaired": [defect.as_json() for defect in village.repaired],
                }
                for village in self.villages
            ],
            "changes": {"type": "FeatureCollection", "features": self._changes()},
            "seconds": round(self.seconds, 2),
        }

    def _changes(self) -> list[dict[str, Any]]:
        """The ground that a repair took or gave, as features (EPSG:4490)."""
        found = [
            (row, code, part, area_m2(part))
            for village in self.villages
            for row, code, ground in village.changes
            for part in shapely.get_parts(ground)
            if part.geom_type == "Polygon"
        ]
        return [
            {
                "type": "Feature",
                "geometry": shapely.geometry.mapping(part),
                "properties": {"row": row, "code": code, "m2": m2},
            }
            for row, code, part, m2 in found
            if m2 >= WORTH_SHOWING_M2
        ]
