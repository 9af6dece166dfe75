"""`manage.py auto_draft 410202002 --user drawer [--keep]`: a plan with automatically drawn grids, and its report."""

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from grid_editor import services
from grid_editor.auto import service
from grid_editor.auto.inputs import Band, Request
from grid_editor.models import Plan


class Command(BaseCommand):
    help = "Begin a plan for a county, town or village and draw its grids automatically; nothing goes live."

    def add_arguments(self, parser: CommandParser) -> None:
        band = service.default_band()
        parser.add_argument("scope", help="code of a county, town or village")
        parser.add_argument("--user", required=True, help="whose plan it is")
        parser.add_argument("--name", default=_("Automatic draft"), help="the plan's name")
        parser.add_argument(
            "--keep", action="store_true", help="mend only grids that are too big or too small"
        )
        parser.add_argument("--low", type=int, default=band.low, help="least households of a grid")
        parser.add_argument("--target", type=int, default=band.target, help="households to aim at")
        parser.add_argument("--high", type=int, default=band.high, help="most households of a grid")
        parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same grids")
        parser.add_argument(
            "--divide-rural", action="store_true", help="divide villages with a committee as well"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = get_user_model().objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(_("There is no user %(name)s.") % {"name": options["user"]})
        try:
            self._draw(user, options)
        except WanggeError as error:
            raise CommandError(error.message) from error

    @transaction.atomic
    def _draw(self, user: Any, options: dict[str, Any]) -> None:
        band = Band(options["low"], options["target"], options["high"])
        request = Request(band, options["keep"], options["seed"])
        plan = services.create_plan(user, options["name"], options["scope"], Plan.Origin.AUTO)
        _outcome, report = service.draw(
            user, plan.pk, request, divide_rural=options["divide_rural"], progress=self._progress
        )
        self.stdout.write(json.dumps({"plan": plan.pk, **report.as_json()}, ensure_ascii=False, indent=2))

    def _progress(self, done: int, total: int, village: str) -> None:
        self.stderr.write(f"{done}/{total} {village}")
