"""Background jobs of the grid editor: thin shells around services."""

from datetime import datetime
from typing import Any

from gis_core import jobs
from grid_editor.publishing import timed


@jobs.task("publish_plan", cancellable=False)
def publish_plan(run: jobs.Run, plan_id: int, due: str) -> dict[str, Any]:
    """Publish a plan at the time that was set for it, unless that was taken back."""
    return timed.publish_due(run.user, plan_id, datetime.fromisoformat(due))
