"""`manage.py load_incidents [--days 28] [--count N] [--seed N]`: weeks of invented incidents for the sample city."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from incidents.sample import loading


class Command(BaseCommand):
    help = "Put invented incidents with whole timelines in place of the sample's."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=28, help="how many days, ending now (default 28)")
        parser.add_argument("--count", type=int, help="how many (default: by how many people live there)")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["days"] <= 1000 or (options["count"] or 1) < 1:
            raise CommandError(_("--days is 1 to 1000, --count at least 1"))
        began = time.monotonic()
        try:
            count = loading.load(options["days"], options["count"], options["seed"], self.stdout.write)
        except WanggeError as error:
            raise CommandError(error.message) from error
        text = _("%(count)d incidents loaded in %(seconds).1f s")
        self.stdout.write(text % {"count": count, "seconds": time.monotonic() - began})
