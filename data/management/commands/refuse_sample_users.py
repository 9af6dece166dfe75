"""`manage.py refuse_sample_users`: exit status 1 if anybody can sign in with a password of the sample."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from data.users import open_to_everybody


class Command(BaseCommand):
    help = "Fail if any account still has the password that the sample city gave it."

    def handle(self, *args: Any, **options: Any) -> None:
        names = open_to_everybody()
        if names:
            raise CommandError(
                _("These accounts have the sample's passwords: %(names)s. Change or close them first.")
                % {"names": ", ".join(names)}
            )
