"""The real code list behind the sample, and the numbering of its invented grids."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CODE_LIST = Path(__file__).parent.parent / "codes" / "kaifeng_4102_codes.csv"
SPECIAL_FROM = 801  # 专属网格 are numbered from here, 综合网格 from 001


@dataclass(frozen=True)
class Named:
    """An area of the code list: tier, code, name, parent's code."""

    tier: str
    code: str
    name: str
    parent: str


@cache
def code_list() -> tuple[Named, ...]:
    """All rows of the committed list, in file order."""
    with CODE_LIST.open(encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return tuple(Named(row["level"], row["code"], row["name"], row["parent"]) for row in rows)


def under(prefix: str, tier: str) -> list[Named]:
    """The list's areas of one tier whose code begins with `prefix`, by code."""
    found = [row for row in code_list() if row.tier == tier and row.code.startswith(prefix)]
    return sorted(found, key=lambda row: row.code)


def named(code: str) -> Named:
    """The list's row of this code. Raises KeyError when it has none."""
    for row in code_list():
        if row.code == code:
            return row
    raise KeyError(code)


def grid_code(village: str, number: int, special: bool) -> str:
    """15 digits: the village's 12 and a sequence number, counted apart for 专属网格."""
    return f"{village}{number + (SPECIAL_FROM - 1 if special else 0):03d}"


def is_urban(town: str) -> bool:
    """Whether a town-level code is a 街道 (001-099) rather than a 镇, 乡 or farm."""
    return town[6] == "0"
