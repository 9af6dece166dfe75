"""`bench`: measure, print a table, write JSON. `make bench` runs it on the database of this clone."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.table import Table

from data.bench import audit, commands, guard, places, publish, situation, tags, tiles, wall, wfs
from data.bench.figure import Figure

MEASURES = {
    "guard": guard.measure,
    "audit": audit.measure,
    "places": places.measure,
    "commands": commands.measure,
    "publish": publish.measure,
    "situation": situation.measure,
    "tags": tags.measure,
    "wfs": wfs.measure,
    "tiles": tiles.measure,
    "wall": wall.measure,
}


class Command(BaseCommand):
    help = "Measure the speeds that matter on this database; nothing that is measured stays in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("only", nargs="*", choices=[*MEASURES, []], help="what to measure (default: all)")
        parser.add_argument("--json", type=Path, default=settings.STATE_DIR / "bench.json")

    def handle(self, *args: Any, **options: Any) -> None:
        figures: list[Figure] = []
        for name in options["only"] or MEASURES:
            self.stderr.write(f"measuring {name} ...")
            figures += MEASURES[name]()
        options["json"].parent.mkdir(parents=True, exist_ok=True)
        options["json"].write_text(json.dumps([asdict(figure) for figure in figures], indent=2))
        self._print(figures)

    def _print(self, figures: list[Figure]) -> None:
        table = Table("work", "median", "p95", "unit", "runs", "target")
        for figure in figures:
            table.add_row(
                figure.work,
                f"{figure.median:.3f}",
                f"{figure.p95:.3f}",
                figure.unit,
                str(figure.runs),
                figure.target,
            )
        Console().print(table)
