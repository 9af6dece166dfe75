"""The body of a report, read strictly: for REST, Open311 and rows of files alike."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from gis_core.errors import WanggeError
from incidents import intake
from incidents.intake import Report
from incidents.models import Incident

PLAIN = (
    "title", "source", "level", "urgency", "scale", "involved", "happened_at", "contact", "source_system", "source_id",
    "reporter_name",
)  # fmt: skip


class InvalidReport(WanggeError):
    """`details` names every field that is wrong."""

    code = "invalid_report"


class ReportBody(serializers.Serializer[Any]):
    """One report: what, and where by coordinates with their crs, an address, or a grid's code."""

    item = serializers.CharField(max_length=8, help_text="Code of the item: see incident-items.")
    description = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    lon = serializers.FloatField(
        required=False, allow_null=True, help_text="x in `crs`: longitude, or easting."
    )
    lat = serializers.FloatField(
        required=False, allow_null=True, help_text="y in `crs`: latitude, or northing."
    )
    crs = serializers.CharField(max_length=20, required=False, help_text="4490, 4326, gcj02, bd09 or 4547.")
    accuracy_m = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=100_000)
    located_by = serializers.ChoiceField(Incident.LocatedBy.choices, required=False)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True)
    grid_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    source = serializers.ChoiceField(Incident.Source.choices, required=False)  # type: ignore[assignment]
    level = serializers.IntegerField(min_value=1, max_value=4, required=False)
    urgency = serializers.ChoiceField(Incident.Urgency.choices, required=False)
    scale = serializers.CharField(max_length=20, required=False, allow_blank=True)
    involved = serializers.IntegerField(min_value=0, max_value=10_000_000, required=False, allow_null=True)
    happened_at = serializers.DateTimeField(required=False, allow_null=True)
    contact = serializers.CharField(max_length=60, required=False, allow_blank=True)
    reporter_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    source_system = serializers.CharField(max_length=40, required=False, allow_blank=True)
    source_id = serializers.CharField(max_length=80, required=False, allow_blank=True)
    draft = serializers.BooleanField(required=False, default=False)

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Report:
        """Raises InvalidReport, or what says that the place is none."""
        body = cls(data=given)
        if not body.is_valid():
            raise InvalidReport(_("The report is not valid: %s.") % ", ".join(body.errors), dict(body.errors))
        values = body.validated_data
        intake.check_moments(values.get("happened_at"))
        fields = {name: values[name] for name in PLAIN if values.get(name) not in (None, "")}
        place = intake.where(values)
        if values.get("address") and place.located_by != "address":
            fields["address_text"] = values["address"]
        return Report(
            item=values["item"],
            where=place,
            description=values.get("description", ""),
            located_by=values.get("located_by", ""),
            draft=values["draft"],
            fields=fields,
        )
