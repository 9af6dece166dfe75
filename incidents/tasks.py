"""What the worker does for incidents at set times: thin shells around services."""

from procrastinate.contrib.django import app

from gis_core import scope
from incidents import escalation, intake, statistics


@app.periodic(cron="* * * * *")
@app.task(name="escalate_incidents", queueing_lock="escalate_incidents", pass_context=False)
@scope.as_system
def escalate(timestamp: int) -> None:
    """Each minute: lights, urging, supervision."""
    escalation.run()


@app.periodic(cron="*/10 * * * *")
@app.task(name="refresh_incident_statistics", queueing_lock="refresh_incident_statistics", pass_context=False)
@scope.as_system
def refresh(timestamp: int) -> None:
    """Every ten minutes: the figures of the days before this week."""
    statistics.refresh()


@app.periodic(cron="17 3 * * *")
@app.task(name="forget_report_keys", queueing_lock="forget_report_keys", pass_context=False)
@scope.as_system
def forget(timestamp: int) -> None:
    """Each night: idempotency keys that nobody sends again."""
    intake.forget_keys()
