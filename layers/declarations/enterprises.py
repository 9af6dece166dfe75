"""Enterprises and other employers."""

from layers.codelists import ENTERPRISE_KIND, ENTERPRISE_STATE, INDUSTRY, SAFETY_CLASS
from layers.marks import ADDRESS, AREA, CONTACT, NAME, SOURCE_ID, circles, names
from layers.registry import Field, Layer
from layers.styling import Title

ENTERPRISES = Layer(
    key="enterprises",
    title=Title("企业", "Enterprises"),
    model="layers.Enterprise",
    geometry_type="point",
    fields=(
        NAME,
        Field("uscc", Title("统一社会信用代码", "Unified social credit code"), tile_zoom=16),
        Field("kind", Title("类型", "Kind"), tile_zoom=0, codes=ENTERPRISE_KIND),
        Field("industry", Title("行业门类", "Industry"), tile_zoom=15, codes=INDUSTRY),
        Field("state", Title("状态", "State"), tile_zoom=15, codes=ENTERPRISE_STATE),
        ADDRESS,
        Field("employees", Title("从业人数", "Employees"), "integer", tile_zoom=16),
        Field("safety_class", Title("安全类别", "Safety class"), tile_zoom=14, codes=SAFETY_CLASS),
        Field("fire_key_unit", Title("消防重点单位", "Key unit of fire safety"), "flag", tile_zoom=14),
        Field("licence_expiry", Title("许可证到期日", "Licence expires"), "date"),
        Field("last_inspection", Title("最近检查", "Last inspected"), "date"),
        CONTACT,
        AREA,
        SOURCE_ID,
    ),
    zooms=(14, 16),
    style=circles(
        "kind",
        ENTERPRISE_KIND,
        {
            "enterprise": "mark_blue",
            "individual": "mark_orange",
            "small_place": "mark_red",
            "social": "mark_green",
            "institution": "mark_sky",
        },
        3.5,
    ),
    label=names(from_zoom=17),
    order=205,
    group=Title("企业与单位", "Enterprises"),
    search_fields=("name", "address_text", "uscc"),
    shown=False,
    permission=None,
)

LAYERS = (ENTERPRISES,)
