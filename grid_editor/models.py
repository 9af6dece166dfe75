"""Tables of the grid editor: plans, their loose copies of grids and boundaries, and what was done to them.

Nothing here is live: the coverage is in gis_core_area. A plan's polygons may be broken for a while (design.md
section 5); what writes them is `services.py`, and every write is a row of `PlanCommand`.
"""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Deferrable, Q, Value
from django.utils.translation import gettext_lazy as _

from gis_core.models import CANONICAL_SRID, Area, GeodesicArea

NO_JSON = Value({}, output_field=models.JSONField())


def _person(name: str) -> models.ForeignKey:
    """Who did it; stays readable when the account goes."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name=name
    )


class Plan(models.Model):
    """A redrawing of the grids inside one area.

    `base_at` is the moment of the live coverage it was copied from; `base_versions` maps each grid's code to
    the `valid_from` of the version that was copied, by which publishing knows exactly what changed since.
    `revision` counts the writes to the draft. `publish_at` and `publish_job` are set while it waits for its time.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")
        WITHDRAWN = "withdrawn", _("withdrawn")
        PUBLISHED = "published", _("published")

    class Origin(models.TextChoices):
        MANUAL = "manual", _("drawn by hand")
        AUTO = "auto", _("drawn automatically")
        ROLLBACK = "rollback", _("rolled back")
        IMPORT = "import", _("imported")

    EDITABLE = (State.DRAFT, State.RETURNED)

    name = models.CharField(max_length=120)
    scope_code = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.MANUAL)
    revision = models.BigIntegerField(default=0)
    base_at = models.DateTimeField()
    base_versions = models.JSONField(default=dict, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True)
    publish_job = models.BigIntegerField(null=True, blank=True)

    created_by, created_at = _person("plans_created"), models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    submitted_by, submitted_at = _person("plans_submitted"), models.DateTimeField(null=True, blank=True)
    approved_by, approved_at = _person("plans_approved"), models.DateTimeField(null=True, blank=True)
    returned_by, returned_at = _person("plans_returned"), models.DateTimeField(null=True, blank=True)
    withdrawn_by, withdrawn_at = _person("plans_withdrawn"), models.DateTimeField(null=True, blank=True)
    published_by, published_at = _person("plans_published"), models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["scope_code"], name="plan_scope"),
            models.Index(fields=["state"], name="plan_state"),
        ]
        constraints = [
            models.CheckConstraint(
                name="plan_four_eyes",
                condition=~Q(state__in=("approved", "published"), approved_by=models.F("submitted_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"

    @property
    def editable(self) -> bool:
        """Whether commands may change it: only as a draft, or when it came back."""
        return self.state in self.EDITABLE


class PlanGrid(models.Model):
    """One grid of a plan. `geom`: MultiPolygon, EPSG:4490, canonical ordinates, perhaps invalid for a while.

    `id` stays through edits, renumbering and undo: OGC clients know the grid by it. `households`,
    `residents` and `buildings` are null until counted for the present geometry.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="grids")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120, blank=True, db_default="")
    kind = models.CharField(max_length=12, choices=Area.Kind, db_default=Area.Kind.GENERAL)
    parent_code = models.CharField(max_length=20)
    geom = models.MultiPolygonField(srid=CANONICAL_SRID, spatial_index=False)
    area_m2 = models.GeneratedField(
        expression=GeodesicArea(models.F("geom")), output_field=models.FloatField(), db_persist=True
    )
    attributes = models.JSONField(default=dict, db_default=NO_JSON, blank=True)
    households = models.IntegerField(null=True, blank=True)
    residents = models.IntegerField(null=True, blank=True)
    buildings = models.IntegerField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        indexes = [
            GistIndex(fields=["geom"], name="plangrid_geom"),
            models.Index(fields=["plan", "parent_code"], name="plangrid_parent"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"], name="plangrid_code", deferrable=Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PlanBoundary(models.Model):
    """A live area of the scope above the grids, as the plan began; only ever given vertices, never moved."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="boundaries")
    code = models.CharField(max_length=20)
    tier = models.CharField(max_length=12)
    parent_code = models.CharField(max_length=20, null=True, blank=True)
    name = models.CharField(max_length=120, blank=True, db_default="")
    geom = models.MultiPolygonField(srid=CANONICAL_SRID, spatial_index=False)

    class Meta:
        ordering = ["code"]
        indexes = [GistIndex(fields=["geom"], name="planboundary_geom")]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="planboundary_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PlanCommand(models.Model):
    """One edit, with the rows before and after it in `delta` (see `deltas.py`): undo and redo read them.

    `number` counts up within the plan; `revision` is the plan's after the command. `codes`: the grids it
    changed, without those that only got a vertex. A command undone before another was given is `discarded`.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="commands")
    number = models.IntegerField()
    kind = models.CharField(max_length=24)
    arguments = models.JSONField(default=dict)
    user = _person("plan_commands")
    at = models.DateTimeField(auto_now_add=True)
    revision = models.BigIntegerField()
    codes = models.JSONField(default=list)
    delta = models.JSONField(default=dict)
    undone = models.BooleanField(default=False)
    discarded = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plancommand_number")]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.number} {self.kind}"


class PlanLog(models.Model):
    """Who did what to a plan, and when: commands, undo and redo, and the steps of its life. Only added to.

    `token`: the client's own mark of a write; a write that comes again with it has already been done.
    """

    class Action(models.TextChoices):
        CREATED = "created", _("created")
        COMMAND = "command", _("command")
        UNDO = "undo", _("undone")
        REDO = "redo", _("redone")
        SUBMITTED = "submitted", _("submitted")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")
        WITHDRAWN = "withdrawn", _("withdrawn")
        PUBLISHED = "published", _("published")
        REBASED = "rebased", _("rebased")
        COMMENTED = "commented", _("commented")
        REOPENED = "reopened", _("reopened")
        SCHEDULED = "scheduled", _("scheduled")
        UNSCHEDULED = "unscheduled", _("unscheduled")
        NOT_PUBLISHED = "unpublished", _("not published")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(auto_now_add=True)
    user = _person("plan_log")
    action = models.CharField(max_length=12, choices=Action)
    revision = models.BigIntegerField()
    command = models.ForeignKey(PlanCommand, on_delete=models.CASCADE, null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)
    token = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["plan", "revision"], name="planlog_revision")]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "token"], condition=~models.Q(token=""), name="planlog_token"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.action} {self.revision}"


class PlanComment(models.Model):
    """A remark on a plan, pinned to a place or a grid where it is about one."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="comments")
    user = _person("plan_comments")
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField()
    place = models.PointField(srid=CANONICAL_SRID, null=True, blank=True)
    grid_code = models.CharField(max_length=20, blank=True, default="")
    resolved_by = _person("plan_comments_resolved")
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:40]


class Lineage(models.Model):
    """That an area's ground came from another's: `area_m2` of `from_code` went into `to_code`."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lineage")
    from_code = models.CharField(max_length=20)
    to_code = models.CharField(max_length=20)
    area_m2 = models.FloatField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["published_at", "from_code", "to_code"]
        indexes = [
            models.Index(fields=["from_code"], name="lineage_from"),
            models.Index(fields=["to_code"], name="lineage_to"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["plan", "from_code", "to_code"], name="lineage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.from_code} -> {self.to_code}"
