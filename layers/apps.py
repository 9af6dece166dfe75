"""The Django app `layers`: thematic data sets, each declared once and served on every surface."""

from django.apps import AppConfig


class LayersConfig(AppConfig):
    name = "layers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gis_core import fast_path, four_bounds, sqlfiles
        from layers import named_lines, protecting, registry, tagging
        from layers.surfaces import tiles
        from layers.surfaces.wfs import geometry as wfs_geometry
        from layers.surfaces.wfs import stored_queries

        registry.discover()
        wfs_geometry.mend()
        stored_queries.mend()
        fast_path.register("/tiles/", tiles.fast_answer)
        four_bounds.providers.append(named_lines.along)
        sqlfiles.afterwards += [tagging.attach, protecting.attach]
