"""Public buildings, hospitals and schools."""

from layers.codelists import HOSPITAL_KIND, HOSPITAL_LEVEL, PUBLIC_KIND, RISK_LEVEL, SCHOOL_STAGE
from layers.marks import ADDRESS, AREA, CONTACT, NAME, PHONE, SOURCE_ID, circles, names
from layers.registry import Field, Layer
from layers.styling import Title

GROUP = Title("公共服务", "Public services")

PUBLIC_BUILDINGS = Layer(
    key="public_buildings",
    title=Title("公共建筑", "Public buildings"),
    model="layers.PublicBuilding",
    geometry_type="point",
    fields=(
        NAME,
        Field("kind", Title("类型", "Kind"), tile_zoom=0, codes=PUBLIC_KIND),
        ADDRESS,
        Field("capacity", Title("容纳人数", "Capacity"), "integer", tile_zoom=15),
        Field("risk_level", Title("风险等级", "Risk level"), tile_zoom=14, codes=RISK_LEVEL),
        Field("fire_exits", Title("安全出口数", "Fire exits"), "integer"),
        CONTACT,
        AREA,
        SOURCE_ID,
    ),
    zooms=(12, 16),
    style=circles(
        "kind",
        PUBLIC_KIND,
        {
            "government": "mark_blue",
            "police": "mark_blue",
            "culture": "mark_pink",
            "sports": "mark_green",
            "transport": "mark_sky",
            "mall": "mark_orange",
            "hotel": "mark_orange",
            "cinema": "mark_pink",
            "elderly_care": "mark_red",
            "religious": "mark_yellow",
            "scenic": "mark_green",
            "other": "mark_grey",
        },
    ),
    label=names(),
    order=210,
    group=GROUP,
    search_fields=("name", "address_text"),
    shown=False,
    permission=None,
)

HOSPITALS = Layer(
    key="hospitals",
    title=Title("医院", "Hospitals"),
    model="layers.Hospital",
    geometry_type="point",
    fields=(
        NAME,
        Field("kind", Title("类别", "Kind"), tile_zoom=0, codes=HOSPITAL_KIND),
        Field("level", Title("等级", "Level"), tile_zoom=0, codes=HOSPITAL_LEVEL),
        ADDRESS,
        Field("beds", Title("床位数", "Beds"), "integer", tile_zoom=14),
        Field("has_emergency_room", Title("设急诊", "Emergency room"), "flag", tile_zoom=12),
        Field("has_fever_clinic", Title("设发热门诊", "Fever clinic"), "flag"),
        PHONE,
        AREA,
        SOURCE_ID,
    ),
    zooms=(9, 16),
    style=circles(
        "kind",
        HOSPITAL_KIND,
        {
            "general": "mark_red",
            "tcm": "mark_green",
            "maternal": "mark_pink",
            "specialist": "mark_orange",
            "community": "mark_sky",
            "clinic": "mark_grey",
        },
        6,
    ),
    label=names(from_zoom=13.5),
    order=220,
    group=GROUP,
    search_fields=("name", "address_text"),
    shown=False,
    permission=None,
)

SCHOOLS = Layer(
    key="schools",
    title=Title("学校", "Schools"),
    model="layers.School",
    geometry_type="point",
    fields=(
        NAME,
        Field("stage", Title("学段", "Stage"), tile_zoom=0, codes=SCHOOL_STAGE),
        Field("school_code", Title("学校标识码", "School code"), tile_zoom=16),
        ADDRESS,
        Field("students", Title("学生数", "Pupils"), "integer", tile_zoom=14),
        Field("staff", Title("教职工数", "Staff"), "integer", tile_zoom=14),
        CONTACT,
        AREA,
        SOURCE_ID,
    ),
    zooms=(10, 16),
    style=circles(
        "stage",
        SCHOOL_STAGE,
        {
            "kindergarten": "mark_pink",
            "primary": "mark_yellow",
            "junior": "mark_orange",
            "senior": "mark_red",
            "middle": "mark_orange",
            "vocational": "mark_sky",
            "university": "mark_blue",
        },
        5.5,
    ),
    label=names(from_zoom=14),
    order=215,
    group=GROUP,
    search_fields=("name", "address_text", "school_code"),
    shown=False,
    permission=None,
)

LAYERS = (PUBLIC_BUILDINGS, HOSPITALS, SCHOOLS)
