"""`manage.py load_sample --preset S|M|L [--seed N] [--replace]`: the synthetic sample city."""

import time
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console

from data import loading
from data.sample import City, generate
from data.sample.presets import NAMES
from gis_core.errors import WanggeError


class Command(BaseCommand):
    help = "Draw the synthetic sample city and load it: S a district, M a city, L the size of a province."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--preset", choices=NAMES, default="S", help="how large (default S)")
        parser.add_argument("--seed", type=int, default=1, help="another seed draws another city (default 1)")
        parser.add_argument("--replace", action="store_true", help="replace the sample that is loaded")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        console = Console(file=cast(IO[str], self.stdout))
        try:
            loading.refuse_unless_free(options["replace"])
            city = _with_progress(console, options["preset"], options["seed"])
        except WanggeError as error:
            raise CommandError(error.message) from error
        self.stdout.write(_summary(city, time.monotonic() - began))


def _with_progress(console: Console, preset: str, seed: int) -> City:
    """Draw and load, the current step shown while it runs (on a terminal) or as lines (elsewhere)."""
    with console.status(_("drawing the sample city")) as status:

        def report(step: str) -> None:
            status.update(step)
            if not console.is_terminal:
                console.print(step)

        city = generate(preset, seed, report)
        loading.load(city, report)
    return city


def _summary(city: City, seconds: float) -> str:
    return _(
        "%(areas)d areas, %(buildings)d buildings, %(households)d households loaded in %(seconds).1f s"
    ) % {
        "areas": len(city.areas),
        "buildings": len(city.buildings),
        "households": city.buildings["households"].sum(),
        "seconds": seconds,
    }
