"""Tables of the events. Written and read through `sql/080_events.sql` only."""

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now


class Event(models.Model):
    """One thing that happened. `position` is its place in the order of commit; null until it has one.

    `code`: the area that it lies in. `permission`: who may do this there hears of it; '' is everybody.
    """

    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=16)
    code = models.CharField(max_length=20, blank=True, db_default="")
    permission = models.CharField(max_length=40, blank=True, db_default="")
    data = models.JSONField(db_default=Value({}, output_field=models.JSONField()))
    position = models.BigIntegerField(null=True, blank=True, unique=True)

    class Meta:
        app_label = "gis_core"
        indexes = [
            models.Index(fields=["id"], name="event_without_position", condition=Q(position=None)),
            models.Index(fields=["at"], name="event_at"),
        ]
        constraints = [
            # A line break in it would let a writer forge lines of the stream.
            models.CheckConstraint(condition=Q(kind__regex=r"^[a-z_]+$"), name="event_kind_word"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.kind} {self.code}"


class EventClock(models.Model):
    """One row: the last position given out, and up to which position events have been deleted."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
    pruned_to = models.BigIntegerField(default=0)

    class Meta:
        app_label = "gis_core"

    def __str__(self) -> str:
        return f"{self.pruned_to}..{self.position}"
