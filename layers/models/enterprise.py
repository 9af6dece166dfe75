"""Enterprises and other employers, each with its unified social credit code."""

from django.contrib.gis.db import models

from layers import codelists
from layers.models.feature import Addressed, PointGeometry
from layers.models.validators import credit_code


class Enterprise(Addressed, PointGeometry):
    """An enterprise, sole trader, small public place, social organisation or institution.

    `uscc` is the unified social credit code of GB 32100-2015; the database checks its check character
    (layers/sql/020_identifiers.sql). Null where the source has none.
    """

    uscc = models.CharField(max_length=18, null=True, blank=True, unique=True, validators=[credit_code])
    kind = models.CharField(max_length=16, choices=codelists.ENTERPRISE_KIND.choices, db_default="enterprise")
    industry = models.CharField(max_length=1, choices=codelists.INDUSTRY.choices, blank=True, db_default="")
    state = models.CharField(max_length=12, choices=codelists.ENTERPRISE_STATE.choices, db_default="active")
    employees = models.PositiveIntegerField(null=True, blank=True)
    safety_class = models.CharField(
        max_length=12, choices=codelists.SAFETY_CLASS.choices, db_default="general"
    )
    fire_key_unit = models.BooleanField(db_default=False)
    licence_expiry = models.DateField(null=True, blank=True)
    last_inspection = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=30, blank=True, db_default="")

    class Meta(PointGeometry.Meta):
        db_table = "layers_enterprise"
