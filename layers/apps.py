"""The Django app `layers`: thematic data sets, each declared once and served on every surface."""

from django.apps import AppConfig


class LayersConfig(AppConfig):
    name = "layers"
    default_auto_field = "django.db.models.BigAutoField"
