"""Public buildings, hospitals and schools: what people gather in and what a command centre looks for first."""

from django.contrib.gis.db import models
from django.db.models import Q

from layers import codelists
from layers.models.feature import Addressed, PointGeometry


class PublicBuilding(Addressed, PointGeometry):
    """A public building or place where people gather."""

    kind = models.CharField(max_length=16, choices=codelists.PUBLIC_KIND.choices, db_default="other")
    capacity = models.PositiveIntegerField(null=True, blank=True)
    risk_level = models.CharField(
        max_length=1, choices=codelists.RISK_LEVEL.choices, blank=True, db_default=""
    )
    fire_exits = models.PositiveSmallIntegerField(null=True, blank=True)
    phone = models.CharField(max_length=30, blank=True, db_default="")

    class Meta(PointGeometry.Meta):
        db_table = "layers_publicbuilding"


class Hospital(Addressed, PointGeometry):
    """A hospital, health centre or clinic."""

    kind = models.CharField(max_length=16, choices=codelists.HOSPITAL_KIND.choices, db_default="general")
    level = models.CharField(max_length=4, choices=codelists.HOSPITAL_LEVEL.choices, db_default="none")
    beds = models.PositiveIntegerField(null=True, blank=True)
    has_emergency_room = models.BooleanField(db_default=False)
    has_fever_clinic = models.BooleanField(db_default=False)
    phone = models.CharField(max_length=30, blank=True, db_default="")

    class Meta(PointGeometry.Meta):
        db_table = "layers_hospital"


class School(Addressed, PointGeometry):
    """A school from kindergarten to university; counts of pupils, never names."""

    school_code = models.CharField(max_length=10, blank=True, db_default="")
    stage = models.CharField(max_length=16, choices=codelists.SCHOOL_STAGE.choices, db_default="primary")
    students = models.PositiveIntegerField(null=True, blank=True)
    staff = models.PositiveIntegerField(null=True, blank=True)
    phone = models.CharField(max_length=30, blank=True, db_default="")

    class Meta(PointGeometry.Meta):
        db_table = "layers_school"
        constraints = [
            models.CheckConstraint(
                condition=Q(school_code="") | Q(school_code__regex=r"^[0-9]{10}$"), name="school_code_digits"
            )
        ]
