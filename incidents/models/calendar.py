"""The working calendar: the days that differ from Monday to Friday, and the hours of a working day.

Both tables outlive a flush (they are not Django's to empty): from them the database derives its working spans
(incidents/sql/200_calendar.sql), in which every limit in working hours is counted.
"""

from django.db import models


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a working day at the weekend (调休)."""

    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    name = models.CharField(max_length=60, blank=True, db_default="")

    class Meta:
        managed = False
        db_table = "incidents_calendarday"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class WorkHours(models.Model):
    """One stretch of every working day, in local time."""

    starts = models.TimeField(primary_key=True)
    ends = models.TimeField()

    class Meta:
        managed = False
        db_table = "incidents_workhours"
        ordering = ["starts"]

    def __str__(self) -> str:
        return f"{self.starts}-{self.ends}"
