"""Query parameters of a layer's rows, read strictly: a wrong one is named, with what is allowed.

`bbox`, `area`, `untagged`, `q`, `limit`, `cursor`, and each public field of the layer for equality (several values
apart by commas). Answers a queryset; who may see which rows is decided before (`Layer.queryset_for`).
"""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from gis_core.api import filters
from layers.registry import Field, Layer
from layers.tagging import code_column, is_tagged

PAGE, PAGE_MAX = 1000, 10000
GENERAL = ("bbox", "area", "untagged", "q", "limit", "cursor", "purpose")
MANY = 50
"""Values of one field in one request."""

Parameters = Mapping[str, str]


def chosen(layer: Layer, rows: "QuerySet[Model]", parameters: Parameters) -> "QuerySet[Model]":
    """The rows after the cursor that the parameters choose, by id: keyset paging loses and repeats nothing."""
    _refuse_unknown(layer, parameters)
    rows = rows.order_by(layer.id_field)
    if parameters.get("cursor"):
        rows = rows.filter(**{f"{layer.id_field}__gt": row_id(layer, "cursor", parameters["cursor"])})
    if parameters.get("bbox"):
        rows = rows.filter(**filters.meeting(layer.geom, filters.box(parameters["bbox"])))
    rows = _tagged(layer, rows, parameters)
    if parameters.get("q"):
        rows = rows.filter(_containing(layer, parameters["q"]))
    for field in layer.public_fields():
        if field.name in parameters and field.name not in GENERAL:
            rows = rows.filter(**{f"{field.name}__in": _values(layer, field, parameters[field.name])})
    return rows


def limit(parameters: Parameters) -> int:
    """How many rows a page has."""
    text = parameters.get("limit", str(PAGE))
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= PAGE_MAX):
        raise filters.bad("limit", text[:80], _("a whole number from 1 to %d") % PAGE_MAX)
    return int(text)


def row_id(layer: Layer, parameter: str, text: str) -> Any:
    """The id as its type, so that a wrong one is told from one that is not there."""
    try:
        return _fitting(layer.id_model_field, text)
    except (ValidationError, ValueError):
        raise filters.bad(parameter, text, _("only what the layer's ids and next links hold")) from None


def _fitting(field: "models.Field[Any, Any]", text: str) -> Any:
    """As the field's type, within what its column can hold."""
    value = field.to_python(text)
    largest = 2**63 if isinstance(field, models.BigIntegerField | models.BigAutoField) else 2**31
    if isinstance(value, int) and abs(value) >= largest:
        raise ValueError(text)
    return value


def _refuse_unknown(layer: Layer, parameters: Parameters) -> None:
    allowed = (*GENERAL, *(field.name for field in layer.public_fields()))
    for name in parameters:
        if name not in allowed:
            raise filters.bad(name, parameters[name], _("the parameters are %s") % ", ".join(allowed))


def _tagged(layer: Layer, rows: "QuerySet[Model]", parameters: Parameters) -> "QuerySet[Model]":
    """`area` and `untagged`: by the codes that the database gave the rows."""
    column = code_column(layer)
    for name, there in (("area", column is not None), ("untagged", is_tagged(layer))):
        if name in parameters and not there:
            raise filters.bad(name, parameters[name], _("the rows of this layer carry no tags"))
    if "untagged" in parameters:
        if parameters["untagged"] != "true":
            raise filters.bad("untagged", parameters["untagged"], "true")
        rows = rows.filter(area_code=None)
    if "area" in parameters:
        if not re.fullmatch(r"[0-9]{1,20}", parameters["area"]):
            raise filters.bad("area", parameters["area"], _("digits of an area's code"))
        rows = rows.filter(**{f"{column}__startswith": parameters["area"]})
    return rows


def _containing(layer: Layer, text: str) -> Q:
    if not layer.search_fields:
        raise filters.bad("q", text, _("this layer has no text to search"))
    condition = Q()
    for name in layer.search_fields:
        condition |= Q(**{f"{name}__icontains": text})
    return condition


def _values(layer: Layer, field: Field, text: str) -> list[Any]:
    """The values of one field, checked: of a code list, or of the column's type."""
    words = text.split(",")
    if len(words) > MANY:
        raise filters.bad(field.name, text[:80], _("at most %d values") % MANY)
    if field.codes is not None:
        for word in words:
            if word not in ("", *field.codes.values):
                raise filters.bad(field.name, word, ", ".join(field.codes.values))
        return words
    if field.type == "flag":
        words = [word.capitalize() for word in words]  # Django reads True and False only
    column = layer.model_class._meta.get_field(field.name)
    assert isinstance(column, models.Field)
    try:
        return [_fitting(_stored(column), word) for word in words]
    except (ValidationError, ValueError):
        raise filters.bad(field.name, text[:80], _("values of type %s") % field.type) from None


def _stored(column: "models.Field[Any, Any]") -> "models.Field[Any, Any]":
    stored = column.output_field if isinstance(column, models.GeneratedField) else column
    assert stored is not None
    return stored
