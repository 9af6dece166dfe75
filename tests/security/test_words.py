"""Prove that every strict reader of a word in an address reads it or says what is wrong, however it was damaged."""

from collections.abc import Callable

import pytest

from gis_core.api import filters
from gis_core.events import wanted
from incidents import selectors
from layers import registry
from layers.surfaces import rest_query
from layers.surfaces.mvt import Tile
from layers.surfaces.tiles import PATH
from tests.security import damage
from tests.security.test_parsers import FEW, MANY, tried
from tile_cache.raster import views as raster


def parts(text: str) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in text.split("&"))


def tile(path: str) -> None:
    found = PATH.fullmatch(path)
    if found:
        Tile(*map(int, found.groups()[1:])).check()


def rows(text: str) -> None:
    """Up to the SQL, for a layer of each type of value."""
    for key in ("hospitals", "buildings", "enterprises"):
        layer = registry.find(key)
        str(rest_query.chosen(layer, layer.model_class._default_manager.all(), parts(text)).query)


def one_of_rows(text: str) -> None:
    layer = registry.find("hospitals")
    rest_query.row_id(layer, "id", text)


READERS: dict[str, tuple[Callable[[str], object], list[str]]] = {
    "at": (filters.moment, ["2026-11-23", "9999-12-31", "2026-11-23T10:00:00+08:00", "0001-01-01 00:00"]),
    "since": (lambda text: selectors.moment("since", text), ["2026-11-23", "2026-11-23T10:00:00Z"]),
    "bbox": (filters.box, ["114,34,115,35", "-180,-90,180,90"]),
    "limit": (lambda text: rest_query.limit({"limit": text}), ["100", "1" * 5000]),
    "page": (lambda text: selectors.page_size({"limit": text}), ["100"]),
    "cursor": (lambda text: selectors.cursor({"cursor": text}), ["12345"]),
    "id": (one_of_rows, ["12345", "9" * 5000]),
    "rows": (rows, ["bbox=114,34,115,35&area=41&q=x&cursor=1&name=x", "untagged=true&floors=1,2", "beds=1,2&level=3"]),
    "Last-Event-ID": (wanted.read_position, ["17"]),
    "events": (lambda text: wanted.read(parts(text)), ["kinds=incident,tiles&area=4102&bbox=1,2,3,4"]),
    "tile": (tile, ["/tiles/grids,grids_labels/12/3349/1627.mvt", "/tiles/grids/22/4194304/1.mvt"]),
    "raster": (lambda text: raster._check_value(*text.partition("=")[::2]), ["WIDTH=256", "BBOX=1,2,3,4"]),
}  # fmt: skip


def damaged(name: str, count: int) -> None:
    read, samples = READERS[name]
    found = damage.bytes_of([one.encode() for one in samples]).map(lambda raw: raw.decode("utf-8", "replace"))
    tried(found, read, count)


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_word_is_read_or_refused(name):
    damaged(name, FEW)


@pytest.mark.long
@pytest.mark.parametrize("name", READERS)
def test_thousands_of_damaged_words_are_read_or_refused(name):
    damaged(name, MANY)
