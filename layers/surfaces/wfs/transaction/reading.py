"""A Transaction document into actions. Tags are told by their local names: GDAL mixes the namespaces of versions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from gis_core import limits
from gis_core.errors import WanggeError
from layers.surfaces.wfs.transaction import filters, gml
from layers.surfaces.wfs.transaction.actions import Action, Delete, Insert, Update, Where
from layers.surfaces.wfs.transaction.errors import NotReadable
from layers.surfaces.wfs.transaction.gml import children, local

Element = Any

VERSIONS = ("1.0.0", "1.1.0", "2.0.0")
WRAPPERS = {"FeatureCollection", "featureMember", "featureMembers", "member"}
STANDARD = {
    "boundedBy",
    "name",
    "description",
    "descriptionReference",
    "identifier",
    "metaDataProperty",
    "location",
}
"""What GML itself gives every feature; no field of ours is in its namespace."""
GML = "http://www.opengis.net/gml"
ENCODINGS = ("utf-8", "utf-16", "us-ascii", "iso-8859-1", "gb18030", "gbk", "gb2312")
ENCODING = re.compile(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']([\w.-]+)[\"']")
MARKS = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""Of the byte order, and white space, before the first tag."""
SNIFFED = re.compile(rb"<(?:\w+:)?Transaction\b[^>]*?\bversion\s*=\s*[\"']([0-9.]+)[\"']")


@dataclass(frozen=True)
class Document:
    """A Transaction: its version, and what it asks for in order.

    `old_words`: the version is 2.0.0 and the words are those of 1.1, as GDAL 3.6 writes to a 2.0 server.
    """

    version: str
    actions: list[Action]
    old_words: bool = False


def parsed(body: bytes) -> Element:
    """The root of any POSTed XML. Raises NotReadable for what is no XML, has a DTD, or is nested or broad absurdly.

    libxml2 itself stops at 256 levels, and at texts of 10 MB.
    """
    _check_encoding(body)
    _check_breadth(body, limits.XML_MARKUP)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotReadable(_("This is not XML that can be read: %(reason)s.") % {"reason": error}) from error
    if root.getroottree().docinfo.doctype:
        raise NotReadable(_("A document type declaration is not allowed."))
    if local(root) != "Transaction":
        _check_breadth(body, limits.XML_MARKUP_OF_A_QUERY)
    return root


def _check_encoding(body: bytes) -> None:
    """In all of these < is the byte <, so that it can be counted before anything is parsed."""
    declared = ENCODING.search(body[:200].replace(b"\0", b""))
    named = declared[1].decode().lower() if declared else "utf-8"
    if named not in ENCODINGS or not body.lstrip(MARKS).startswith(b"<"):
        raise NotReadable(
            _("This is not XML in one of the encodings that are read: %(allowed)s.")
            % {"allowed": ", ".join(ENCODINGS)}
        )


def _check_breadth(body: bytes, most: int) -> None:
    if sum(body.count(sign) for sign in (b"<", b"&", b"=")) > most:
        raise NotReadable(
            _("The document has too many tags, attributes and references; at most %(most)d are read.")
            % {"most": most}
        )


def sniffed_version(body: bytes) -> str | None:
    """The version of what seems to be a Transaction, for answering one that cannot be parsed."""
    found = SNIFFED.search(body[:4096])
    return found.group(1).decode() if found else None


def read(root: Element) -> Document:
    """The Transaction. Raises WanggeError whose details name the action that is wrong (`handle`)."""
    version = root.get("version") or "2.0.0"
    if version not in VERSIONS:
        raise NotReadable(
            _("There is no Transaction %(version)s; there are %(allowed)s.")
            % {"version": version[:20], "allowed": ", ".join(VERSIONS)}
        )
    reader = _Reader(version, root.get("srsName"))
    actions = [action for element in children(root) for action in reader.actions(element)]
    return Document(version, actions, version == "2.0.0" and _namespace(root) == "http://www.opengis.net/wfs")


@dataclass(frozen=True)
class _Reader:
    """`srs_name`: the document's own, where an action and its geometry have none."""

    version: str
    srs_name: str | None

    def actions(self, element: Element) -> Iterator[Action]:
        readers = {
            "Insert": self._inserts,
            "Update": self._update,
            "Replace": self._replace,
            "Delete": self._delete,
            "Native": self._native,
            "LockId": lambda _element: (),
        }
        name = local(element)
        if name not in readers:
            allowed = ", ".join(key for key in readers if key != "LockId")
            raise NotReadable(
                _("A Transaction has no %(element)s; it has: %(allowed)s.")
                % {"element": name[:60], "allowed": allowed}
            )
        try:
            yield from readers[name](element)
        except WanggeError as error:
            error.details.setdefault("handle", element.get("handle", ""))
            raise

    def _native(self, element: Element) -> Iterator[Action]:
        if element.get("safeToIgnore") != "true":
            raise NotReadable(_("Native commands are not known here."))
        yield from ()

    def _inserts(self, element: Element) -> Iterator[Action]:
        for child in children(element):
            if local(child) in WRAPPERS:
                yield from self._inserts(child)
            elif not (local(child) in STANDARD and _namespace(child).startswith(GML)):
                yield self._insert(child, element)

    def _insert(self, feature: Element, holder: Element) -> Insert:
        values, geometry = self._content(feature, holder.get("srsName"))
        return Insert(local(feature), holder.get("handle", ""), values, geometry)

    def _replace(self, element: Element) -> Iterator[Action]:
        features = [child for child in children(element) if local(child) != "Filter"]
        if len(features) != 1:
            raise NotReadable(_("Replace has one feature and a filter."))
        values, geometry = self._content(features[0], element.get("srsName"))
        handle = element.get("handle", "")
        yield Update(local(features[0]), handle, values, geometry, _where(element), replaces=True)

    def _delete(self, element: Element) -> Iterator[Action]:
        yield Delete(_type_name(element), element.get("handle", ""), where=_where(element))

    def _update(self, element: Element) -> Iterator[Action]:
        values: dict[str, str | None] = {}
        geometry = None
        for child in children(element):
            if local(child) == "Property":
                name, value = _property(child)
                shape = _geometry_in(value)
                if shape is None:
                    values[name] = _text(value)
                else:
                    geometry = gml.polygon(shape, self.version, element.get("srsName") or self.srs_name)
        yield Update(_type_name(element), element.get("handle", ""), values, geometry, _where(element))

    def _content(self, feature: Element, srs_name: str | None) -> tuple[dict[str, str | None], Any]:
        """Fields by name, and the geometry."""
        values: dict[str, str | None] = {}
        geometry = None
        for child in children(feature):
            shape = _geometry_in(child)
            if local(child) in STANDARD and _namespace(child).startswith(GML):
                continue
            if shape is None:
                values[local(child)] = _text(child)
            else:
                geometry = gml.polygon(shape, self.version, srs_name or self.srs_name)
        return values, geometry


def _namespace(element: Element) -> str:
    return etree.QName(element).namespace or ""


def _type_name(element: Element) -> str:
    name = (element.get("typeName") or "").rpartition(":")[2]
    if not name:
        raise NotReadable(_("%(element)s does not say its typeName.") % {"element": local(element)})
    return str(name)


def _where(element: Element) -> Where:
    found = [child for child in children(element) if local(child) == "Filter"]
    if len(found) != 1:
        raise NotReadable(
            _("%(element)s needs one filter that says which features are meant.")
            % {"element": local(element)}
        )
    return filters.read(found[0])


def _property(element: Element) -> tuple[str, Element | None]:
    """The name of a Property, and its Value element if it has one."""
    by_name = {local(child): child for child in children(element)}
    name = by_name.get("Name", by_name.get("ValueReference"))
    text = "" if name is None else (name.text or "").strip().rpartition("/")[2].rpartition(":")[2]
    if not text:
        raise NotReadable(_("A Property does not say its name."))
    return text, by_name.get("Value")


def _geometry_in(holder: Element | None) -> Element | None:
    """The geometry element within a value or a field."""
    return None if holder is None else next(children(holder), None)


def _text(element: Element | None) -> str | None:
    """The text of a value; None for null, which GDAL writes as an empty element."""
    return None if element is None else (element.text or None)
