"""Loads the item catalogue: from a file of one's own, or the demonstration where there is none yet."""

import csv
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError

DEMO_ITEMS = Path(settings.BASE_DIR) / "data" / "items" / "demo_items.csv"
DEMO_DEPARTMENTS = Path(settings.BASE_DIR) / "data" / "items" / "demo_departments.csv"
FLAGS = ("self_close", "needs_photo", "sensitive")
WHOLE = ("level", "duplicate_m", "duplicate_hours")
TEXTS = ("name", "name_en", "category", "category_en")
REQUIRED = ("code", "name", "department", "limit_hours", "limit_unit")


class BadCatalogue(WanggeError):
    """The file is no catalogue; `details.row` says where."""

    code = "bad_catalogue"


def load_if_empty(**_sender: Any) -> None:
    """After a migration: the demonstration, unless some catalogue is there."""
    from incidents.models import Item

    if not Item.objects.exists():
        load(DEMO_ITEMS, DEMO_DEPARTMENTS)


@transaction.atomic
def load(items: Path, departments: Path | None = None) -> int:
    """Put this catalogue in force; what it lacks is switched off. Returns how many items it has.

    Raises BadCatalogue, and then nothing has changed.
    """
    from incidents.models import Department, Item

    if departments is not None:
        rows = [_department(number, row) for number, row in _rows(departments, ("code", "name"))]
        Department.objects.exclude(code__in=[row["code"] for row in rows]).update(active=False)
        _store(Department, rows)
    known = set(Department.objects.filter(active=True).values_list("code", flat=True))
    found = [_item(number, row, known) for number, row in _rows(items, REQUIRED)]
    codes = [row["code"] for row in found]
    if len(set(codes)) < len(codes):
        twice = sorted({code for code in codes if codes.count(code) > 1})
        raise BadCatalogue(_("These codes stand there twice: %s.") % ", ".join(twice), {"codes": twice})
    Item.objects.exclude(code__in=codes).update(active=False)
    _store(Item, found)
    return len(found)


def _store(model: Any, rows: list[dict[str, Any]]) -> None:
    columns = [name for name in rows[0] if name != "code"] if rows else []
    model.objects.bulk_create(
        [model(**row) for row in rows], update_conflicts=True, unique_fields=["code"], update_fields=columns
    )


def _rows(path: Path, required: Iterable[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file (UTF-8, with or without a mark) by the number of their line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = sorted(set(required) - set(reader.fieldnames or ()))
            if missing:
                raise BadCatalogue(_("Columns are missing: %s.") % ", ".join(missing), {"columns": missing})
            return [(reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadCatalogue(_("The file cannot be read: %s.") % error) from error


def _department(number: int, row: dict[str, str]) -> dict[str, Any]:
    if not row["code"].isascii() or not row["code"] or len(row["code"]) > 24:
        raise _wrong(number, "code", row["code"])
    return {
        "code": row["code"],
        "name": row["name"][:60],
        "name_en": row.get("name_en", "")[:80],
        "active": True,
    }


def _item(number: int, row: dict[str, str], departments: set[str]) -> dict[str, Any]:
    if not (row["code"].isascii() and row["code"].isalnum() and len(row["code"]) <= 8):
        raise _wrong(number, "code", row["code"])
    if row["department"] not in departments:
        raise _wrong(number, "department", row["department"])
    if row["limit_unit"] not in ("working", "natural"):
        raise _wrong(number, "limit_unit", row["limit_unit"])
    limit = _number(number, row, "limit_hours", Decimal(0))
    level = int(_number(number, row, "level", Decimal(1)))
    if limit <= 0 or limit >= 100_000:
        raise _wrong(number, "limit_hours", row["limit_hours"])
    if level not in (1, 2, 3, 4):
        raise _wrong(number, "level", row["level"])
    return {
        "code": row["code"],
        "department_id": row["department"],
        "limit_hours": limit,
        "limit_unit": row["limit_unit"],
        "active": True,
        **{name: row.get(name, "")[:60] for name in TEXTS},
        **{name: row.get(name, "") in ("1", "true", "yes", "是") for name in FLAGS},
        **{name: int(_number(number, row, name, Decimal(default))) for name, default in
           zip(WHOLE, (1, 50, 24), strict=True)},
    }  # fmt: skip


def _number(number: int, row: dict[str, str], name: str, default: Decimal) -> Decimal:
    try:
        value = Decimal(row[name]) if row.get(name) else default
    except InvalidOperation:
        raise _wrong(number, name, row[name]) from None
    if not value.is_finite() or not 0 <= value <= 1_000_000:
        raise _wrong(number, name, row[name])
    return value


def _wrong(number: int, column: str, value: str) -> BadCatalogue:
    text = _("Line %(row)d: %(value)s is no %(column)s.")
    return BadCatalogue(
        text % {"row": number, "value": repr(value[:40]), "column": column}, {"row": number, "column": column}
    )
