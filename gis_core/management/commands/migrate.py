"""`migrate`, followed by the installation of the SQL files."""

from django.core.management.commands.migrate import Command as MigrateCommand

from gis_core import sqlfiles


class Command(MigrateCommand):
    def handle(self, *args: object, **options: object) -> None:
        super().handle(*args, **options)
        # A plan, a check, a named app or a step backwards leaves the functions alone.
        if not (options["plan"] or options["check_unapplied"] or options["app_label"]):
            sqlfiles.install()
