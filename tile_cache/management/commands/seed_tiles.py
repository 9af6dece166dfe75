"""`manage.py seed_tiles [KEY ...]`: have a background job draw tiles ahead, and follow it."""

import argparse
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from gis_core import jobs
from gis_core.errors import WanggeError
from gis_core.models import Job
from tile_cache import tasks
from tile_cache.raster.configuration import GRIDS
from tile_cache.seeding.wanted import KINDS, wanted

LOOK_EVERY = 0.5
PATIENCE = 10.0
"""Seconds after which a job that nobody takes up is worth a word."""


class Command(BaseCommand):
    help = "Draw tiles before anybody asks for them, by a background job that goes on after a crash."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "keys",
            nargs="*",
            metavar="KEY",
            help="layers, or `map`; default: every public layer, and the map",
        )
        parser.add_argument("--kind", action="append", choices=KINDS, help="default: both")
        parser.add_argument("--zooms", default="6-14", metavar="FIRST-LAST", help="default: 6-14")
        parser.add_argument("--area", metavar="CODE", help="only the ground of this area; default: of all")
        parser.add_argument("--grid", default="webmercator", choices=sorted(GRIDS), help="of the pictures")
        parser.add_argument("--no-wait", action="store_true", help="do not follow the job")

    def handle(self, *args: Any, **given: Any) -> None:
        try:
            what = wanted(given["keys"], given["kind"] or KINDS, given["zooms"], given["area"], given["grid"])
        except WanggeError as error:
            raise CommandError(error.message) from error
        job = jobs.start(tasks.seed_tiles, None, "seed_tiles", lock="seed_tiles", what=what.as_json())
        self.stdout.write(_("Job %(job)d is queued.") % {"job": job.pk})
        if not given["no_wait"]:
            self._follow(job)

    def _follow(self, job: Job) -> None:
        shown, started = "", time.monotonic()
        while not job.ended:
            time.sleep(LOOK_EVERY)
            job.refresh_from_db()
            if job.state == Job.State.WAITING and time.monotonic() - started > PATIENCE:
                self.stderr.write(_("No worker takes the job; `make run` starts one. It goes on waiting."))
                return
            line = f"{job.done}/{job.total} {job.message}"
            if line != shown and job.state == Job.State.RUNNING:
                shown = line
                self.stdout.write(line)
        if job.state != Job.State.DONE:
            raise CommandError(job.message or job.state)
        self.stdout.write(_("%(tiles)d tiles: %(drawn)d drawn, %(held)d were there.") % (job.result or {}))
