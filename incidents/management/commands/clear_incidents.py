"""`manage.py clear_incidents {sample,simulation,bench}`: take invented incidents out as if they had never been."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from incidents import statistics
from incidents.sample import clearing


class Command(BaseCommand):
    help = "Take invented incidents out, with their timelines; real ones are never deleted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("system", choices=clearing.INVENTED, help="who invented them")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            count = clearing.clear(options["system"])
        statistics.refresh()
        if options["verbosity"]:
            self.stdout.write(_("incidents taken out: %d") % count)
