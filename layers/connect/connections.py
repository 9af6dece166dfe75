"""Files that QGIS reads under "Load connections": one for each kind of service, as its dialogs each read their own.

Names and attributes are those of QGIS's src/gui/qgsmanageconnectionsdialog.cpp. No password is in any.
"""

from lxml import etree

from layers.registry import Layer
from layers.surfaces.tilejson import tile_address

NAME = "网格化管理 Wangge"
KINDS = ("wfs", "wms", "vectortile", "xyz")


def document(kind: str, layers: list[Layer], root: str) -> bytes:
    """The file for a kind of KINDS; `root` is the site's address without slash."""
    tag, element, entries = {
        "wfs": ("qgsWFSConnections", "wfs", _wfs(root)),
        "wms": ("qgsWMSConnections", "wms", _wms(root)),
        "vectortile": ("qgsVectorTileConnections", "vectortile", _vector_tiles(layers, root)),
        "xyz": ("qgsXYZTilesConnections", "xyztiles", _xyz(root)),
    }[kind]
    top = etree.Element(tag, version="1.1" if kind == "wfs" else "1.0")
    for entry in entries:
        etree.SubElement(top, element, entry | {"username": "", "password": ""})
    return etree.tostring(
        top, encoding="UTF-8", xml_declaration=True, pretty_print=True, doctype="<!DOCTYPE connections>"
    )


def wmts_address(root: str) -> str:
    return f"{root}/raster/wmts/1.0.0/WMTSCapabilities.xml"


def xyz_address(root: str) -> str:
    return f"{root}/raster/tiles/1.0.0/map/webmercator/{{z}}/{{x}}/{{y}}.png?origin=nw"


def _wfs(root: str) -> list[dict[str, str]]:
    return [
        {
            "name": NAME,
            "url": f"{root}/ogc/wfs",
            "version": "2.0.0",
            "maxnumfeatures": "",
            "pagesize": "1000",
            "pagingenabled": "true",
            "ignoreAxisOrientation": "false",
            "invertAxisOrientation": "false",
        }
    ]


def _wms(root: str) -> list[dict[str, str]]:
    """QGIS keeps WMS and WMTS in one list."""
    plain = {
        "ignoreGetMapURI": "false",
        "ignoreGetFeatureInfoURI": "false",
        "ignoreAxisOrientation": "false",
        "invertAxisOrientation": "false",
        "smoothPixmapTransform": "false",
        "dpiMode": "7",
        "referer": "",
    }
    services = (("WMS", f"{root}/raster/service"), ("WMTS", wmts_address(root)))
    return [{"name": f"{NAME} {kind}", "url": url, **plain} for kind, url in services]


def _vector_tiles(layers: list[Layer], root: str) -> list[dict[str, str]]:
    """One connection for each layer."""
    return [
        {
            "name": f"{NAME} {layer.title.zh}",
            "url": tile_address(root, [layer.key]),
            "zmin": str(layer.zooms[0]),
            "zmax": str(layer.zooms[1]),
            "serviceType": "generic",
            "authcfg": "",
            "referer": "",
            "styleUrl": "",
        }
        for layer in reversed(layers)
    ]


def _xyz(root: str) -> list[dict[str, str]]:
    entry = {"name": NAME, "url": xyz_address(root), "zmin": "0", "zmax": "20"}
    return [entry | {"authcfg": "", "referer": "", "tilePixelRatio": "1"}]
