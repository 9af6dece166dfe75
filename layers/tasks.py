"""Background jobs of the layers: thin shells around services."""

from typing import Any

from procrastinate.contrib.django import app

from gis_core import jobs, scope
from layers.exporting import keeping


@jobs.task(keeping.KIND)
def export_layer(run: jobs.Run, key: str, parameters: dict[str, str]) -> dict[str, Any]:
    """Write a large layer into a file that its user fetches."""
    return keeping.make(run, key, parameters)


@app.periodic(cron="23 * * * *")
@app.task(name="forget_exports", queueing_lock="forget_exports", pass_context=False)
@scope.as_system
def forget(timestamp: int) -> None:
    """Each hour: files that nobody will fetch any more."""
    keeping.forget_old()
