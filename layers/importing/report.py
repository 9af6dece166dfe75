"""What became of a file, row by row in sum."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Skipped:
    """One row left out: its number from 1 in file order, and why."""

    row: int
    reason: str


@dataclass(frozen=True)
class Matched:
    """One row put on the map by its address: the building's address, and how like it is (1 = the same)."""

    row: int
    address: str
    score: float


@dataclass(frozen=True)
class Report:
    """What became of the file: rows = created + updated + unchanged + skipped + not_selected.

    `outside`: rows written that lie in no area of the district; they are kept, without tags.
    """

    layer: str
    file: str
    crs: str
    columns: dict[str, list[str]]
    rows: int
    created: int
    updated: int
    unchanged: int
    not_selected: int
    outside: int
    skipped: tuple[Skipped, ...]
    matched: tuple[Matched, ...]
    written: bool = True

    def __post_init__(self) -> None:
        told = self.created + self.updated + self.unchanged + self.not_selected + len(self.skipped)
        if told != self.rows:
            raise AssertionError(f"{self.rows} rows, but {told} accounted for")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
