"""The addresses of the layers' surfaces."""

from django.urls import path, register_converter

from layers.connect import views as connect
from layers.surfaces import exports, maplibre, rest, search, situation, snap, tilejson, tiles
from layers.surfaces.wfs.view import LayersWfs


class WholeNumber:
    """A whole number of either sign: a tile at -1 is out of range (400), not an unknown address."""

    regex = r"-?\d{1,12}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(WholeNumber, "whole")

urlpatterns = [
    path("tiles/style.json", maplibre.style_view, name="map-style"),
    path("tiles/<str:keys>.json", tilejson.tilejson_view, name="tilejson"),
    path("tiles/<str:keys>/<whole:z>/<whole:x>/<whole:y>.mvt", tiles.tile_view, name="tile"),
    path("connect/", connect.page, name="connect"),
    path("connect/wangge.qgs", connect.project_file, name="connect-project"),
    path("connect/qgis-<str:kind>.xml", connect.connections_file, name="connect-connections"),
    path("ogc/wfs", LayersWfs.as_view(), name="wfs"),
    path("api/v1/areas/<str:code>/situation/", situation.AreaSituation.as_view(), name="area-situation"),
    path("api/v1/situation/", situation.PlaceSituation.as_view(), name="place-situation"),
    path("api/v1/snap/", snap.SnapLines.as_view(), name="snap"),
    path("api/v1/layers/", rest.LayerList.as_view(), name="layers"),
    path("api/v1/layers/<str:key>/", rest.LayerFeatures.as_view(), name="layer-features"),
    path("api/v1/layers/<str:key>/export/", exports.LayerExport.as_view(), name="layer-export"),
    path("api/v1/exports/<int:job_id>/", exports.ExportFile.as_view(), name="layer-export-file"),
    path("api/v1/layers/<str:key>/<str:row_id>/", rest.LayerFeature.as_view(), name="layer-feature"),
    path("api/v1/search/", search.Search.as_view(), name="search"),
]
