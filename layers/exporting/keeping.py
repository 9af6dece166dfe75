"""Large exports: made by a job, kept for a day, fetched by who asked for them."""

import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from gis_core import jobs
from gis_core.access import NotSignedIn
from gis_core.errors import Conflict, NotFound
from gis_core.models import Job
from layers import registry
from layers.exporting import wanted
from layers.exporting.gdal import folder
from layers.exporting.wanted import Wanted

KIND = "export_layer"
AT_ONCE = 3
"""Exports that one user may have waiting or running."""


def begin(task: jobs.Task, user: Any, key: str, parameters: Mapping[str, str], rows: int) -> Job:
    """Queue the export. Raises NotSignedIn, as a job belongs to somebody, and Conflict for one too many."""
    if not user.is_authenticated:
        message = _("%(rows)d rows are more than %(most)d: sign in, and they are made in the background.")
        limits = {"rows": rows, "most": settings.EXPORT_DIRECT_ROWS}
        raise NotSignedIn(message % limits, limits)
    busy = Job.objects.filter(
        created_by=user, kind=KIND, state__in=(Job.State.WAITING, Job.State.RUNNING)
    ).count()
    if busy >= AT_ONCE:
        message = _("%d of your exports are not done yet; wait for one, or call it off.")
        raise Conflict(message % busy, {"most": AT_ONCE}, "too_many_exports")
    title = registry.find(key).title.zh
    return jobs.start(task, user, f"{title} {key}", key=key, parameters=dict(parameters))


def make(run: jobs.Run, key: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Write the file, with what the user may see now; half a file is never there to be fetched."""
    forget_old()
    what = wanted.read(run.user, key, parameters)
    total = what.sheet.rows.count()
    written = 0

    def told(count: int) -> None:
        nonlocal written
        written = count
        run.progress(min(count, total), max(total, count) + 1)

    target = _place(run.job.pk)
    with folder() as place:
        path = place / what.file_name
        with path.open("wb") as file:
            for chunk in what.heard_by(told).format.stream(what.heard_by(told).sheet):
                file.write(chunk)
        size = path.stat().st_size
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        path.rename(target / what.file_name)
    run.progress(written, written)
    return {
        "url": reverse("layer-export-file", args=[run.job.pk]),
        "file": what.file_name,
        "format": parameters["format"],
        "rows": written,
        "bytes": size,
        "key": key,
        "rights": _rights(run.user, what),
    }


def fetch(user: Any, job_id: int) -> tuple[Path, str]:
    """The file of a finished job and its media type. Raises NotFound, and Conflict if the rights have changed."""
    job = jobs.of(user, job_id)
    path = _place(job_id) / str(job.result.get("file", "")) if job.result else None
    if job.kind != KIND or job.state != Job.State.DONE or path is None or not path.is_file():
        raise NotFound(_("Job %(job)s has no file, or no longer.") % {"job": job_id}, {"state": job.state})
    what = wanted.read(job.created_by, job.result["key"], {"format": job.result["format"]})
    if job.result["rights"] != _rights(job.created_by, what):
        raise Conflict(_("What you may see has changed since; export anew."), code="rights_changed")
    return path, what.format.media_type


def _rights(user: Any, what: Wanted) -> list[list[str] | None]:
    """What decides the rows and columns that the user sees."""
    prefixes = registry.row_prefixes(user, what.sheet.layer)
    return [None if prefixes is None else list(prefixes), list(what.sheet.inner)]


def forget_old() -> None:
    """Remove files older than EXPORT_HOURS, and what a killed worker has left half made."""
    limit = time.time() - settings.EXPORT_HOURS * 3600
    for place in Path(settings.EXPORT_DIR).glob("*"):
        try:
            if place.stat().st_mtime < limit:
                shutil.rmtree(place, ignore_errors=True)
        except FileNotFoundError:  # another worker was first
            continue


def _place(job_id: int) -> Path:
    return Path(settings.EXPORT_DIR) / str(job_id)
