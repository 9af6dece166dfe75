"""Emergency resources: what everybody may need to find is public, warehouses and their stock are not."""

from layers.codelists import EMERGENCY_KIND, RESOURCE_STATE
from layers.marks import ADDRESS, AREA, CONTACT, NAME, SOURCE_ID, circles, names
from layers.registry import Field, Layer
from layers.styling import Title

GROUP = Title("应急资源", "Emergency resources")
STATE = Field("state", Title("状态", "State"), tile_zoom=0, codes=RESOURCE_STATE)

RESOURCES = Layer(
    key="emergency",
    title=Title("应急资源", "Emergency resources"),
    model="layers.EmergencyResource",
    geometry_type="point",
    fields=(
        NAME,
        Field("kind", Title("类型", "Kind"), tile_zoom=0, codes=EMERGENCY_KIND),
        STATE,
        Field("capacity", Title("容量（人）", "Capacity (people)"), "integer", tile_zoom=14),
        ADDRESS,
        Field("expires_on", Title("有效期至", "Expires on"), "date"),
        Field("checked_on", Title("最近检查", "Last checked"), "date"),
        CONTACT,
        AREA,
        SOURCE_ID,
    ),
    zooms=(12, 16),
    style=circles(
        "kind",
        EMERGENCY_KIND,
        {
            "shelter": "mark_green",
            "hydrant": "mark_red",
            "aed": "mark_pink",
            "team": "mark_blue",
            "fire_station": "mark_orange",
        },
    ),
    label=names(),
    order=230,
    group=GROUP,
    search_fields=("name", "address_text"),
    shown=False,
    permission=None,
)

WAREHOUSES = Layer(
    key="warehouses",
    title=Title("应急物资库", "Emergency warehouses"),
    model="layers.Warehouse",
    geometry_type="point",
    fields=(
        NAME,
        STATE,
        Field("stock", Title("库存", "Stock"), tile_zoom=15),
        ADDRESS,
        CONTACT,
        AREA,
        SOURCE_ID,
    ),
    zooms=(11, 16),
    style=circles(
        "state",
        RESOURCE_STATE,
        {
            "available": "mark_green",
            "occupied": "mark_sky",
            "damaged": "mark_red",
            "expired": "mark_grey",
        },
        6,
    ),
    label=names(from_zoom=14),
    order=235,
    group=GROUP,
    permission="view_emergency",
    search_fields=("name", "address_text"),
    shown=False,
    on_raster=False,
)

LAYERS = (RESOURCES, WAREHOUSES)
