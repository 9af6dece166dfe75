"""`manage.py import_areas FILE`: a thin shell around gis_core.importing (docs/import.md)."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from gis_core import codes
from gis_core.errors import WanggeError
from gis_core.importing import Options, Report, import_areas
from gis_core.importing.options import Progress, silent

SHOWN = 20
"""Lines of a list on the terminal; --report has them all."""


class Command(BaseCommand):
    help = "Import areas from GeoJSON, Shapefile (also zipped), GeoPackage or TopoJSON."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        default = Options.__dataclass_fields__
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--tier", required=True, choices=codes.TIERS)
        parser.add_argument("--code-field", help="field that holds the codes")
        parser.add_argument("--name-field", help="field that holds the names")
        parser.add_argument("--parent-field", help="field that holds the parent's code")
        parser.add_argument(
            "--under", metavar="CODE", help="all rows are children of CODE; created if need be"
        )
        parser.add_argument("--name", default="", help="name of the parent that --under creates")
        parser.add_argument("--assign-codes", action="store_true", help="number the rows west to east")
        parser.add_argument("--crs", help="EPSG code, gcj02 or bd09 (default: the file's own)")
        parser.add_argument("--encoding", help="of the texts, as gbk (default: found out)")
        parser.add_argument("--layer", help="which layer, where the file has several")
        parser.add_argument("--repair", action="store_true", help="mend a dirty coverage")
        lengths = (("snap", "METRES"), ("max_gap", "METRES"), ("max_change", "PERCENT"))
        for name, unit in lengths:
            option = f"--{name.replace('_', '-')}"
            parser.add_argument(option, type=float, metavar=unit, default=default[name].default)
        parser.add_argument(
            "--force-holes", action="store_true", help="holes stay uncovered, also in the parent"
        )
        parser.add_argument("--dry-run", action="store_true", help="do everything, then take it back")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="what became of every row")

    def handle(self, *args: Any, **given: Any) -> None:
        wanted = {name: given[name] for name in Options.__dataclass_fields__ if name in given}
        try:
            with progress_bar() as progress:
                report = import_areas(Options(path=given["file"], **wanted), progress)
        except WanggeError as error:
            _save(given["report"], {"refused": error.message, **error.details})
            raise CommandError("\n".join([error.message, *_lines(error.details)])) from error
        _save(given["report"], report.as_json())
        self.stdout.write(_summary(report))


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        yield show


def _save(path: Path | None, content: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str), encoding="utf-8")


def _lines(details: dict[str, Any]) -> Iterator[str]:
    """The lists of a refusal, each cut to what a terminal can show."""
    shown = {"problems": _problem_line, "defects": _defect_line, "changes": _change_line}
    for key, line in shown.items():
        rows = details.get(key, [])
        yield from (line(row) for row in rows[:SHOWN])
        if len(rows) > SHOWN:
            yield "  " + _("... and %s more; --report FILE.json lists all.") % (len(rows) - SHOWN)


def _problem_line(row: dict[str, Any]) -> str:
    return f"  {row['message']}"


def _defect_line(row: dict[str, Any]) -> str:
    place = f"{row['lon']:.8f} {row['lat']:.8f}"
    return (
        f"  {row['kind']:<9} {place}  {row['m2']:.4f} m2, {row['width_m']:.3f} m  {', '.join(row['codes'])}"
    )


def _change_line(row: dict[str, Any]) -> str:
    return f"  {row['row']}: {row['code']} {row['change_m2']:.2f} m2, {row['change_percent']:.4f} %"


def _summary(report: Report) -> str:
    counts = report.counts
    lines = [
        _("%(file)s: %(rows)s rows, %(crs)s, %(encoding)s.")
        % {"file": report.file, "rows": report.rows_in, "crs": report.crs[:40], "encoding": report.encoding},
        _("imported %(imported)s, changed %(changed)s, split %(split)s, dropped %(dropped)s.") % counts,
    ]
    lines += [_parent_line(parent) for parent in report.parents]
    largest = report.largest_change
    if largest is not None:
        lines.append(
            _("Largest change: row %(row)s (%(code)s), %(m2).4f m2, %(percent).6f percent of its area.")
            % {
                "row": largest.row,
                "code": largest.code,
                "m2": largest.change_m2,
                "percent": largest.change_percent,
            }
        )
    lines.append(_("Written.") if report.written else _("Dry run: nothing was written."))
    return "\n".join(lines)


def _parent_line(parent: Any) -> str:
    return _(
        "%(code)s: %(children)s children, %(area).0f m2, %(repaired)s defects repaired, %(holes)s holes kept, "
        "%(noded)s live areas noded."
    ) % {
        "code": parent.code or "-",
        "children": parent.children,
        "area": parent.area_m2,
        "repaired": len(parent.repaired),
        "holes": len(parent.holes),
        "noded": len(parent.noded_areas),
    }
