"""Every address the server answers at; readable as the reference of what there is."""

from django.urls import path

from gis_core import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]
