"""Choose rows of a file: `--where amenity=hospital,clinic`; several are alternatives; `*` is anything filled.

`osm` stands for what of OpenStreetMap's points belongs into a layer.
"""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from gis_core.importing.reading import Row

OSM: dict[str, tuple[str, ...]] = {
    "hospitals": ("amenity=hospital,clinic,doctors,dentist",),
    "schools": ("amenity=school,kindergarten,college,university",),
    "public_buildings": (
        "amenity=library,townhall,police,community_centre,theatre,cinema,place_of_worship,post_office,bus_station,marketplace",
        "tourism=attraction,hotel,hostel,museum",
        "shop=supermarket,mall,department_store",
        "leisure=stadium,sports_centre",
        "office=administrative,government",
    ),
    "enterprises": (
        "shop=*",
        "office=company,telecommunication",
        "amenity=restaurant,cafe,bar,fast_food,bank,pharmacy,fuel,investment_bank",
    ),
    "emergency": ("emergency=fire_hydrant,defibrillator,assembly_point", "amenity=fire_station"),
}

Chooser = Callable[[Row], bool]


def chooser(key: str, conditions: Sequence[str], names: Sequence[str]) -> Chooser | None:
    """Tells whether a row is wanted; None where all are. Raises WanggeError for what cannot be asked of this file."""
    if not conditions:
        return None
    wanted = [_parsed(text, names) for condition in conditions for text in _expanded(key, condition, names)]

    def is_wanted(row: Row) -> bool:
        return any(_fits(row, column, words) for column, words in wanted)

    return is_wanted


def _expanded(key: str, condition: str, names: Sequence[str]) -> list[str]:
    if condition != "osm":
        return [condition]
    known = [text for text in OSM.get(key, ()) if text.partition("=")[0] in names]
    if not known:
        raise WanggeError(_("The file has no column in which OpenStreetMap says what belongs into %s.") % key)
    return known


def _parsed(text: str, names: Sequence[str]) -> tuple[str, frozenset[str]]:
    column, sign, words = text.partition("=")
    if not (sign and words):
        raise WanggeError(_("--where %s: write COLUMN=VALUE,VALUE or COLUMN=*.") % text)
    if column not in names:
        message = _("The file has no column %(name)s. It has: %(allowed)s.")
        raise WanggeError(message % {"name": column, "allowed": ", ".join(names)}, {"allowed": list(names)})
    return column, frozenset(words.split(","))


def _fits(row: Row, column: str, words: frozenset[str]) -> bool:
    value = row.attributes[column]
    return value not in (None, "") and ("*" in words or str(value) in words)
