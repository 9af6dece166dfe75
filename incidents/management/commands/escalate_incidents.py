"""`manage.py escalate_incidents`: set lights, urge, supervise, evaluate by default, as the worker does each minute."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from incidents import escalation


class Command(BaseCommand):
    help = "Set the lights of open incidents, urge and supervise what is late."

    def handle(self, *args: Any, **options: Any) -> None:
        done = escalation.run()
        text = _(
            "%(lights)d lights changed, %(urged)d urged, %(supervised)d supervised, %(evaluated)d evaluated"
        )
        self.stdout.write(text % vars(done))
