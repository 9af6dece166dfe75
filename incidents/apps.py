"""The Django app `incidents`: intake, the closed loop, its clocks, Open311 and the figures."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IncidentsConfig(AppConfig):
    name = "incidents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from incidents import catalogue
        from incidents.loop import stored
        from incidents.situation import part
        from layers.situation import parts

        # After a migration and after a test's flush: the database must know the loop, and some catalogue.
        post_migrate.connect(stored.store, sender=self)
        post_migrate.connect(catalogue.load_if_empty, sender=self)
        parts.provide("incidents", part.part)
