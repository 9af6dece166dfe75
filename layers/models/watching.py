"""Who and what watches over a grid: its staff, cameras (position and state, no streams) and sensors."""

from django.contrib.gis.db import models
from django.db.models import Q

from layers import codelists
from layers.models.feature import PointGeometry
from layers.models.validators import camera_code


class GridStaff(PointGeometry):
    """One person's post in one grid: the grid in which the duty point lies.

    Name and telephone are those posted at the grid; where somebody is at the moment is not kept here.
    """

    post = models.CharField(max_length=12, choices=codelists.STAFF_POST.choices, db_default="full_time")
    phone = models.CharField(max_length=30, blank=True, db_default="")
    employer = models.CharField(max_length=80, blank=True, db_default="")
    since = models.DateField(null=True, blank=True)

    class Meta(PointGeometry.Meta):
        db_table = "layers_gridstaff"


class Camera(PointGeometry):
    """A camera's position and state. `gb_code` is its 20 digits of GB/T 28181: 8 administrative area, 2 sector, 3 type
    (131, 132), 1 network, 6 number. `azimuth`, `view_angle`: degrees, clockwise from north; null turns or is unknown.
    """

    gb_code = models.CharField(max_length=20, null=True, blank=True, unique=True, validators=[camera_code])
    kind = models.CharField(max_length=12, choices=codelists.CAMERA_KIND.choices, db_default="bullet")
    state = models.CharField(max_length=12, choices=codelists.CAMERA_STATE.choices, db_default="online")
    owner = models.CharField(max_length=80, blank=True, db_default="")
    azimuth = models.PositiveSmallIntegerField(null=True, blank=True)
    view_angle = models.PositiveSmallIntegerField(null=True, blank=True)
    height = models.FloatField(null=True, blank=True)

    class Meta(PointGeometry.Meta):
        db_table = "layers_camera"
        constraints = [
            models.CheckConstraint(condition=Q(azimuth=None) | Q(azimuth__lt=360), name="camera_azimuth"),
            models.CheckConstraint(condition=Q(view_angle=None) | Q(view_angle__lte=360), name="camera_view"),
        ]


class Sensor(PointGeometry):
    """A sensor with its latest reading, which the database takes from the readings as they come."""

    device_code = models.CharField(max_length=40, null=True, blank=True, unique=True)
    kind = models.CharField(max_length=12, choices=codelists.SENSOR_KIND.choices, db_default="air")
    unit = models.CharField(max_length=12, blank=True, db_default="")
    value = models.FloatField(null=True, blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)
    alarm_level = models.CharField(max_length=8, choices=codelists.ALARM_LEVEL.choices, db_default="normal")

    class Meta(PointGeometry.Meta):
        db_table = "layers_sensor"


class SensorReading(models.Model):
    """What a sensor measured at a time."""

    sensor = models.ForeignKey(Sensor, on_delete=models.CASCADE, related_name="readings")
    at = models.DateTimeField()
    value = models.FloatField()
    alarm_level = models.CharField(max_length=8, choices=codelists.ALARM_LEVEL.choices, db_default="normal")

    class Meta:
        db_table = "layers_sensorreading"
        constraints = [models.UniqueConstraint(fields=["sensor", "at"], name="sensorreading_once")]

    def __str__(self) -> str:
        return f"{self.sensor_id} {self.at} {self.value}"
