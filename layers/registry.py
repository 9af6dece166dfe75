"""Layers, each declared once; every surface is derived from what stands here.

Declarations live in a package or module `declarations` of any installed app and are found by `discover()`
when Django starts. A surface reads `visible_to(user)` or `find(key)`; it never names a layer itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any, Literal

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from gis_core import access
from gis_core.errors import NotFound
from gis_core.masking import Mask
from layers.codelists import CodeList
from layers.styling import Label, Style, Title

FieldType = Literal["text", "integer", "number", "moment", "date", "flag"]
Sensitivity = Literal["public", "internal", "protected"]
GeometryType = Literal["point", "line", "polygon"]


@dataclass(frozen=True)
class Field:
    """One attribute of a layer; `name` is the model's field and column.

    `tile_zoom` is the zoom from which vector tiles carry it; None keeps it out of them. `sensitivity`: public
    goes to whoever sees the row; internal over REST to who may `view_internal` where the row lies; protected
    stays in the server. `codes`: the values it may have. `mask`: how an internal field is shown to who may see
    it, unless they say what for (gis_core/masking.py).
    """

    name: str
    title: Title
    type: FieldType = "text"
    sensitivity: Sensitivity = "public"
    tile_zoom: int | None = None
    codes: CodeList | None = None
    mask: Mask | None = None


@dataclass(frozen=True)
class Layer:
    """One thematic data set, declared once.

    `model` is 'app_label.Model'; `conditions` are (field, value) that its rows fulfil, None for null.
    `geom` holds EPSG:4490, `tile_geom` the same in EPSG:3857 (generated). `id_field` names a row for people
    and for the map's feature state. `zooms` is the range of vector tiles; beyond it they are overzoomed.
    Below it, from `counts_from` on, tiles of a point layer carry how many rows lie where. `order`: drawn
    from the lowest up. `min_pixels`: polygons smaller than this on both sides are left out of the tiles; 0
    keeps all. `permission`: the action of gis_core.access that shows a row where it lies (by its
    area_code); None = public, which must be said: a layer that says nothing is seen by superusers only.
    `search_fields`: public fields in which `q` looks; none keeps the layer out of the search. `shown`: on the map from
    the start. `importable`: filled from files.
    """

    key: str
    title: Title
    model: str
    geometry_type: GeometryType
    fields: tuple[Field, ...]
    zooms: tuple[int, int]
    style: Style
    order: int
    group: Title
    label: Label | None = None
    conditions: tuple[tuple[str, str | int | bool | None], ...] = ()
    geom: str = "geom"
    tile_geom: str = "geom_3857"
    id_field: str = "id"
    min_pixels: float = 0
    permission: str | None = access.UNDECLARED
    search_fields: tuple[str, ...] = ()
    shown: bool = True
    importable: bool = True
    on_raster: bool = True
    counts_from: int = 4

    @property
    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)

    @property
    def table(self) -> str:
        return self.model_class._meta.db_table

    @property
    def key_column(self) -> str:
        """The column of the primary key."""
        key = self.model_class._meta.pk
        assert key is not None
        assert key.column is not None
        return key.column

    @property
    def tile_zooms(self) -> tuple[int, int]:
        """First and last zoom with vector tiles: of rows, or, below `zooms`, of counts."""
        first, last = self.zooms
        return (min(first, self.counts_from), last) if self.geometry_type == "point" else (first, last)

    @property
    def counted(self) -> bool:
        """Whether there are tiles of counts."""
        return self.tile_zooms[0] < self.zooms[0]

    @property
    def id_model_field(self) -> "models.Field[Any, Any]":
        field = self.model_class._meta.get_field(self.id_field)
        assert isinstance(field, models.Field)
        return field

    def queryset(self) -> "models.QuerySet[models.Model]":
        """The rows of the layer, unordered, whoever may see them."""
        return self.model_class._default_manager.filter(**dict(self.conditions))

    def queryset_for(self, user: Any) -> "models.QuerySet[models.Model]":
        """The rows that a user may see: the one filter for every surface."""
        prefixes = row_prefixes(user, self)
        rows = self.queryset()
        return rows if prefixes is None else rows.filter(access.within("area_code", prefixes))

    def field(self, name: str) -> Field:
        """Raises KeyError for a name that the layer does not have."""
        return next(field for field in self.fields if field.name == name)

    def public_fields(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.sensitivity == "public")


_layers: dict[str, Layer] = {}


def add(layer: Layer) -> Layer:
    """Declare a layer.

    Raises ValueError if the key is taken, the permission none that a role has, or a search field not public.
    """
    if layer.key in _layers:
        raise ValueError(f"layer {layer.key!r} is declared twice")
    hidden = set(layer.search_fields) - {field.name for field in layer.public_fields()}
    if hidden:
        raise ValueError(f"layer {layer.key!r}: search would give away {', '.join(sorted(hidden))}")
    if layer.permission is not None and layer.permission not in access.ACTIONS:
        raise ValueError(f"layer {layer.key!r}: {layer.permission!r} is no action of gis_core.access")
    _layers[layer.key] = layer
    return layer


def remove(key: str) -> None:
    del _layers[key]


def every() -> list[Layer]:
    """All layers in drawing order, whoever may see them."""
    return sorted(_layers.values(), key=lambda layer: layer.order)


def visible_to(user: Any) -> list[Layer]:
    """The layers that a user may see, in drawing order."""
    return [layer for layer in every() if may_see(user, layer)]


def may_see(user: Any, layer: Layer) -> bool:
    """Whether there may be any row for this user."""
    return row_prefixes(user, layer) != ()


def row_prefixes(user: Any, layer: Layer) -> tuple[str, ...] | None:
    """The code prefixes whose rows the user may see: None for all rows, () for none.

    Rows outside the district have no code; they are seen by who may see everything.
    """
    if layer.permission is None:
        return None
    prefixes = access.prefixes(user, layer.permission)
    return None if "" in prefixes else tuple(prefixes)


def internal_prefixes(user: Any, layer: Layer) -> tuple[str, ...]:
    """The code prefixes within which the user sees the layer's internal fields; () for nowhere."""
    if all(field.sensitivity != "internal" for field in layer.fields):
        return ()
    return tuple(access.prefixes(user, "view_internal"))


def lookup(key: str) -> Layer | None:
    """The layer of this key, or None."""
    return _layers.get(key)


def find(key: str) -> Layer:
    """The layer of this key. Raises NotFound, listing the public keys."""
    layer = lookup(key)
    if layer is None:
        raise unknown(key)
    return layer


def find_for(user: Any, key: str) -> Layer:
    """The layer of this key; one that the user may not see does not exist for them. Raises NotFound."""
    layer = find(key)
    if not may_see(user, layer):
        raise unknown(key)
    return layer


def unknown(key: str) -> NotFound:
    allowed = [layer.key for layer in every() if layer.permission is None]
    message = _("There is no layer %(key)s. There are: %(allowed)s.")
    return NotFound(
        message % {"key": key[:60], "allowed": ", ".join(allowed)}, {"allowed": allowed}, "unknown_layer"
    )


def discover() -> None:
    """Import the `declarations` of every installed app; a package's modules all count."""
    for app in apps.get_app_configs():
        name = f"{app.name}.declarations"
        spec = find_spec(name)
        if spec is None:
            continue
        for layer in _declared_in(name, spec.submodule_search_locations):
            add(layer)


def _declared_in(name: str, locations: list[str] | None) -> Iterator[Layer]:
    names = [f"{name}.{found.name}" for found in iter_modules(locations)] if locations else [name]
    for module in names:
        yield from import_module(module).LAYERS
