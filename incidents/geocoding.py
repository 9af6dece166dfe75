"""From an address in words to places: matched against the district's buildings and roads, each with a score.

The score is the share of the words that match: 1 is the whole address. House numbers count: another number on the
right street is a candidate, with a lower score.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from http import HTTPStatus

import shapely
from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import Q
from django.utils.translation import gettext as _

from gis_core import crs
from gis_core.errors import WanggeError
from incidents.locating import Located
from layers.models import Building, Road

MOST = 10
LOOKED_AT = 400
SURE, CLEARLY = 0.8, 0.08
"""An address alone locates a report if its best candidate scores this much, and so much more than the next place."""
ACCURACY_M = {"building": 15.0, "road": 200.0}
NOISE = re.compile(r"[\s,，。、;；（）()]+")
ABOVE = re.compile(r"^(河南省)?(开封市)?(龙亭区)?")
STREET = re.compile(r"(.*?(?:大街|大道|街道|胡同|路|街|巷|道|里|村|小区|园|苑))(.*)")


@dataclass(frozen=True)
class Candidate:
    """A place that the words may mean."""

    kind: str
    text: str
    score: float
    lon: float
    lat: float
    accuracy_m: float
    area_code: str | None


class Unclear(WanggeError):
    """No candidate is sure; `details.candidates` lists them."""

    code = "address_unclear"
    status = HTTPStatus.UNPROCESSABLE_ENTITY


def plain(text: str) -> str:
    """Without spaces, punctuation and the names of what lies above the street."""
    return ABOVE.sub("", NOISE.sub("", text))


def candidates(words: str) -> list[Candidate]:
    """The likeliest places, the best first; at most ten."""
    wanted = plain(words)[:100]
    if len(wanted) < 2:
        return []
    found = [*_buildings(wanted), *_roads(wanted)]
    best: dict[tuple[str, str], Candidate] = {}
    for one in sorted(found, key=lambda c: (-c.score, c.text)):
        best.setdefault((one.kind, one.text), one)
    return list(best.values())[:MOST]


def _parts(wanted: str) -> list[str]:
    """What to look for in the tables, the most telling first: everything, then street and what follows."""
    split = STREET.match(wanted)
    parts = [wanted, *(part for part in (split.groups() if split else ()) if len(part) >= 2)]
    return list(dict.fromkeys(parts))


def _buildings(wanted: str) -> list[Candidate]:
    for part in _parts(wanted):
        rows = Building.objects.filter(Q(address_text__icontains=part) | Q(name__icontains=part))
        number = re.search(r"\d+", wanted[len(part) :]) if wanted.startswith(part) else None
        if number is not None and rows.filter(address_text__contains=number.group()).exists():
            rows = rows.filter(address_text__contains=number.group())
        found = [
            _candidate("building", row, row.address_text or row.name, wanted, row.name)
            for row in rows.annotate(at=PointOnSurface("geom")).order_by("id")[:LOOKED_AT]
        ]
        if found:
            return found
    return []


def _roads(wanted: str) -> list[Candidate]:
    split = STREET.match(wanted)
    name = split.group(1) if split else wanted
    rows = Road.objects.filter(name__icontains=name).exclude(name="").annotate(at=PointOnSurface("geom"))
    return [_candidate("road", row, row.name, wanted) for row in rows.order_by("id")[:LOOKED_AT]]


def _candidate(kind: str, row: Building | Road, text: str, wanted: str, also: str = "") -> Candidate:
    score = max(likeness(wanted, plain(name)) for name in (text, also) if name)
    at = row.at  # type: ignore[union-attr]
    return Candidate(kind, text, round(score, 3), at.x, at.y, ACCURACY_M[kind], row.area_code)


def likeness(wanted: str, text: str) -> float:
    """0 to 1. What is wanted counts more than what the text has besides; differing numbers cost."""
    if wanted == text:
        return 1.0
    matched = sum(
        block.size for block in SequenceMatcher(None, wanted, text, autojunk=False).get_matching_blocks()
    )
    share = 0.75 * matched / len(wanted) + 0.25 * matched / max(len(text), 1)
    asked, has = re.findall(r"\d+", wanted), re.findall(r"\d+", text)
    missing = [number for number in asked if number not in has]
    return max(0.0, min(0.99, share) - 0.25 * len(missing))


def locate(words: str) -> Located:
    """The one place that the words clearly mean. Raises Unclear with the candidates."""
    found = candidates(words)
    rivals = [one for one in found[1:] if one.text != found[0].text]
    sure = found and found[0].score >= SURE and (not rivals or found[0].score - rivals[0].score >= CLEARLY)
    if not sure:
        raise Unclear(
            _("The address does not clearly name one place; choose a candidate and send its coordinates."),
            {"candidates": [vars(one) for one in found]},
        )
    best = found[0]
    point = crs.canonical(shapely.Point(best.lon, best.lat))
    return Located(point, "address", best.accuracy_m, {"address": words}, address=best.text)
