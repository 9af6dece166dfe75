"""Addresses with tricks: dimensions of raster maps, tiles that are none, names that climb. Each is one line to GET."""

from tests.security.corpus.hostile import Hostile

WMS = "/raster/service?SERVICE=WMS&VERSION=1.1.1&REQUEST=GetMap&LAYERS=grids&STYLES=&SRS=EPSG:3857&FORMAT=image/png"
BOX = "&BBOX=12720000,4130000,12730000,4140000"
WMTS = (
    "/raster/service?SERVICE=WMTS&VERSION=1.0.0&REQUEST=GetTile&LAYER=grids&STYLE=&TILEMATRIXSET=webmercator"
    "&TILEMATRIX=12&TILEROW=1627&TILECOL=3349&FORMAT=image/png"
)
CLIMB = "..%2f..%2f..%2f..%2fetc%2fpasswd"
READ = "/ogc/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=grids"
TRICKS = {
    **{
        f"the dimension {name} climbs": f"{WMS}{BOX}&WIDTH=256&HEIGHT=256&{name}={CLIMB}"
        for name in ("TIME", "ELEVATION", "DIM_X", "DIM_RUN", "SLD", "SLD_BODY", "MAP", "EXCEPTIONS")
    },
    **{
        f"the tile's {name} climbs": f"{WMTS}&{name}={CLIMB}"
        for name in ("TIME", "ELEVATION", "DIM_X", "TILEMATRIX", "TILEMATRIXSET", "STYLE", "FORMAT", "LAYER")
    },
    "a map of 20,000 pixels": f"{WMS}{BOX}&WIDTH=20000&HEIGHT=20000",
    "a map of 4,000 x 4,000": f"{WMS}{BOX}&WIDTH=4000&HEIGHT=4000",
    "a map of a million x 1": f"{WMS}{BOX}&WIDTH=1000000&HEIGHT=1",
    "a map of no pixels": f"{WMS}{BOX}&WIDTH=0&HEIGHT=0",
    "a map of -1 pixels": f"{WMS}{BOX}&WIDTH=-1&HEIGHT=-1",
    "a map of everywhere": f"{WMS}&BBOX=-1e300,-1e300,1e300,1e300&WIDTH=256&HEIGHT=256",
    "a map of nan": f"{WMS}&BBOX=nan,nan,nan,nan&WIDTH=256&HEIGHT=256",
    "a map of infinity": f"{WMS}&BBOX=-inf,-inf,inf,inf&WIDTH=256&HEIGHT=256",
    "a map turned round": f"{WMS}&BBOX=12730000,4140000,12720000,4130000&WIDTH=256&HEIGHT=256",
    "a map in a system of words": f"{WMS}{BOX}&WIDTH=256&HEIGHT=256&SRS=/etc/passwd",
    "a map in a system of code": f"{WMS}{BOX}&WIDTH=256&HEIGHT=256&SRS=%2Bproj%3Dpipeline",
    "300 layers": WMS.replace("LAYERS=grids", "LAYERS=" + "grids," * 300) + f"{BOX}&WIDTH=256&HEIGHT=256",
    "a colour of code": f"{WMS}{BOX}&WIDTH=256&HEIGHT=256&BGCOLOR=0x'%3b--",
    "features of a map far off": f"{WMS}{BOX}&WIDTH=256&HEIGHT=256&REQUEST=GetFeatureInfo&QUERY_LAYERS=grids"
    "&X=99999&Y=-5",
    "a legend that climbs": "/raster/service?SERVICE=WMS&VERSION=1.1.1&REQUEST=GetLegendGraphic&FORMAT=image/png"
    f"&LAYER={CLIMB}",
    "TMS that climbs": "/raster/tms/1.0.0/grids/webmercator/..%2f..%2f12/1/1.png",
    "WMTS that climbs": f"/raster/wmts/grids/webmercator/{CLIMB}/1/1.png",
    "a demo page": "/raster/demo/?wms_layer=grids",
    "no service": "/raster/%00",
    **{
        f"the tile {name}": f"/tiles/{name}.mvt"
        for name in (
            "grids/99/1/1", "grids/12/-1/-1", "grids/30/1073741823/1073741823", "grids/0/0/0", "buildings/0/0/0",
            "grids/12/999999999999/1", f"{CLIMB}/1/1/1", "grids,grids,grids,grids,grids/12/3349/1627",
            "grids," * 60 + "grids/12/3349/1627", "%00/1/1/1", "grids/1e3/1/1", "grids/12/1/%2e%2e",
        )
    },
    "a tile's description that climbs": f"/tiles/{CLIMB}.json",
    "10,000 letters of path": "/" + "a/" * 5000,
    "100,000 letters of path": "/api/v1/areas/" + "1" * 100_000 + "/",
    "a parameter 20,000 times": "/api/v1/areas/?" + "&".join(["tier=grid"] * 20_000),
    "20,000 parameters": "/api/v1/areas/?" + "&".join(f"p{n}=1" for n in range(20_000)),
    "a box of nan": "/api/v1/layers/buildings/?bbox=nan,nan,nan,nan",
    "a box of everywhere": "/api/v1/layers/buildings/?bbox=-180,-90,180,90&limit=999999999",
    "the whole layer": f"{READ.replace('grids', 'buildings')}&COUNT=999999999",
    "a start far off": f"{READ}&STARTINDEX=999999999999999999",
    "20,000 names to sort by": f"{READ}&SORTBY=" + ",".join(["code"] * 20_000),
    "20,000 ids": f"{READ}&RESOURCEID=" + ",".join(f"grids.{n}" for n in range(20_000)),
    "20,000 fields": f"{READ}&PROPERTYNAME=" + ",".join(["code"] * 20_000),
    "a search of patterns": "/api/v1/search/?q=" + "%25_" * 500,
    "a search of 20,000 letters": "/api/v1/search/?q=" + "a" * 20_000,
    "a situation of nowhere": "/api/v1/situation/?lon=1e308&lat=-1e308",
    "a photo that climbs": f"/api/v1/incidents/1/photos/{CLIMB}.jpg",
    "static that climbs": f"/static/{CLIMB}",
    "broken UTF-8": "/api/v1/search/?q=%ff%fe%c0%80",
    "NUL": "/api/v1/search/?q=%00",
}  # fmt: skip
ALL: list[Hostile] = [
    Hostile("path", name, lambda address=address: address.encode()) for name, address in TRICKS.items()
]
