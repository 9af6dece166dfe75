"""What a person does in QGIS, for Debian's own Python: python3 qgis_session.py WFS-URL TYPE USER PASSWORD STEP...

Prints one JSON object: for each step what QGIS saw. Units are those of tests.shapes: about 1 km.
"""

import json
import os
import sys

from qgis.core import (
    NULL,
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)

ORIGIN, UNIT = (114.3, 34.8), 0.01


LOG: list[str] = []
"""What QGIS shows in its message bar and log."""


def at(x, y):
    return QgsPointXY(ORIGIN[0] + x * UNIT, ORIGIN[1] + y * UNIT)


def grid_at(layer, x, y):
    """The feature whose inside holds the place. Reads to the end: QGIS 3.22 may hang on a reading that was left."""
    point = QgsGeometry.fromPointXY(at(x, y))
    (found,) = [f for f in layer.getFeatures() if f.geometry().contains(point)]
    return found


def save(layer):
    saved = layer.commitChanges()
    errors = layer.commitErrors() + LOG
    if not saved:
        layer.rollBack()
    return {"saved": saved, "errors": errors, "count": layer.featureCount()}


def read(layer):
    if not layer.isValid():
        return {"valid": False, "errors": list(LOG)}
    return {
        "valid": layer.isValid(),
        "editable": bool(layer.dataProvider().capabilities() & layer.dataProvider().ChangeGeometries),
        "count": len(list(layer.getFeatures())),
        "fields": [field.name() for field in layer.fields()],
        "crs": layer.crs().authid(),
    }


def split(layer):
    """Grid 001 of the western village from north to south."""
    layer.startEditing()
    layer.selectByIds([grid_at(layer, 0.5, 0.5).id()])
    done = layer.splitFeatures([at(0.4, -0.1), at(0.4, 1.1)], False)
    return {"split": int(done), **save(layer)}


def merge(layer):
    """Grids 005 and 006 of the western village, as the merge tool does it: one grows, the other goes."""
    layer.startEditing()
    left, right = grid_at(layer, 1.5, 1.5), grid_at(layer, 2.5, 1.5)
    layer.changeGeometry(left.id(), left.geometry().combine(right.geometry()))
    layer.deleteFeature(right.id())
    return save(layer)


def move(layer):
    """The vertex that the four eastern grids in the middle share."""
    layer.startEditing()
    for feature in layer.getFeatures(QgsRectangle(at(3.9, 0.9), at(4.1, 1.1))):
        geometry = feature.geometry()
        for number, vertex in enumerate(geometry.vertices()):
            if QgsPointXY(vertex).distance(at(4, 1)) < 1e-9:
                target = at(4.1, 1.05)
                layer.moveVertex(target.x(), target.y(), feature.id(), number)
    return save(layer)


def rename(layer):
    layer.startEditing()
    layer.changeAttributeValue(grid_at(layer, 3.5, 0.5).id(), layer.fields().indexOf("name"), "河东网格")
    layer.changeAttributeValue(grid_at(layer, 4.5, 0.5).id(), layer.fields().indexOf("name"), NULL)
    return save(layer)


def draw(layer):
    """A new polygon without any attribute, over others."""
    layer.startEditing()
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(at(5.2, 0.2), at(5.4, 0.4))))
    layer.addFeature(feature)
    return save(layer)


def copy(layer):
    """Copied and pasted, with all its attributes, the code too."""
    layer.startEditing()
    copied = QgsVectorLayerUtils.makeFeatureCompatible(grid_at(layer, 5.5, 1.5), layer)[0]
    copied.setId(0)
    copied.setGeometry(QgsGeometry.fromRect(QgsRectangle(at(5.2, 1.2), at(5.4, 1.4))))
    layer.addFeature(copied)
    return save(layer)


def far(layer):
    """A polygon outside the plan: refused, and QGIS tells why."""
    layer.startEditing()
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(at(50, 50), at(51, 51))))
    layer.addFeature(feature)
    return save(layer)


def main(url, type_name, user, password, *steps):
    application = QgsApplication([], False)
    application.initQgis()
    signed = f" username='{user}' password='{password}'" if user else ""
    QgsApplication.messageLog().messageReceived.connect(lambda text, *_rest: LOG.append(text))
    seen = {}
    for step in steps:
        LOG.clear()
        # A layer of its own for each step, so that what is drawn next is what the server has.
        layer = QgsVectorLayer(f"url='{url}' typename='{type_name}' version='2.0.0'{signed}", "plan", "WFS")
        seen[step] = globals()[step](layer)
    sys.stdout.write(json.dumps(seen) + "\n")
    sys.stdout.flush()
    os._exit(0)  # exitQgis crashes while layers live


main(*sys.argv[1:])
