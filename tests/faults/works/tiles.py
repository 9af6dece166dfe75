"""Tiles drawn ahead, vector ones and pictures."""

import json
import shutil

from tests.faults.works.work import JobWork


class SeedTiles(JobWork):
    """The grids of the city, of which no tile is kept."""

    title = "seed_tiles"

    def prepare(self) -> None:
        shutil.rmtree(self.product.state / "tiles", ignore_errors=True)

    def begin(self) -> None:
        words = ("seed_tiles", "grids", "--zooms", "10-13", "--no-wait")
        assert self.product.command(*words).wait() == 0
        self.job = self.product.asked("SELECT max(id) FROM gis_core_job WHERE kind = 'seed_tiles'")
        self.until_job(lambda: self.state() == "running")

    def found(self) -> int:
        query = "SELECT state, done, total, result::text FROM gis_core_job WHERE id = %s"
        ((state, done, total, result),) = self.product.rows(query, [self.job])
        assert (state, done) == ("done", total), (state, done, total)
        counts = json.loads(result)
        assert counts["drawn"] + counts["held"] == total > 50
        return 1
