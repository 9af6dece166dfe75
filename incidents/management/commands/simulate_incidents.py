"""`manage.py simulate_incidents --rate N [--day D] [--storm] [--speed N]`: play a day through the running server."""

import os
from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from incidents.sample import places, playing, rhythm
from incidents.sample.playing import Show, Tally


class Command(BaseCommand):
    help = "Play a plausible day: reports over HTTP where people and shops are, at the pace of the hour."

    def add_arguments(self, parser: CommandParser) -> None:
        port = os.environ.get("PORT", "8000")
        parser.add_argument(
            "--url", default=f"http://127.0.0.1:{port}", help="the server (default: this machine's)"
        )
        parser.add_argument(
            "--rate", type=float, help="reports a minute on average (default: by the population)"
        )
        parser.add_argument(
            "--day", help="the day to play, 2026-11-23; from midnight (default: today, from now on)"
        )
        parser.add_argument(
            "--speed", type=float, default=1.0, help="how many times faster than real (default 1)"
        )
        parser.add_argument(
            "--minutes", type=float, help="end after so many real minutes (default: with the day)"
        )
        parser.add_argument("--storm", action="store_true", help="a storm from 14 to 20 o'clock")
        parser.add_argument(
            "--loop", type=float, default=0.5, help="share of incidents worked on (default 0.5)"
        )
        parser.add_argument("--password", help="of the roles' users (default: the sample's, sample-<role>)")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["speed"] <= 0 or (options["rate"] is not None and options["rate"] <= 0):
            raise CommandError(_("--rate and --speed must be above 0"))
        try:
            town = places.read()
            keys = playing.tokens(options["url"], lambda name: options["password"] or f"sample-{name}")
        except (WanggeError, ValueError) as error:
            raise CommandError(str(error)) from error
        rate = options["rate"] or town.residents * rhythm.PER_1000_A_DAY / 1000 / 1440
        show = Show(
            options["url"], _begins(options["day"]), rate, options["speed"], options["minutes"], options["storm"],
            options["loop"], options["seed"],
        )  # fmt: skip
        self._tell(playing.play(show, town, keys, self._tell))

    def _tell(self, tally: Tally) -> None:
        text = _(
            "%(sent)d sent, %(accepted)d accepted, %(retried)d retried, %(refused)d refused, %(actions)d actions"
        )
        self.stdout.write(text % vars(tally))


def _begins(day: str | None) -> datetime:
    if not day:
        return timezone.localtime()
    try:
        found = parse_date(day)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(_("--day is a day such as 2026-11-23"))
    return timezone.make_aware(datetime.combine(found, time()))
