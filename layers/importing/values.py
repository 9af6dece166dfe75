"""One cell of a file as the value of a model's field: numbers, dates, yes and no, words of code lists."""

import re
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from layers.importing.reasons import Unfit
from layers.registry import Layer

YES = ("1", "true", "t", "yes", "y", "是", "有", "√")
NO = ("0", "false", "f", "no", "n", "否", "无", "×")
CHINESE_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})$")


def read(layer: Layer, column: "models.Field[Any, Any]", value: Any) -> Any:
    """As the column's type. Raises Unfit, naming the field."""
    if isinstance(column, models.IntegerField):
        return whole(column.name, value)
    if isinstance(column, models.FloatField):
        return _number(column.name, value)
    if isinstance(column, models.BooleanField):
        return _yes_or_no(column.name, value)
    if isinstance(column, models.DateTimeField):
        return _moment(column.name, value)
    if isinstance(column, models.DateField):
        return _day(column.name, value)
    return _word(layer, column.name, text(value))


def text(value: Any) -> str:
    """A cell as text; a telephone number that a spreadsheet took for a number has no '.0'."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def whole(name: str, value: Any) -> int:
    number = _number(name, value)
    if number != int(number):
        raise Unfit(_("%(name)s: %(value)r is not a whole number") % {"name": name, "value": value})
    return int(number)


def _number(name: str, value: Any) -> float:
    try:
        number = float(text(value).replace(",", ""))
    except ValueError:
        number = float("nan")
    if number != number or abs(number) == float("inf"):
        raise Unfit(_("%(name)s: %(value)r is not a number") % {"name": name, "value": value})
    return number


def _yes_or_no(name: str, value: Any) -> bool:
    word = text(value).lower()
    if word not in YES + NO:
        allowed = ", ".join(YES + NO)
        raise Unfit(
            _("%(name)s: %(value)r is neither yes nor no (%(allowed)s)")
            % {"name": name, "value": value, "allowed": allowed}
        )
    return word in YES


def _day(name: str, value: Any) -> date:
    word = text(value)[:11]
    parts = CHINESE_DATE.match(word.split("T")[0].split(" ")[0]) or COMPACT_DATE.match(word)
    try:
        if parts is not None:
            return date(*map(int, parts.groups()))
        if (day := parse_date(word[:10])) is not None:
            return day
    except ValueError:
        pass
    raise Unfit(_("%(name)s: %(value)r is no day (2026-11-23)") % {"name": name, "value": value})


def _moment(name: str, value: Any) -> Any:
    try:
        moment = parse_datetime(text(value))
    except ValueError:
        moment = None
    if moment is None:
        raise Unfit(
            _("%(name)s: %(value)r is no time (2026-11-23T08:00+08:00)") % {"name": name, "value": value}
        )
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _word(layer: Layer, name: str, word: str) -> str:
    """A code list's value for whatever the file calls it; any other word as it is (clean_fields judges it)."""
    codes = next((field.codes for field in layer.fields if field.name == name), None)
    return (codes.value_of(word) if codes else None) or word
