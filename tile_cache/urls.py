"""`/raster/`: pictures of the layers."""

from django.urls import path

from tile_cache.raster import views

urlpatterns = [path("raster/<path:path>", views.raster, name="raster")]
