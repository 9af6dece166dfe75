"""GeoReport's two formats from the same plain data: lists and dictionaries to JSON, or to XML with the spec's names."""

import json
import re
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils import timezone

ROW_NAMES = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
"""Name of a list -> name of its rows."""
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""


def moment(value: datetime | None) -> str | None:
    """W3C time with the local zone."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else None


def answer(name: str, content: Any, kind: str, status: int = 200) -> HttpResponse:
    """`name` is the root element in XML; JSON has the content alone."""
    if kind == "xml":
        root = ElementTree.Element(name)
        _fill(root, content)
        data = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
        return HttpResponse(data, content_type="text/xml; charset=utf-8", status=status)
    text = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False)
    return HttpResponse(text, content_type="application/json; charset=utf-8", status=status)


def _fill(element: ElementTree.Element, content: Any) -> None:
    if isinstance(content, dict):
        for name, value in content.items():
            _fill(ElementTree.SubElement(element, name), value)
    elif isinstance(content, list):
        for row in content:
            _fill(ElementTree.SubElement(element, ROW_NAMES.get(element.tag, "item")), row)
    elif content is not None:
        text = str(content).lower() if isinstance(content, bool) else str(content)
        element.text = ILLEGAL.sub("", text)
