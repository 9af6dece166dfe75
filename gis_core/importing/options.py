"""What an import is asked to do, and how it says no. The command line and a web upload both fill Options."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from gis_core import codes
from gis_core.errors import WanggeError

Progress = Callable[[str, int, int], None]
"""Called with the stage in words, the steps done and the steps in all."""


def silent(stage: str, done: int, total: int) -> None:
    """A Progress that shows nothing."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one row (0: with the whole file), in words that say what is allowed."""

    row: int
    kind: str
    message: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class ImportRefused(WanggeError):
    """Nothing was imported. `details`: problems, defects, changes, refused parents; each names rows and places."""

    code = "import_refused"


def refuse(message: str, problems: list[Problem] | None = None, **details: Any) -> ImportRefused:
    """The exception to raise, with its lists in `details`."""
    listed = {"problems": [problem.as_json() for problem in problems or []], **details}
    return ImportRefused(message, {key: value for key, value in listed.items() if value})


@dataclass(frozen=True)
class Options:
    """One import. Lengths in metres, `max_change` in percent of a polygon's area; see docs/import.md.
    Rows after `most_rows` are not read.

    Raises ImportRefused when options contradict each other.
    """

    path: Path
    tier: str
    code_field: str | None = None
    name_field: str | None = None
    parent_field: str | None = None
    under: str | None = None
    name: str = ""
    assign_codes: bool = False
    crs: str | None = None
    encoding: str | None = None
    layer: str | None = None
    repair: bool = False
    snap: float = 0.1
    max_gap: float = 1.0
    max_change: float = 1.0
    force_holes: bool = False
    dry_run: bool = False
    most_rows: int | None = None

    def __post_init__(self) -> None:
        for allowed, message in self._rules():
            if not allowed:
                raise refuse(message)
        if self.under is not None:
            self._check_under(self.under)

    def _rules(self) -> list[tuple[bool, str]]:
        return [
            (self.tier in codes.TIERS, _("The tier must be one of: %s.") % ", ".join(codes.TIERS)),
            (
                bool(self.code_field) or self.assign_codes,
                _(
                    "Say which field holds the codes (--code-field), or let them be assigned (--assign-codes)."
                ),
            ),
            (
                not (self.under and self.parent_field),
                _("Give the parent once: --under for all rows, or --parent-field row by row."),
            ),
            (
                self.snap > 0 and self.max_gap >= 0 and self.max_change >= 0,
                _("--snap must be above 0 metres, --max-gap and --max-change at least 0."),
            ),
        ]

    def _check_under(self, code: str) -> None:
        try:
            tier = codes.tier_of(code)
            codes.check(code, tier, None)
        except codes.CodeError as error:
            raise refuse(_("--under: %s.") % error) from error
        if codes.rank_of(tier) >= codes.rank_of(self.tier):
            raise refuse(
                _("--under: %(code)s is a %(above)s; a %(tier)s needs a parent of a coarser tier.")
                % {"code": code, "above": tier, "tier": self.tier}
            )
