"""The `data` app: the sample city, reference code lists and the commands that load them."""

from django.apps import AppConfig


class DataConfig(AppConfig):
    """Holds no models; its management commands fill the tables of gis_core and layers."""

    name = "data"
