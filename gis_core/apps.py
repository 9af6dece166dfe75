"""The Django app `gis_core`: areas, codes, coordinates, the coverage rule."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GisCoreConfig(AppConfig):
    name = "gis_core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gis_core import sqlfiles
        from gis_core.api import openapi  # noqa: F401  (being imported is all that it must)
        from gis_core.audit import attaching

        # After a migration and after a test's flush: the database must know the code lengths and the roles.
        post_migrate.connect(sqlfiles.store_tiers, sender=self)
        post_migrate.connect(sqlfiles.store_rules, sender=self)
        sqlfiles.at_the_end.append(attaching.attach)
        sqlfiles.register_check()
