"""The timeline: every step of every incident, only ever added to. The database refuses anything else (220)."""

from django.contrib.gis.db import models
from django.db.models import Value
from django.db.models.functions import Now

from incidents.models.incident import Incident
from layers.models.feature import CANONICAL_SRID


class Step(models.Model):
    """Who did what with an incident, when and where. `digest` chains a step to the one before it.

    `user_id` is kept as a number without a constraint, and the name beside it: a deleted account changes no history.
    `transaction` is PostgreSQL's number of the transaction that wrote it.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    action = models.CharField(max_length=24)
    from_state = models.CharField(max_length=20, blank=True, db_default="")
    to_state = models.CharField(max_length=20)
    user_id = models.BigIntegerField(null=True, blank=True)
    who = models.CharField(max_length=150, blank=True, db_default="")
    role = models.CharField(max_length=24, blank=True, db_default="")
    department = models.CharField(max_length=24, blank=True, db_default="")
    text = models.TextField(blank=True, db_default="")
    data = models.JSONField(default=dict, db_default=Value({}, output_field=models.JSONField()), blank=True)
    place = models.PointField(srid=CANONICAL_SRID, spatial_index=False, null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    transaction = models.BigIntegerField(db_default=0)
    digest = models.CharField(max_length=64, db_default="", editable=False)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["incident", "id"], name="step_incident"),
            models.Index(fields=["action", "at"], name="step_action"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.action}"
