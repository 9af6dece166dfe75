"""A QGIS project (.qgs, read by QGIS 3.22 and later) with every layer over WFS, styled, grouped and named.

The raster map lies at the bottom, switched off. Layers load what the view shows; nothing of a user is in the file:
who opens protected layers is asked to sign in by QGIS.
"""

from itertools import groupby
from typing import Any

import pyproj
from lxml import etree

from layers.connect import symbols
from layers.connect.connections import NAME, wmts_address
from layers.registry import Layer
from layers.surfaces.tilejson import bounds

CRS, STORED = 3857, 4490
CHINA = (73.0, 18.0, 135.0, 54.0)
RASTER = "wangge_raster_map"
Element = Any


def document(layers: list[Layer], root: str) -> bytes:
    """The project for layers in drawing order; `root` is the site's address without slash."""
    top = etree.Element("qgis", version="3.22.16-Białowieża", projectname=NAME)
    etree.SubElement(top, "title").text = NAME
    project_crs = etree.SubElement(top, "projectCrs")
    project_crs.append(_crs(CRS))
    upward = list(reversed(layers))
    top.append(_tree(upward))
    canvas = etree.SubElement(top, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    etree.SubElement(canvas, "units").text = "meters"
    extent = _extent(layers)
    canvas_extent = etree.SubElement(canvas, "extent")
    for name, value in extent.items():
        etree.SubElement(canvas_extent, name).text = value
    etree.SubElement(canvas, "destinationsrs").append(_crs(CRS))
    view = etree.SubElement(top, "ProjectViewSettings", UseProjectScales="0")
    etree.SubElement(view, "DefaultViewExtent", extent).append(_crs(CRS))
    maps = etree.SubElement(top, "projectlayers")
    for layer in upward:
        maps.append(_layer(layer, root))
    maps.append(_raster(root))
    order = etree.SubElement(top, "layerorder")
    for name in (*map(identifier, upward), RASTER):
        etree.SubElement(order, "layer", id=name)
    projected = etree.SubElement(etree.SubElement(top, "properties"), "SpatialRefSys")
    etree.SubElement(projected, "ProjectionsEnabled", type="int").text = "1"
    return etree.tostring(
        top,
        encoding="UTF-8",
        xml_declaration=True,
        pretty_print=True,
        doctype="<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>",
    )


def identifier(layer: Layer) -> str:
    """The layer's id in the project; QGIS replaces ids of ten characters and less."""
    return f"wangge_layer_{layer.key}"


def source(layer: Layer, root: str) -> str:
    """The WFS layer's address, as QGIS's data source manager writes it."""
    words = {
        "pagingEnabled": "true",
        "preferCoordinatesForWfsT11": "false",
        "restrictToRequestBBOX": "1",
        "srsname": f"EPSG:{STORED}",
        "typename": f"app:{layer.key}",
        "url": f"{root}/ogc/wfs",
        "version": "2.0.0",
    }
    return " ".join(f"{key}='{value}'" for key, value in words.items())


def _tree(upward: list[Layer]) -> Element:
    """Groups in the order of drawing, the topmost first."""
    top = etree.Element("layer-tree-group")
    for title, members in groupby(upward, key=lambda layer: layer.group):
        group = etree.SubElement(top, "layer-tree-group", name=title.zh, expanded="1", checked="Qt::Checked")
        for layer in members:
            group.append(_leaf(identifier(layer), layer.title.zh, layer.shown))
    top.append(_leaf(RASTER, "栅格底图 WMTS", False))
    return top


def _leaf(name: str, title: str, checked: bool) -> Element:
    state = "Qt::Checked" if checked else "Qt::Unchecked"
    return etree.Element("layer-tree-layer", id=name, name=title, checked=state, expanded="0")


def _layer(layer: Layer, root: str) -> Element:
    geometry = {"point": "Point", "line": "Line", "polygon": "Polygon"}[layer.geometry_type]
    shown = {
        "type": "vector",
        "geometry": geometry,
        "hasScaleBasedVisibilityFlag": "1",
        "minScale": f"{symbols.scale(layer.zooms[0]):.0f}",
        "maxScale": "0",
        "labelsEnabled": str(int(layer.label is not None)),
        "readOnly": "0",
    }
    top = _map_layer(shown, identifier(layer), layer.title.zh, source(layer, root), STORED)
    etree.SubElement(top, "provider", encoding="UTF-8").text = "WFS"
    names = etree.SubElement(top, "aliases")
    for number, field in enumerate(layer.public_fields()):
        etree.SubElement(names, "alias", field=field.name, name=field.title.zh, index=str(number))
    top.append(symbols.renderer(layer))
    if layer.label is not None:
        top.append(symbols.labels(layer.label, layer.geometry_type))
    if layer.label is not None:
        etree.SubElement(top, "previewExpression").text = f'"{layer.label.field}"'
    etree.SubElement(top, "layerGeometryType").text = str(
        ("point", "line", "polygon").index(layer.geometry_type)
    )
    return top


def _raster(root: str) -> Element:
    address = wmts_address(root).replace("&", "%26")
    text = f"contextualWMSLegend=0&crs=EPSG:{CRS}&format=image/png&layers=map&styles=default"
    text += f"&tileMatrixSet=webmercator&url={address}"
    top = _map_layer({"type": "raster"}, RASTER, "栅格底图 WMTS", text, CRS)
    etree.SubElement(top, "provider").text = "wms"
    return top


def _map_layer(shown: dict[str, str], name: str, title: str, address: str, crs: int) -> Element:
    top = etree.Element("maplayer", shown)
    etree.SubElement(top, "id").text = name
    etree.SubElement(top, "datasource").text = address
    etree.SubElement(top, "layername").text = title
    etree.SubElement(top, "srs").append(_crs(crs))
    return top


def _crs(number: int) -> Element:
    top = etree.Element("spatialrefsys")
    # QGIS looks at the authority's code only where there is a number of its own within its range.
    etree.SubElement(top, "srsid").text = str(number)
    etree.SubElement(top, "srid").text = str(number)
    etree.SubElement(top, "authid").text = f"EPSG:{number}"
    return top


def _extent(layers: list[Layer]) -> dict[str, str]:
    """Where the areas are, in EPSG:3857; China while there are none."""
    boxes = [box for layer in layers if layer.model == "gis_core.Area" and (box := bounds(layer))]
    west, south, east, north = boxes[0] if boxes else CHINA
    project = pyproj.Transformer.from_crs(STORED, CRS, always_xy=True)
    (xmin, ymin), (xmax, ymax) = project.transform(west, south), project.transform(east, north)
    corners = {"xmin": xmin, "ymin": ymin, "xmax": xmax, "ymax": ymax}
    return {name: f"{value:.3f}" for name, value in corners.items()}
