"""The Django app `tile_cache`: tiles are kept, and never shown once a commit has changed what is on them."""

from django.apps import AppConfig


class TileCacheConfig(AppConfig):
    name = "tile_cache"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gis_core import sqlfiles
        from layers.surfaces import tiles
        from tile_cache import attaching, cache
        from tile_cache.raster import granting

        sqlfiles.afterwards += [attaching.attach, granting.grant]
        tiles.use_cache(cache.content)
