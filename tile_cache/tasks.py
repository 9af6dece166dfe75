"""Background jobs of the tiles: a thin shell around the service."""

from typing import Any

from gis_core import jobs
from tile_cache.seeding import service
from tile_cache.seeding.wanted import Wanted


@jobs.task("seed_tiles")
def seed_tiles(run: jobs.Run, what: dict[str, Any]) -> dict[str, Any]:
    """Draw tiles before anybody asks for them; begun again, it goes on where it was."""
    return service.seed(run, Wanted.of_json(what))
