"""Upload a file into a plan: its polygons take the place of the grids of every village that they lie in."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from gis_core import access
from gis_core.importing import Options, reading
from gis_core.importing.reading import Source
from grid_editor import deltas, loading, selectors, services
from grid_editor.deltas import Delta
from grid_editor.draft import Draft
from grid_editor.models import Plan
from grid_editor.reasons import refuse
from grid_editor.services import Outcome
from grid_editor.uploading import guard
from grid_editor.uploading.command import UploadCommand
from grid_editor.uploading.report import UploadReport
from grid_editor.uploading.rows import sorted_out
from grid_editor.uploading.villages import Village, taken


@dataclass(frozen=True)
class Uploaded:
    """`outcome` is None after a dry run; `draft` is the plan after it, stored or not."""

    plan: Plan
    outcome: Outcome | None
    delta: Delta
    draft: Draft
    report: UploadReport


def upload(
    user: Any,
    plan_id: int,
    file: UploadedFile,
    wanted: dict[str, Any],
    revision: int | None = None,
    dry_run: bool = False,
) -> Uploaded:
    """Draw villages of the plan anew from the file; `wanted` are fields of gis_core.importing.Options.

    Without `repair` the rows are taken as they are, rounded. Raises TooLarge, WrongFile, ImportRefused with the
    rows, and what `services.run` raises; then nothing was changed.
    """
    seen = selectors.plan(user, plan_id)
    access.require(user, "edit_plan", seen.scope_code)
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        path = guard.stored(file, Path(folder))
        most = settings.UPLOAD_LIMITS["rows"] + 1
        assign = not wanted.get("code_field")
        options = Options(path=path, tier="grid", assign_codes=assign, most_rows=most, **wanted)
        source = replace(reading.read(options), file=Path(str(file.name)).name)
    guard.check_read(source)
    return _drawn(user, plan_id, source, options, revision, dry_run, began)


@transaction.atomic
def _drawn(
    user: Any,
    plan_id: int,
    source: Source,
    options: Options,
    revision: int | None,
    dry_run: bool,
    began: float,
) -> Uploaded:
    plan = services.locked(user, plan_id, "edit_plan")
    draft = loading.whole(plan)
    rows = sorted_out(source, options, draft)
    villages = [
        taken(draft, code, pieces, options, source.file) for code, pieces in sorted(rows.pieces.items())
    ]
    after = _with_villages(draft, villages)
    delta = deltas.between(draft, after)
    report = UploadReport(source, villages, rows.dropped, time.monotonic() - began)
    outcome = None if dry_run else _stored(user, plan, delta, source, villages, revision)
    return Uploaded(plan if outcome is None else outcome.plan, outcome, delta, after, report)


def _with_villages(draft: Draft, villages: list[Village]) -> Draft:
    after = draft
    for village in villages:
        old = [grid.code for grid in draft.of_village(village.code)]
        after = after.with_grids(village.grids, removed=old)
    for village in villages:
        after = after.spliced(village.splices)
    return after


def _stored(
    user: Any, plan: Plan, delta: Delta, source: Source, villages: list[Village], revision: int | None
) -> Outcome:
    if not delta.grids and not delta.boundaries:
        raise refuse("nothing_changes", _("This changes nothing."))
    count = sum(len(village.grids) for village in villages)
    codes = tuple(village.code for village in villages)
    command = UploadCommand(delta, source.file, count, codes)
    arguments = {"file": source.file, "villages": list(codes), "rows": len(source.rows)}
    return services.run(user, plan.pk, command, revision, arguments)
