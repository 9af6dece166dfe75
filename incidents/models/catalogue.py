"""What can be reported, and who deals with it: data that an installation replaces (docs/incidents.md)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Department(models.Model):
    """A department that can be whistled for."""

    code = models.CharField(max_length=24, primary_key=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True, default="")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class DepartmentMember(models.Model):
    """Which department a user of the role `department` acts for. Who has no row acts for any, within their prefix."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="departments")
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="members")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "department"], name="department_member_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.department_id}"


class Item(models.Model):
    """One kind of incident. `limit_hours` of the whole case count in `limit_unit`; a working day is 8 working hours.

    Reports of one item within `duplicate_m` metres and `duplicate_hours` are proposed as duplicates (0: never).
    `sensitive`: its text and photos are for those who may read internal fields there.
    """

    class Unit(models.TextChoices):
        WORKING = "working", _("working hours")
        NATURAL = "natural", _("hours")

    code = models.CharField(max_length=8, primary_key=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True, default="")
    category = models.CharField(max_length=40, blank=True, default="")
    category_en = models.CharField(max_length=60, blank=True, default="")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="items")
    level = models.SmallIntegerField(default=1)
    limit_hours = models.DecimalField(max_digits=7, decimal_places=2)
    limit_unit = models.CharField(max_length=8, choices=Unit, default=Unit.WORKING)
    self_close = models.BooleanField(default=False)
    needs_photo = models.BooleanField(default=False)
    sensitive = models.BooleanField(default=False)
    duplicate_m = models.IntegerField(default=50)
    duplicate_hours = models.IntegerField(default=24)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(limit_hours__gt=0), name="item_limit"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 4)), name="item_level"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
