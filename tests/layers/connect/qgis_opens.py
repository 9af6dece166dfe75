"""What QGIS sees, for Debian's own Python: python3 qgis_opens.py FOLDER PICTURE. Prints one JSON object.

FOLDER holds wangge.qgs and the connection files; PICTURE is where the map is drawn.
"""

import json
import os
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsSettings,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.gui import QgsManageConnectionsDialog as Dialog
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtWidgets import QDialogButtonBox

TYPES = {"wfs": Dialog.WFS, "wms": Dialog.WMS, "vectortile": Dialog.VectorTile, "xyz": Dialog.XyzTiles}
WHERE = {
    "wfs": ("qgis/connections-wfs", "connections-wfs"),
    "wms": ("qgis/connections-wms", "connections-wms"),
    "vectortile": ("qgis/connections-vector-tile", "connections-vector-tile"),
    "xyz": ("qgis/connections-xyz", "connections-xyz"),
}


def opened(path, picture):
    project = QgsProject.instance()
    project.read(str(path))
    layers = {}
    for name, layer in project.mapLayers().items():
        layers[name] = {"valid": layer.isValid(), "title": layer.name(), "crs": layer.crs().authid()}
        if isinstance(layer, QgsVectorLayer) and layer.isValid():
            layers[name]["fields"] = [field.name() for field in layer.fields()]
            layers[name]["count"] = len(list(layer.getFeatures()))
            rules = layer.renderer().rootRule().children()
            layers[name]["legend"] = [rule.label() for rule in rules]
            layers[name]["symbols"] = all(rule.symbol() is not None for rule in rules)
            layers[name]["labels"] = layer.labelsEnabled()
            if layer.labelsEnabled():
                said = layer.labeling().settings()
                layers[name]["labels"] = said.minimumScale > said.maximumScale > 0
            layers[name]["aliases"] = [field.alias() for field in layer.fields()]
    names = draw(project, picture)
    return {"crs": project.crs().authid(), "layers": layers, "names": names}


def draw(project, picture):
    settings = QgsMapSettings()
    shown = [n.layer() for n in project.layerTreeRoot().findLayers() if n.isVisible() and n.layer()]
    settings.setLayers(shown)
    settings.setDestinationCrs(project.crs())
    settings.setExtent(project.viewSettings().defaultViewExtent())
    settings.setOutputSize(QSize(900, 700))
    context = QgsExpressionContext()
    # As QGIS's window does: @map_scale comes from there.
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    settings.setExpressionContext(context)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(picture)
    return sorted({label.labelText for label in job.takeLabelingResults().allLabels()})


def colours(project, layer):
    """How many colours a layer alone has on the map."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(project.crs())
    settings.setExtent(project.viewSettings().defaultViewExtent())
    settings.setOutputSize(QSize(300, 300))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    return len({image.pixel(x, y) for x in range(0, 300, 3) for y in range(0, 300, 3)})


def tiles_and_pictures(urls):
    """Vector tiles of the grids by a connection's address, and the project's WMTS layer."""
    project = QgsProject.instance()
    (url,) = [url for url in urls if "/tiles/grids/" in url]
    tiles = QgsVectorTileLayer(f"type=xyz&url={url}&zmin=10&zmax=16", "grids")
    pictures = project.mapLayer("wangge_raster_map")
    return {
        "tiles": [tiles.isValid(), colours(project, tiles)],
        "wmts": [pictures.isValid(), colours(project, pictures)],
    }


def loaded(folder, kind):
    """The connections that QGIS's own dialog takes from the file."""
    dialog = Dialog(None, Dialog.Import, TYPES[kind], str(folder / f"qgis-{kind}.xml"))
    dialog.selectAll()
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.Ok).click()
    found = {}
    settings = QgsSettings()
    for group in WHERE[kind]:
        settings.beginGroup(group)
        for key in settings.allKeys():
            if key.endswith("/url"):
                found[key.removesuffix("/url")] = settings.value(key)
        settings.endGroup()
    return found


def main():
    folder, picture = Path(sys.argv[1]), sys.argv[2]
    QgsApplication.setPrefixPath("/usr", True)
    app = QgsApplication([], True)
    app.initQgis()
    said = {"project": opened(folder / "wangge.qgs", picture)}
    said["connections"] = {kind: loaded(folder, kind) for kind in TYPES}
    said |= tiles_and_pictures(said["connections"]["vectortile"].values())
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
    os._exit(0)  # exitQgis() crashes while layers live


main()
