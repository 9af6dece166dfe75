"""Filters of ogc 1.0, ogc 1.1 and fes 2.0, as far as Transactions use them: ids, comparisons, And, Or, Not."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from gis_core import limits
from layers.surfaces.wfs.transaction.actions import Where
from layers.surfaces.wfs.transaction.errors import NotReadable
from layers.surfaces.wfs.transaction.gml import children, local

Element = Any

IDS = {"FeatureId": "fid", "GmlObjectId": "id", "ResourceId": "rid"}
COMPARISONS = {
    "PropertyIsEqualTo": "exact",
    "PropertyIsNotEqualTo": "exact",
    "PropertyIsLessThan": "lt",
    "PropertyIsGreaterThan": "gt",
    "PropertyIsLessThanOrEqualTo": "lte",
    "PropertyIsGreaterThanOrEqualTo": "gte",
}

CONDITIONS = {*COMPARISONS, "PropertyIsNull", "PropertyIsNil", "And", "Or", "Not"}


def read(element: Element) -> Where:
    """The features that a Filter element names. Raises NotReadable; unknown fields are found by the provider."""
    parts = list(children(element))
    if not parts:
        raise NotReadable(_("The filter is empty: it must say which features are meant."))
    _check_breadth(element)
    names = {local(part) for part in parts}
    if names <= IDS.keys():
        return Where(ids=tuple(dict.fromkeys(_id(part) for part in parts)))
    if len(parts) == 1:
        if local(parts[0]) == "Or" and {local(part) for part in children(parts[0])} <= IDS.keys():
            return read(parts[0])
        return Where(condition=_condition(parts[0]))
    raise NotReadable(_("A filter is a list of ids or one condition."))


def _check_breadth(element: Element) -> None:
    count = sum(1 for node in element.iter() if isinstance(node.tag, str) and local(node) in CONDITIONS)
    if count > limits.CONDITIONS:
        raise NotReadable(
            _("A filter may have %(most)d conditions at most; this has %(count)d.")
            % {"most": limits.CONDITIONS, "count": count}
        )


def _id(element: Element) -> str:
    wanted = IDS[local(element)]
    for name, value in element.attrib.items():
        if name.rpartition("}")[2] == wanted:
            return str(value)
    raise NotReadable(_("%(element)s has no %(name)s.") % {"element": local(element), "name": wanted})


def _condition(element: Element) -> Q:
    name = local(element)
    if name in ("And", "Or"):
        parts = [_condition(child) for child in children(element)]
        if not parts:
            raise NotReadable(_("%(operator)s joins conditions; it has none.") % {"operator": name})
        return Q(*parts, _connector=name.upper())
    if name == "Not":
        return ~_condition(_only_child(element))
    if name in ("PropertyIsNull", "PropertyIsNil"):
        return Q(**{f"{_field(_only_child(element))}__isnull": True})
    if name in COMPARISONS:
        return _comparison(element, name)
    allowed = ", ".join([*IDS, "And", "Or", "Not", "PropertyIsNull", *COMPARISONS])
    raise NotReadable(
        _("%(operator)s cannot be used in a Transaction's filter. Allowed are: %(allowed)s.")
        % {"operator": name[:60], "allowed": allowed}
    )


def _comparison(element: Element, name: str) -> Q:
    parts = list(children(element))
    by_name = {local(part): part for part in parts}
    field = by_name.get("PropertyName", by_name.get("ValueReference"))
    if len(parts) != 2 or field is None or "Literal" not in by_name:
        raise NotReadable(_("%(operator)s compares a field with a literal.") % {"operator": name})
    condition = Q(**{f"{_field(field)}__{COMPARISONS[name]}": by_name["Literal"].text or ""})
    return ~condition if name == "PropertyIsNotEqualTo" else condition


def _only_child(element: Element) -> Element:
    parts = list(children(element))
    if len(parts) != 1:
        raise NotReadable(_("%(operator)s has one part.") % {"operator": local(element)})
    return parts[0]


def _field(element: Element) -> str:
    """The field's own name; no double underscore, which Django would follow into other tables."""
    name = (element.text or "").strip().rpartition("/")[2].rpartition(":")[2]
    if not name.isidentifier() or "__" in name:
        raise NotReadable(_("%(field)s is no name of a field.") % {"field": name[:60] or "''"})
    return name
