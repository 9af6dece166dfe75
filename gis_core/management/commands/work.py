"""`manage.py work`: do background jobs until told to end. `make run` starts it beside the server."""

from typing import Any

from django.core.management.base import BaseCommand

from gis_core import jobs_worker


class Command(BaseCommand):
    help = "Do background jobs until told to end."

    def handle(self, *args: Any, **options: Any) -> None:
        jobs_worker.run()
