"""`/api/v1/plans/{id}/upload/`: a file of polygons takes the place of the grids of the villages it covers."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api.bodies import MultiPart
from gis_core.importing import ImportRefused
from grid_editor import selectors
from grid_editor.api import answers
from grid_editor.api.defects import grid_feature
from grid_editor.api.findings import features_of
from grid_editor.uploading import service
from grid_editor.uploading.service import Uploaded
from grid_editor.validations import ERROR, Look

OPTION = re.compile(r"--([a-z][a-z-]*)")
MOST_METRES = 1000.0


class UploadSerializer(serializers.Serializer[Any]):
    """The file and what the import is to do with it; the fields are those of docs/import.md."""

    file = serializers.FileField()
    crs = serializers.CharField(
        required=False, help_text=_("an EPSG code, gcj02 or bd09; default: the file's own")
    )
    encoding = serializers.CharField(required=False, max_length=40)
    layer = serializers.CharField(required=False, max_length=200)
    code_field = serializers.CharField(required=False, max_length=100)
    name_field = serializers.CharField(required=False, max_length=100)
    parent = serializers.CharField(  # type: ignore[assignment]  # the stubs know `parent` as an attribute
        required=False, max_length=20, help_text=_("the village of every row")
    )
    repair = serializers.BooleanField(default=False)
    snap = serializers.FloatField(min_value=0.0, max_value=MOST_METRES, required=False)
    max_gap = serializers.FloatField(min_value=0.0, max_value=MOST_METRES, required=False)
    max_change = serializers.FloatField(min_value=0.0, max_value=100.0, required=False)
    revision = serializers.IntegerField(min_value=0, required=False)
    dry_run = serializers.BooleanField(default=False)


class Upload(APIView):
    """Upload. A dirty file is taken as it is unless `repair` is asked for; the defects are listed."""

    parser_classes = (MultiPart,)

    @extend_schema(
        operation_id="plans_upload",
        request={"multipart/form-data": UploadSerializer},
        responses={200: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, plan_id: int) -> Response:
        body = UploadSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = {key: value for key, value in body.validated_data.items() if value not in (None, "")}
        file, revision = given.pop("file"), given.pop("revision", None)
        dry_run = given.pop("dry_run")
        if "parent" in given:
            given["under"] = given.pop("parent")
        try:
            done = service.upload(request.user, plan_id, file, given, revision, dry_run)
        except ImportRefused as refused:
            raise _in_fields(refused) from refused
        return Response(_answer(done, revision))


def _answer(done: Uploaded, revision: int | None) -> dict[str, Any]:
    report = {"report": done.report.as_json()}
    if done.outcome is not None:
        return answers.of(done.outcome, revision) | report
    changed = [grid_feature(c.after) for c in done.delta.grids if c.after and not c.only_noded]
    look = Look(done.plan, done.draft, frozenset(done.delta.villages() & done.draft.villages))
    return {
        "revision": done.plan.revision,
        "changed": selectors.collection(changed),
        "removed": done.delta.removed(),
        "defects": selectors.collection(features_of(look, ERROR)),
    } | report


def _in_fields(refused: ImportRefused) -> ImportRefused:
    """The refusal with the names of the form's fields where the command line's options stand."""
    return ImportRefused(_named(refused.message), _named(refused.details), refused.code)


def _named(value: Any) -> Any:
    if isinstance(value, str):
        return OPTION.sub(lambda found: _field(found[1]), value)
    if isinstance(value, list):
        return [_named(one) for one in value]
    if isinstance(value, dict):
        return {key: _named(one) for key, one in value.items()}
    return value


def _field(option: str) -> str:
    return "parent" if option == "under" else option.replace("-", "_")
