"""`manage.py tags [KEY] [--retag]`: how many rows of each layer lie outside the district, and which."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from layers import registry, tagging

SHOWN = 200
"""Rows listed; REST pages through all of them with `untagged=true`."""


class Command(BaseCommand):
    help = "Count the rows of each layer that lie in no area; with KEY, list them; with --retag, tag all rows anew."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "key", nargs="?", metavar="KEY", help="list this layer's rows outside the district"
        )
        parser.add_argument("--retag", action="store_true", help="tag every row of every layer anew first")

    def handle(self, *args: Any, **given: Any) -> None:
        if given["retag"]:
            self.stdout.write(
                _("%(count)d rows have other tags now.") % {"count": tagging.retag_everything()}
            )
        try:
            lines = self._rows(given["key"]) if given["key"] else self._counts()
        except WanggeError as error:
            raise CommandError(error.message) from error
        self.stdout.write("\n".join(lines))

    def _counts(self) -> list[str]:
        line = _("%(layer)s: %(rows)d rows, %(outside)d outside")
        return [
            line % {"layer": layer.key, "rows": rows, "outside": outside}
            for layer, rows, outside in tagging.counts()
        ]

    def _rows(self, key: str) -> list[str]:
        layer = registry.find(key)
        if not tagging.is_tagged(layer):
            raise WanggeError(_("The rows of %(key)s carry no tags.") % {"key": key})
        rows = tagging.outside(layer).order_by("pk")[:SHOWN]
        return [f"{row.pk} {row} {getattr(row, layer.geom).centroid.wkt}" for row in rows]
