"""Put a row on the map by its address: the building that has the same one, or one so like it that no other comes near.

Exact first, then a building whose address begins with it (a street number without its house), then by likeness over
trigrams. What is not clear is not guessed: the row is left out and its candidates are named.
"""

import re
import unicodedata
from dataclasses import dataclass

import shapely
from django.db import connection
from django.utils.translation import gettext as _

from layers.importing.reasons import Unfit

NAMES = (
    *("address_text", "address", "地址", "详细地址", "住址", "经营地址", "注册地址", "所在地"),
    *("addr:full", "addr_street"),
)
"""What a column of addresses is called."""
LEAST = 0.55
"""Likeness below which it is another address; 1 is the same."""
CLEARLY = 0.1
"""By so much the best must be liker than the next at another place."""
NEAR = 150
"""Metres within which several buildings of one street number are one place."""
BEGINS = 0.9
CANDIDATES = 3


@dataclass(frozen=True)
class Match:
    """The building found for an address. `score`: 1 for the same address."""

    point: shapely.Point
    address: str
    score: float


def tidy(address: str) -> str:
    """Full-width characters as half-width ones, no spaces, one word for a house."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", address))
    return re.sub(r"(?<=\d)(号楼|栋|座)", "幢", text)


def match(address: str) -> Match:
    """The building with this address. Raises Unfit: none, or several that are as like."""
    words = tidy(address)
    found = _rows(EXACT, words, words) or _beginning(words)
    if found and _one_place(found):
        score = 1.0 if tidy(found[0].address) == words else BEGINS
        return Match(found[0].point, found[0].address, score)
    if not found and _has_trigrams():
        found = [row for row in _rows(ALIKE, words, words) if row.score >= LEAST]
        rivals = [row for row in found[1:] if found[0].score - row.score < CLEARLY]
        if found and _one_place([found[0], *rivals]):
            return found[0]
    if not found:
        raise Unfit(_("no building has the address %s, or one like it") % address[:60])
    named = "; ".join(f"{row.address} ({row.score:.2f})" for row in found[:CANDIDATES])
    raise Unfit(
        _("the address %(address)s is ambiguous: %(found)s") % {"address": address[:60], "found": named}
    )


EXACT = (
    "SELECT ST_X(p), ST_Y(p), address_text, 1.0 FROM layers_building, ST_PointOnSurface(geom) p"
    " WHERE address_text = %s AND %s <> '' ORDER BY id LIMIT 50"
)
PREFIX = (
    "SELECT ST_X(p), ST_Y(p), address_text, 0.9 FROM layers_building, ST_PointOnSurface(geom) p"
    " WHERE address_text LIKE %s AND %s <> '' ORDER BY id LIMIT 50"
)
ALIKE = (
    "SELECT ST_X(p), ST_Y(p), address_text, similarity(address_text, %s) AS score"
    " FROM layers_building, ST_PointOnSurface(geom) p WHERE address_text %% %s ORDER BY score DESC, id LIMIT 20"
)


def _beginning(words: str) -> list[Match]:
    """Addresses that begin with the words; a number is not the beginning of a longer one."""
    pattern = re.sub(r"([\\%_])", r"\\\1", words) + "%"
    found = _rows(PREFIX, pattern, words)
    return [row for row in found if not (words[-1:] + row.address[len(words) :][:1]).isdigit()]


def _rows(statement: str, first: str, second: str) -> list[Match]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [first, second])
        return [
            Match(shapely.Point(x, y), address, float(score)) for x, y, address, score in cursor.fetchall()
        ]


def _one_place(found: list[Match]) -> bool:
    """Whether they all lie so near to the first that it may stand for them."""
    degrees, first = NEAR / 111_000, found[0].point
    return all(
        abs(row.point.x - first.x) < degrees * 1.2 and abs(row.point.y - first.y) < degrees for row in found
    )


def _has_trigrams() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')")
        return bool(cursor.fetchone()[0])
