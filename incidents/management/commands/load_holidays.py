"""`manage.py load_holidays [DAYS.csv]`: the holidays of the installed package, or of a file, into the calendar."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from incidents import calendar


class Command(BaseCommand):
    help = "Put holidays and working days at weekends into the calendar; others stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="CSV: day, working (0, 1), name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            days = calendar.read(options["file"]) if options["file"] else calendar.announced()
        except WanggeError as error:
            raise CommandError(error.message) from error
        self.stdout.write(_("%d days are in the calendar") % calendar.store(days))
