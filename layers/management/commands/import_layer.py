"""`manage.py import_layer KEY FILE`: a thin shell around layers.importing (docs/layers.md)."""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from layers.importing.report import Report
from layers.importing.service import AllOrNothing, import_layer

SHOWN = 20
"""Reasons on the terminal; --report has every row."""


class Command(BaseCommand):
    help = (
        "Import a vector file, a CSV or an Excel sheet into a layer; rows with a known source id are updated."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", help="the layer, as roads or buildings")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=COLUMN", help="where a field comes from"
        )
        parser.add_argument(
            "--set", action="append", default=[], metavar="FIELD=VALUE", help="the same value for every row"
        )
        parser.add_argument(
            "--where",
            action="append",
            default=[],
            metavar="COLUMN=VALUE,...|osm",
            help="only such rows; repeated: or",
        )
        parser.add_argument(
            "--crs", help="EPSG code, gcj02 or bd09 (default: the file's own; tables: EPSG:4490)"
        )
        parser.add_argument("--encoding", help="of the texts, as gbk (default: found out)")
        parser.add_argument("--layer", help="which layer or sheet, where the file has several")
        parser.add_argument(
            "--all-or-nothing", action="store_true", help="write nothing if a row does not fit"
        )
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="what became of every row")

    def handle(self, *args: Any, **given: Any) -> None:
        names = ("crs", "encoding", "layer", "where", "all_or_nothing")
        options = {name: given[name] for name in names}
        try:
            mapping, constants = _pairs("--map", given["map"]), _pairs("--set", given["set"])
            report = import_layer(given["key"], given["file"], mapping, constants=constants, **options)
        except AllOrNothing as error:
            _save(given["report"], error.report)
            raise CommandError("\n".join([error.message, *_reasons(error.report)])) from error
        except WanggeError as error:
            raise CommandError(error.message) from error
        _save(given["report"], report)
        self.stdout.write("\n".join(_lines(report)))


def _save(path: Path | None, report: Report) -> None:
    if path is not None:
        path.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=1), encoding="utf-8")


def _pairs(option: str, texts: list[str]) -> dict[str, str]:
    for text in texts:
        if not all(text.partition("=")):
            raise WanggeError(_("%(option)s %(text)s: write FIELD=...") % {"option": option, "text": text})
    return dict(text.split("=", 1) for text in texts)


def _lines(report: Report) -> list[str]:
    names = ("rows", "created", "updated", "unchanged", "not_selected", "outside")
    counts = {name: getattr(report, name) for name in names} | {"skipped": len(report.skipped)}
    total = _(
        "%(rows)d rows: %(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(skipped)d skipped,"
        " %(not_selected)d not selected."
    )
    used = ", ".join(f"{field}={'|'.join(names)}" for field, names in report.columns.items())
    lines = [total % counts, _("Columns: %s") % used, *_reasons(report)]
    if report.matched:
        lines.append(_("%d rows were placed by their address.") % len(report.matched))
    if report.outside:
        lines.append(_("%d rows lie outside the district; they are kept.") % report.outside)
    return lines


def _reasons(report: Report) -> list[str]:
    reasons = Counter(skipped.reason for skipped in report.skipped).most_common(SHOWN)
    first = {skipped.reason: skipped.row for skipped in reversed(report.skipped)}
    line = _("  %(count)d x %(reason)s (first in row %(row)d)")
    return [line % {"count": count, "reason": reason, "row": first[reason]} for reason, count in reasons]
