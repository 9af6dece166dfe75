"""The figures of past days, counted and kept (incidents/sql/250_statistics.sql)."""

from django.db import models


class Daily(models.Model):
    """`value` of one measure on one day for one area, item, department and source.

    `area_code` is the area at the time of the report, `area_code_now` today's; '' is outside.
    """

    day = models.DateField()
    area_code = models.CharField(max_length=20)
    area_code_now = models.CharField(max_length=20)
    item_code = models.CharField(max_length=8)
    department = models.CharField(max_length=24)
    source = models.CharField(max_length=12)
    measure = models.CharField(max_length=20)
    value = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["day", "measure"], name="daily_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.measure} {self.value}"
