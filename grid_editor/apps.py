"""The Django app `grid_editor`: plans, commands on them, validation, repair, publishing."""

from django.apps import AppConfig


class GridEditorConfig(AppConfig):
    name = "grid_editor"
    default_auto_field = "django.db.models.BigAutoField"
