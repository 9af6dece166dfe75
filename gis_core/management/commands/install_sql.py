"""`install_sql`: install every `<app>/sql/NNN_topic.sql` in one transaction."""

from django.core.management.base import BaseCommand

from gis_core import sqlfiles


class Command(BaseCommand):
    help = "Install the SQL files of all apps in one transaction and record their hash."

    def handle(self, *args: object, **options: object) -> None:
        for path in sqlfiles.install():
            self.stdout.write(f"{path.parent.parent.name}/{path.name}")
