"""Areas as GeoJSON (RFC 7946: lon, lat)."""

from typing import Any

from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from gis_core.models import Area

FIELDS = ("code", "tier", "parent_code", "name", "kind", "area_m2", "valid_from", "valid_to", "attributes")


class AreaSerializer(GeoFeatureModelSerializer):
    """A Feature; its id is the area's code."""

    class Meta:
        model = Area
        geo_field = "geom"
        id_field = False
        fields = FIELDS

    def to_representation(self, instance: Area) -> dict[str, Any]:
        feature = super().to_representation(instance)
        return {"type": "Feature", "id": instance.code, **{k: v for k, v in feature.items() if k != "type"}}


class AreaBriefSerializer(GeoFeatureModelSerializer):
    """The same without geometry, for lists and searches."""

    class Meta:
        model = Area
        geo_field = None
        id_field = False
        fields = FIELDS

    def to_representation(self, instance: Area) -> dict[str, Any]:
        properties = serializers.ModelSerializer.to_representation(self, instance)
        return {"type": "Feature", "id": instance.code, "geometry": None, "properties": properties}


class AreaRefSerializer(serializers.ModelSerializer[Area]):
    """One area named within another's answer."""

    class Meta:
        model = Area
        fields = ("code", "name", "tier", "kind")
