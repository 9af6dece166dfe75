"""`manage.py import_layer KEY FILE`: a thin shell around layers.importing (docs/layers.md)."""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from layers.importing.service import Report, import_layer

SHOWN = 20
"""Reasons on the terminal; --report has every row."""


class Command(BaseCommand):
    help = "Import GeoJSON, Shapefile (also zipped), GeoPackage or TopoJSON into a layer."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", help="the layer, as roads or buildings")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=COLUMN", help="where a field comes from"
        )
        parser.add_argument("--crs", help="EPSG code, gcj02 or bd09 (default: the file's own)")
        parser.add_argument("--encoding", help="of the texts, as gbk (default: found out)")
        parser.add_argument("--layer", help="which layer, where the file has several")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="what became of every row")

    def handle(self, *args: Any, **given: Any) -> None:
        options = {name: given[name] for name in ("crs", "encoding", "layer")}
        try:
            report = import_layer(given["key"], given["file"], _pairs(given["map"]), **options)
        except WanggeError as error:
            raise CommandError(error.message) from error
        if given["report"]:
            text = json.dumps(report.as_json(), ensure_ascii=False, indent=1)
            given["report"].write_text(text, encoding="utf-8")
        self.stdout.write("\n".join(_lines(report)))


def _pairs(texts: list[str]) -> dict[str, str]:
    for text in texts:
        if not all(text.partition("=")):
            raise WanggeError(_("--map %s: write FIELD=COLUMN.") % text)
    return dict(text.split("=", 1) for text in texts)


def _lines(report: Report) -> list[str]:
    counts = {"rows": report.rows, "created": report.created, "updated": report.updated}
    counts["skipped"] = len(report.skipped)
    total = _("%(rows)d rows: %(created)d created, %(updated)d updated, %(skipped)d skipped.")
    used = ", ".join(f"{field}={'|'.join(names)}" for field, names in report.columns.items())
    reasons = Counter(skipped.reason for skipped in report.skipped).most_common(SHOWN)
    first = {skipped.reason: skipped.row for skipped in reversed(report.skipped)}
    line = _("  %(count)d x %(reason)s (first in row %(row)d)")
    return [
        total % counts,
        _("Columns: %s") % used,
        *(line % {"count": count, "reason": reason, "row": first[reason]} for reason, count in reasons),
    ]
