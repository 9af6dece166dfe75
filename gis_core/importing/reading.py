"""Read a file of polygons: every row with its number, its attributes and its geometry, in the file's own CRS.

GeoJSON, Shapefile (also zipped), GeoPackage and TopoJSON, by pyogrio. Judges nothing but what keeps a file
from being read at all; checking.py judges the rows.
"""

import math
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from django.utils.translation import gettext as _
from pyogrio import raw

from gis_core.importing import encoding
from gis_core.importing.options import Options, refuse

SUFFIXES = (".geojson", ".json", ".topojson", ".shp", ".gpkg", ".zip", ".fgb", ".gml", ".kml", ".tab", ".mif")
JSON_SUFFIXES = (".geojson", ".json", ".topojson")


@dataclass(frozen=True)
class Row:
    """One row of the file: `number` from 1 in file order; `geometry` None when the file has none.

    `unreadable`: the file has bytes for a geometry that make none (a ring of two points, a curve).
    """

    number: int
    attributes: dict[str, Any]
    geometry: shapely.Geometry | None
    unreadable: bool = False


@dataclass(frozen=True)
class Source:
    """A file as read. `crs`: what the file says or the user gave (EPSG code, WKT, gcj02, bd09)."""

    file: str
    crs: str
    encoding: str
    fields: tuple[str, ...]
    rows: tuple[Row, ...]


def read(options: Options) -> Source:
    """The rows of options.path. Raises ImportRefused: format, layer, encoding, CRS, each with what is allowed."""
    path = options.path
    if not path.is_file():
        raise refuse(_("There is no file %s.") % path)
    if path.suffix.lower() not in SUFFIXES:
        raise refuse(
            _(
                "%(file)s: allowed are GeoJSON, TopoJSON, GeoPackage, Shapefile and a zipped Shapefile (%(suffixes)s)."
            )
            % {"file": path.name, "suffixes": ", ".join(SUFFIXES)}
        )
    target = _target(path, options)
    is_dbf = isinstance(target, str) and target.lower().endswith(".shp")
    try:
        layer = options.layer or _only_layer(target, path)
        table = raw.read(
            target,
            layer=layer,
            force_2d=True,
            encoding="ISO-8859-1" if is_dbf else None,
            datetime_as_string=True,
            max_features=options.most_rows,
        )
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FieldError,
        pyogrio.errors.CRSError,
        pyogrio.errors.GeometryError,
        UnicodeDecodeError,  # of names that are no UTF-8
    ) as error:
        raise refuse(
            _("%(file)s cannot be read: %(reason)s") % {"file": path.name, "reason": error}
        ) from error
    return _source(path, options, table, is_dbf)


def _source(path: Path, options: Options, table: Any, is_dbf: bool) -> Source:
    meta, _fids, wkb, columns = table
    names = [str(name) for name in meta["fields"]]
    used = "utf-8"
    if is_dbf:
        used, names, columns = _decoded(path, options, names, columns)
    return Source(
        file=path.name,
        crs=_crs(options, meta["crs"]),
        encoding=used,
        fields=tuple(names),
        rows=tuple(_rows(names, columns, wkb)),
    )


def _crs(options: Options, own: str | None) -> str:
    if options.crs or own:
        return options.crs or str(own)
    raise refuse(
        _(
            "%s names no coordinate system. Say which with --crs: an EPSG code (EPSG:4490, EPSG:4547), gcj02 or bd09."
        )
        % options.path.name
    )


def _rows(names: list[str], columns: Any, wkb: Any) -> Iterator[Row]:
    if wkb is None:
        wkb = np.full(len(columns[0]) if len(columns) else 0, None, dtype=object)
    geometries = shapely.from_wkb(wkb, on_invalid="ignore")
    for index, geometry in enumerate(geometries):
        attributes = {name: _plain(column[index]) for name, column in zip(names, columns, strict=True)}
        yield Row(index + 1, attributes, geometry, unreadable=geometry is None and wkb[index] is not None)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value


def _only_layer(target: str | bytes, path: Path) -> int:
    """The number of the only layer: a GeoJSON without a name gets another one each time it is opened."""
    kinds = pyogrio.list_layers(target)
    layers = {index: name for index, (name, kind) in enumerate(kinds) if kind is not None}
    if len(layers) == 1:
        return next(iter(layers))
    if not layers:
        raise refuse(_("%s has no layer with geometry.") % path.name)
    raise refuse(
        _("%(file)s has several layers; choose one with --layer: %(layers)s.")
        % {"file": path.name, "layers": ", ".join(str(name) for name in layers.values())}
    )


# ---- where in the file --------------------------------------------------------------------------------------


def _target(path: Path, options: Options) -> str | bytes:
    """What GDAL opens: the file, the member of a zip, or the text itself where it had to be decoded."""
    if path.suffix.lower() == ".zip":
        return f"/vsizip/{path.resolve()}/{_member(path, options)}"
    if path.suffix.lower() in JSON_SUFFIXES:
        return _json_text(path, options)
    return str(path)


def _member(path: Path, options: Options) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.startswith("__MACOSX")]
    except zipfile.BadZipFile as error:
        raise refuse(_("%s is no zip file.") % path.name) from error
    found = [name for name in names if Path(name).suffix.lower() in (".shp", ".gpkg")]
    chosen = [name for name in found if options.layer in (None, Path(name).stem)]
    if len(chosen) == 1:
        return chosen[0]
    if not found:
        raise refuse(_("%s holds no .shp and no .gpkg.") % path.name)
    raise refuse(
        _("%(file)s holds several data sets; choose one with --layer: %(layers)s.")
        % {"file": path.name, "layers": ", ".join(Path(name).stem for name in found)}
    )


# ---- encodings ----------------------------------------------------------------------------------------------


def _decoded(
    path: Path, options: Options, names: list[str], columns: Any
) -> tuple[str, list[str], list[Any]]:
    """The texts of a Shapefile, which were read as ISO 8859-1 to keep their bytes."""
    texts = [encoding.Text(0, tuple(name.encode("latin-1") for name in names))]
    words = [column for column in columns if column.dtype == object]
    for index in range(len(words[0]) if words else 0):
        values = (column[index] for column in words)
        texts.append(
            encoding.Text(index + 1, tuple(v.encode("latin-1") for v in values if isinstance(v, str)))
        )
    used = encoding.decided(texts, options.encoding, _declared(path))
    names = [name.encode("latin-1").decode(used) for name in names]
    return used, names, [_decode_column(column, used) for column in columns]


def _decode_column(column: Any, used: str) -> Any:
    if column.dtype != object:
        return column
    return [v.encode("latin-1").decode(used) if isinstance(v, str) else v for v in column]


def _declared(path: Path) -> str | None:
    """The encoding that a .cpg file or the header of the .dbf names."""
    parts = _sidecars(path)
    declaration = parts.get(".cpg", b"").strip().decode("ascii", "replace")
    if declaration:
        return declaration
    header = parts.get(".dbf", b"")
    return encoding.CODE_PAGES.get(header[29]) if len(header) > 29 else None


def _sidecars(path: Path) -> dict[str, bytes]:
    """The .cpg and the start of the .dbf, by suffix."""
    if path.suffix.lower() != ".zip":
        beside = {p.suffix.lower(): p for p in path.parent.glob(f"{_literal(path.stem)}.*")}
        return {kind: _head(beside[kind]) for kind in (".cpg", ".dbf") if kind in beside}
    with zipfile.ZipFile(path) as archive:
        inside = {Path(name).suffix.lower(): name for name in archive.namelist()}
        return {kind: archive.open(inside[kind]).read(64) for kind in (".cpg", ".dbf") if kind in inside}


def _literal(stem: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", stem)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(64)


def _json_text(path: Path, options: Options) -> bytes:
    """GeoJSON and TopoJSON as UTF-8, whatever they were saved in."""
    data = path.read_bytes()
    if options.encoding is None and _is_utf8(data):
        return data
    pieces = re.split(rb'(?="properties")', data)
    texts = [encoding.Text(number, (piece,)) for number, piece in enumerate(pieces)]
    used = encoding.decided(texts, options.encoding, None)
    return data.decode(used).encode("utf-8")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
