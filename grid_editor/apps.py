"""The Django app `grid_editor`: plans, commands on them, validation, repair, publishing."""

from django.apps import AppConfig


class GridEditorConfig(AppConfig):
    name = "grid_editor"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from grid_editor.wfs.drafts import Drafts
        from layers.surfaces.wfs import providers

        providers.providers.append(Drafts())
