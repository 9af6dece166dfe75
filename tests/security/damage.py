"""Valid documents and files, damaged: some bytes of them, or parts of their structure."""

import json
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st
from lxml import etree

PIECES = (
    b"", b"<", b">", b"</", b"&", b"&#0;", b"&x;", b"]]>", b"<!--", b'"', b"'", b"[", b"]", b"{", b"}", b",", b":",
    b"NaN", b"Infinity", b"1e999", b"-1", b"9" * 40, b"0", b"null", b"true", b"\0", b"\0\0\0\0", b"\xff\xff\xff\xff",
    b"\x80\0\0\0", b"\x7f\xff\xff\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n", "٣".encode(), "网".encode("gbk"),
)  # fmt: skip
WORDS = (
    "",
    "0",
    "-1",
    "NaN",
    "1e999",
    "x",
    "1 2 3",
    "34.8,114.3",
    "９",
    "9" * 400,
    "urn:ogc:def:crs:EPSG::4326",
    "\x7f",
)
TAGS = (
    "Polygon", "MultiSurface", "exterior", "interior", "LinearRing", "posList", "pos", "coordinates", "Point", "Curve",
    "Filter", "And", "Or", "Not", "PropertyIsEqualTo", "PropertyIsLike", "Literal", "ValueReference", "ResourceId",
    "Insert", "Update", "Delete", "Replace", "Property", "Value", "Native", "BBOX", "DWithin", "Distance", "Envelope",
)  # fmt: skip
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just([]), st.just({}),
    st.sampled_from([10**400, "NaN", [[]], [[[]]], {"type": "Point"}, [1e308, -1e308], "\0", "\ud800"]),
)  # fmt: skip


@st.composite
def bytes_of(draw: st.DrawFn, wholes: list[bytes]) -> bytes:
    """One of these with a few bytes changed, or stretches cut out, doubled or overwritten."""
    found = draw(st.sampled_from(wholes))
    for _n in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(found)))
        if draw(st.booleans()):  # one byte: numbers in the heads of binary files
            found = found[:at] + draw(st.binary(min_size=1, max_size=1)) + found[at + 1 :]
            continue
        end = min(len(found), at + draw(st.integers(0, 60)))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8), st.just(found[at:end] * 2)))
        found = found[:at] + piece + found[end:]
    return found


@st.composite
def xml_of(draw: st.DrawFn, wholes: list[bytes]) -> bytes:
    """One of these with elements taken out, doubled, renamed, moved or filled otherwise."""
    root = etree.fromstring(draw(st.sampled_from(wholes)))
    for _n in range(draw(st.integers(1, 5))):
        nodes = [node for node in root.iter() if isinstance(node.tag, str)]
        node, other = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        _change(draw, root, node, other)
    return etree.tostring(root)


def _change(draw: st.DrawFn, root: Any, node: Any, other: Any) -> None:
    what = draw(st.sampled_from(("out", "twice", "tag", "text", "attribute", "move")))
    parent = node.getparent()
    if what == "text":
        node.text = draw(st.sampled_from(WORDS))
    elif what == "tag":
        node.tag = f"{{{etree.QName(node).namespace or ''}}}{draw(st.sampled_from(TAGS))}".replace("{}", "")
    elif what == "attribute":
        name = draw(
            st.sampled_from(
                ("srsName", "srsDimension", "typeName", "version", "rid", "fid", "cs", "ts", "decimal")
            )
        )
        node.set(name, draw(st.sampled_from(WORDS)))
    elif parent is None:
        return
    elif what == "out":
        parent.remove(node)
    elif what == "twice":
        parent.append(etree.fromstring(etree.tostring(node, with_tail=False)))
    elif other is not node and node not in other.iterancestors():
        other.append(node)


@st.composite
def json_of(draw: st.DrawFn, wholes: list[Any]) -> Any:
    """One of these with some values replaced by odd ones, or left out."""
    found = json.loads(json.dumps(draw(st.sampled_from(wholes))))
    for _n in range(draw(st.integers(1, 4))):
        holders = list(_holders(found))
        if not holders:
            return deepcopy(draw(ODD))
        holder = draw(st.sampled_from(holders))
        key = draw(st.sampled_from(list(holder) if isinstance(holder, dict) else range(len(holder))))
        if draw(st.booleans()):
            holder[key] = deepcopy(draw(ODD))  # else the next change would be in the sample itself
        else:
            del holder[key]
    return found


def _holders(value: Any) -> Any:
    """Every object and list within that is not empty."""
    if isinstance(value, dict | list) and value:
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _holders(inner)
