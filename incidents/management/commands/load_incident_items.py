"""`manage.py load_incident_items ITEMS.csv [--departments DEPARTMENTS.csv]`: put another catalogue in force."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from incidents import catalogue


class Command(BaseCommand):
    help = "Put a catalogue of incident items in force; items that it lacks are switched off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("items", type=Path, nargs="?", default=catalogue.DEMO_ITEMS)
        parser.add_argument("--departments", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = catalogue.load(options["items"], options["departments"])
        except WanggeError as error:
            raise CommandError(error.message) from error
        self.stdout.write(_("%d items are in force") % count)
