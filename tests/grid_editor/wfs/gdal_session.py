"""What GDAL writes over WFS-T, for Debian's own Python: python3 gdal_session.py WFS-URL TYPE USER. Prints JSON."""

import json
import sys

from osgeo import gdal, ogr

gdal.UseExceptions()
ogr.UseExceptions()


def main(url, type_name, user):
    gdal.SetConfigOption("GDAL_HTTP_USERPWD", f"{user}:x")
    source = gdal.OpenEx(f"WFS:{url}", gdal.OF_VECTOR | gdal.OF_UPDATE)
    layer = source.GetLayerByName(type_name)
    found = {feature.GetField("code"): feature for feature in layer}
    first, second, third = (found[code] for code in sorted(found)[:3])
    first.SetField("name", "改名")
    first.SetField("kind", "special")
    layer.SetFeature(first)
    second.SetGeometry(second.GetGeometryRef().Buffer(-0.001))
    second.SetFieldNull("name")
    layer.SetFeature(second)
    layer.DeleteFeature(third.GetFID())
    drawn = ogr.Feature(layer.GetLayerDefn())
    drawn.SetField("name", "新网格")
    drawn.SetGeometry(third.GetGeometryRef())
    layer.CreateFeature(drawn)
    layer.StartTransaction()
    for shift in (0.01, 0.02):
        another = ogr.Feature(layer.GetLayerDefn())
        ring = third.GetGeometryRef().Clone().Buffer(-shift / 10)
        another.SetGeometry(ring)
        layer.CreateFeature(another)
    layer.CommitTransaction()
    refused = ""
    try:
        far = ogr.Feature(layer.GetLayerDefn())
        far.SetGeometry(ogr.CreateGeometryFromWkt("POLYGON((10 10,11 10,11 11,10 10))"))
        layer.CreateFeature(far)
    except RuntimeError as error:
        refused = str(error)
    sys.stdout.write(
        json.dumps({"read": len(found), "refused": refused, "fid": drawn.GetField("gml_id")}) + "\n"
    )


main(*sys.argv[1:])
