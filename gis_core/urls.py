"""Every address the server answers at; each app's `urls` module adds its own below."""

from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from gis_core import health, pages

# This app may not import the apps above it (they import it), so their addresses are found by name.
OURS = [
    app.name
    for app in apps.get_app_configs()
    if app.name in ("layers", "tile_cache", "grid_editor", "incidents")
]

urlpatterns = [
    path("", pages.map_wall),
    path("editor/", pages.editor),
    path("editor/<int:plan_id>", pages.editor),
    path("favicon.ico", pages.icon),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("admin/", admin.site.urls),
    *([path("oidc/", include("mozilla_django_oidc.urls"))] if settings.OIDC else []),
    path("api/v1/", include("gis_core.api.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema")),
    *(path("", include(f"{name}.urls")) for name in OURS if find_spec(f"{name}.urls")),
]

handler400 = "gis_core.errors.not_a_request"
handler404 = "gis_core.errors.page_not_found"
handler500 = "gis_core.errors.server_error"
