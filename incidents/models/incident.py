"""An incident, and what belongs to it. Number, tags and clocks are the database's (incidents/sql/210, 220)."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from incidents.loop.states import CLOSED_STATES, STATES
from incidents.models.catalogue import Department
from layers.models.feature import PointGeometry

NO_JSON = Value({}, output_field=models.JSONField())


class Incident(PointGeometry):
    """One incident. `name` is its title; `geom` the place (EPSG:4490), which it always has.

    `grid_code_at_report`, `area_code_at_report`: the areas that held the place when it was reported, never changed
    again; `grid_code`, `area_code`: today's. `border_m` is the distance to the border of today's grid,
    `border_grids` the other grids as near as the place is exact. Outside the district `nearest_grid` and
    `nearest_m` say where the district begins. `scope_code` decides who sees it: the area, or for a place outside
    the grid picked by hand, or the nearest.

    Two clocks: `due_at` of the case, `step_due_at` of the present step; from `yellow_at` and `step_yellow_at` on
    80 % of the limit is used. While `suspended_at` is set both stand still.
    """

    class Source(models.TextChoices):
        WORKER = "worker", _("grid worker")
        CITIZEN = "citizen", _("citizen")
        HOTLINE = "hotline", _("12345 hotline")
        VIDEO = "video", _("video analysis")
        SENSOR = "sensor", _("sensor")
        SUPERIOR = "superior", _("assigned from above")
        DEPARTMENT = "department", _("department")
        CITY = "city", _("city supervision")
        OPEN311 = "open311", _("Open311")
        IMPORT = "import", _("imported")

    class LocatedBy(models.TextChoices):
        GPS = "gps", _("position of the device")
        MAP = "map", _("point on the map")
        ADDRESS = "address", _("address")
        GRID = "grid", _("grid")
        DEVICE = "device", _("place of a sensor or camera")
        COORDINATES = "coordinates", _("coordinates")

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("normal")
        URGENT = "urgent", _("urgent")
        EMERGENCY = "emergency", _("emergency")

    class Light(models.TextChoices):
        GREEN = "green", _("in time")
        YELLOW = "yellow", _("due soon")
        RED = "red", _("overdue")

    number = models.CharField(max_length=40, unique=True, db_default="", editable=False)
    item_code = models.CharField(max_length=8)
    description = models.TextField(blank=True, db_default="")
    source = models.CharField(max_length=12, choices=Source, db_default=Source.WORKER)
    scale = models.CharField(max_length=20, blank=True, db_default="")
    involved = models.IntegerField(null=True, blank=True)
    level = models.SmallIntegerField(db_default=1)
    urgency = models.CharField(max_length=12, choices=Urgency, db_default=Urgency.NORMAL)

    located_by = models.CharField(max_length=12, choices=LocatedBy, db_default=LocatedBy.COORDINATES)
    accuracy_m = models.FloatField(null=True, blank=True)
    original = models.JSONField(default=dict, db_default=NO_JSON, blank=True)
    address_text = models.CharField(max_length=300, blank=True, db_default="")
    grid_code_at_report = models.CharField(max_length=20, null=True, blank=True, editable=False)
    area_code_at_report = models.CharField(max_length=20, null=True, blank=True, editable=False)
    border_m = models.FloatField(null=True, blank=True, editable=False)
    border_grids = ArrayField(models.CharField(max_length=20), db_default=Value([]), editable=False)
    nearest_grid = models.CharField(max_length=20, null=True, blank=True, editable=False)
    nearest_m = models.FloatField(null=True, blank=True, editable=False)
    picked_grid = models.CharField(max_length=20, null=True, blank=True)
    scope_code = models.CharField(max_length=20, db_default="", editable=False)

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="incidents"
    )
    reporter_name = models.CharField(max_length=150, blank=True, db_default="")
    contact = models.CharField(max_length=60, blank=True, db_default="")
    happened_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(db_default=Now())

    state = models.CharField(
        max_length=20, choices=[(s.key, s.title.en) for s in STATES], db_default="reported"
    )
    is_open = models.GeneratedField(
        expression=models.Case(
            models.When(Q(state__in=(*CLOSED_STATES, "draft")), then=Value(False)), default=Value(True)
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    is_draft = models.GeneratedField(
        expression=models.Case(models.When(state="draft", then=Value(True)), default=Value(False)),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    handler = models.CharField(max_length=12, blank=True, db_default="")
    lead_department = models.CharField(max_length=24, blank=True, db_default="")
    pending = models.CharField(max_length=12, blank=True, db_default="")
    pending_data = models.JSONField(default=dict, db_default=NO_JSON, blank=True)

    due_at = models.DateTimeField(null=True, blank=True)
    yellow_at = models.DateTimeField(null=True, blank=True)
    original_due_at = models.DateTimeField(null=True, blank=True)
    limit_hours = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    limit_unit = models.CharField(max_length=8, blank=True, db_default="")
    step_since = models.DateTimeField(db_default=Now())
    step_due_at = models.DateTimeField(null=True, blank=True)
    step_yellow_at = models.DateTimeField(null=True, blank=True)
    step_unit = models.CharField(max_length=8, blank=True, db_default="")
    suspended_at = models.DateTimeField(null=True, blank=True)
    light = models.CharField(max_length=8, choices=Light, db_default=Light.GREEN)
    supervised = models.SmallIntegerField(db_default=0)
    reply_wanted = models.BooleanField(db_default=False)

    rework_count = models.SmallIntegerField(db_default=0)
    extension_count = models.SmallIntegerField(db_default=0)
    return_count = models.SmallIntegerField(db_default=0)
    self_handled = models.BooleanField(db_default=False)
    accepted_at = models.DateTimeField(null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    feedback_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    evaluated_at = models.DateTimeField(null=True, blank=True)
    result = models.TextField(blank=True, db_default="")
    solved = models.BooleanField(null=True, blank=True)
    satisfaction = models.SmallIntegerField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )

    class Meta(PointGeometry.Meta):
        db_table = "incidents_incident"
        indexes = [
            *PointGeometry.Meta.indexes,
            models.Index(fields=["scope_code"], name="incident_scope", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["grid_code_at_report"], name="incident_at_report", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["reported_at", "id"], name="incident_reported"),
            models.Index(fields=["closed_at"], name="incident_closed"),
            models.Index(fields=["original_due_at"], name="incident_due"),
            models.Index(fields=["item_code", "reported_at"], name="incident_item"),
            models.Index(fields=["light", "id"], name="incident_open", condition=Q(is_open=True)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(1, 4)), name="incident_level"),
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)), name="incident_satisfaction"
            ),
            models.CheckConstraint(
                condition=Q(accuracy_m=None) | Q(accuracy_m__gte=0), name="incident_accuracy"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Counter(models.Model):
    """The last number given out in an area on a day."""

    area_code = models.CharField(max_length=20)
    day = models.DateField()
    last = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area_code", "day"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.area_code} {self.day} {self.last}"


class Whistle(models.Model):
    """That a department was called, as the lead or to support it, and what it did."""

    class Kind(models.TextChoices):
        EMERGENCY = "emergency", _("emergency whistle")
        QUICK = "quick", _("quick whistle")
        DAILY = "daily", _("daily whistle")
        KEY = "key", _("key-task whistle")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="whistles")
    kind = models.CharField(max_length=12, choices=Kind)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="whistles")
    is_lead = models.BooleanField(default=True)
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField()
    return_until = models.DateTimeField()
    checked_in_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["sent_at"], name="whistle_sent")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.department_id}"


class Photo(models.Model):
    """A photo as it is stored: re-encoded JPEG without metadata, under its own hash."""

    class Phase(models.TextChoices):
        BEFORE = "before", _("before")
        AFTER = "after", _("after")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="photos")
    phase = models.CharField(max_length=8, choices=Phase, default=Phase.BEFORE)
    sha256 = models.CharField(max_length=64)
    bytes = models.IntegerField()
    width = models.IntegerField()
    height = models.IntegerField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "phase", "sha256"], name="photo_once"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class Evaluation(models.Model):
    """The three marks of one party (1 to 5): response, handling, satisfaction."""

    class Party(models.TextChoices):
        REPORTER = "reporter", _("reporter")
        VILLAGE = "village", _("village")
        STREET = "street", _("street")
        SYSTEM = "system", _("nobody within seven days")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="evaluations")
    party = models.CharField(max_length=12, choices=Party)
    response = models.SmallIntegerField(null=True)
    handling = models.SmallIntegerField(null=True)
    satisfaction = models.SmallIntegerField(null=True)
    text = models.TextField(blank=True, default="")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["incident", "party"], name="evaluation_once")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.party}"


class ReportKey(models.Model):
    """An Idempotency-Key that a sender used, the hash of what it sent, and the incident that came of it."""

    sender = models.BigIntegerField()
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="keys")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "key"], name="report_key_once")]

    def __str__(self) -> str:
        return self.key
