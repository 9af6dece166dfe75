"""`/api/v1/plans/{id}/auto/`: draw the plan's grids automatically, or mend those that are too big or too small."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grid_editor.auto import inputs, service

LARGEST = 100_000


class AutoSerializer(serializers.Serializer[Any]):
    """What is wanted; the band is that of the settings where it is not given."""

    low = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False)
    target = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False)
    high = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False)
    mode = serializers.ChoiceField(choices=("fresh", "keep"), default="fresh")
    seed = serializers.IntegerField(min_value=0, default=0)
    villages = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, allow_null=True, help_text=_("none: all")
    )
    divide_rural = serializers.BooleanField(default=False)


class Auto(APIView):
    """Draw. Answers with the plan's new revision and the measures before and after."""

    @extend_schema(operation_id="plans_auto", request=AutoSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request, plan_id: int) -> Response:
        body = AutoSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        usual = service.default_band()
        band = inputs.Band(*(given.get(name, getattr(usual, name)) for name in ("low", "target", "high")))
        wanted = inputs.Request(band, given["mode"] == "keep", given["seed"])
        outcome, report = service.draw(
            request.user, plan_id, wanted, given.get("villages"), given["divide_rural"]
        )
        return Response(
            {
                "revision": outcome.plan.revision if outcome else None,
                "codes": outcome.command.codes if outcome else [],
                "report": report.as_json(),
            }
        )
