"""Background jobs of the core: thin shells around services."""

from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from gis_core import scope


@app.periodic(cron="41 3 * * *")
@app.task(name="prune_audit", queueing_lock="prune_audit", pass_context=False)
@scope.as_system
def prune_audit(timestamp: int) -> None:
    """Each night: lines of the audit that are older than they are kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_prune(make_interval(days => %s))", [settings.AUDIT_DAYS])


@app.periodic(cron="47 3 * * *")
@app.task(name="forget_turns", queueing_lock="forget_turns", pass_context=False)
def forget_turns(timestamp: int) -> None:
    """Each night: the counts of rate limits that are over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT forget_turns()")
