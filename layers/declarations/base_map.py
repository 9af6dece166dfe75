"""The base map of the district: land use, water, buildings and roads. No other map need be there."""

from layers.codelists import BUILDING_STRUCTURE, BUILDING_USE, DANGER_LEVEL
from layers.registry import Field, Layer
from layers.styling import Fill, Label, Line, Size, Stops, Style, StyleClass, Title

GROUP = Title("底图", "Base map")
NAME = Field("name", Title("名称", "Name"), tile_zoom=0)
SOURCE_ID = Field("source_id", Title("来源编号", "Source id"))
KIND = Field("kind", Title("类型", "Kind"), tile_zoom=0)

HOUSING_FIELDS = (
    Field("structure", Title("结构", "Structure"), tile_zoom=16, codes=BUILDING_STRUCTURE),
    Field("year_built", Title("建成年份", "Year built"), "integer", tile_zoom=16),
    Field("danger_level", Title("危房等级", "Danger level"), tile_zoom=0, codes=DANGER_LEVEL),
    Field("property_company", Title("物业公司", "Property company")),
)
# Of one house, even counts by age say who lives there.
AGE_FIELDS = tuple(
    Field(name, title, "integer", sensitivity="internal")
    for name, title in (
        ("residents_0_14", Title("0–14岁人数", "Residents aged 0-14")),
        ("residents_15_59", Title("15–59岁人数", "Residents aged 15-59")),
        ("residents_60_79", Title("60–79岁人数", "Residents aged 60-79")),
        ("residents_80_up", Title("80岁以上人数", "Residents aged 80 and over")),
    )
)
LANDUSE_FADE = ((8, 0.5), (11, 0.9))


def _landuse(value: str, zh: str, en: str, colour: str) -> StyleClass:
    return StyleClass(Title(zh, en), (Fill(colour, LANDUSE_FADE),), values=(value,))


def _water(value: str, zh: str, en: str) -> StyleClass:
    return StyleClass(Title(zh, en), (Fill("water", outline="water_edge"),), values=(value,))


def _building(values: tuple[str, ...], zh: str, en: str, colour: str) -> StyleClass:
    shadow = Fill("building_shadow", ((15, 0), (16.5, 0.5)), shift=(1.5, 2))
    body = Fill(colour, ((14.8, 0.35), (16, 1)), outline="building_edge")
    return StyleClass(Title(zh, en), (shadow, body), values=values)


def _road(
    value: str, title: Title, width: Stops, min_zoom: int, casing: str | None = "road_casing", rim: Size = 1
) -> StyleClass:
    line = Line(value, width, casing=casing, rim=rim, zooms=(min_zoom, 24))
    return StyleClass(title, (line,), values=(value,), min_zoom=min_zoom)


LANDUSE = Layer(
    key="landuse",
    title=Title("用地", "Land use"),
    model="layers.Landuse",
    geometry_type="polygon",
    fields=(NAME, KIND, SOURCE_ID),
    zooms=(8, 15),
    min_pixels=3,
    style=Style(
        field="kind",
        classes=(
            _landuse("other", "其他用地", "Other", "land"),
            _landuse("farmland", "农田", "Farmland", "farmland"),
            _landuse("residential", "居住用地", "Residential", "residential"),
            _landuse("industrial", "工业用地", "Industrial", "industrial"),
            _landuse("commercial", "商业用地", "Commercial", "commercial"),
            _landuse("public", "公共设施", "Public facilities", "public"),
            _landuse("transport", "交通用地", "Transport", "transport"),
            _landuse("forest", "林地", "Forest", "forest"),
            _landuse("park", "公园绿地", "Parks", "park"),
        ),
    ),
    search_fields=("name",),
    order=10,
    group=GROUP,
    permission=None,
)

WATER = Layer(
    key="water",
    title=Title("水系", "Water"),
    model="layers.Water",
    geometry_type="polygon",
    fields=(NAME, KIND, SOURCE_ID),
    zooms=(6, 15),
    min_pixels=2,
    style=Style(
        field="kind",
        classes=(
            _water("river", "河流", "Rivers"),
            _water("lake", "湖泊", "Lakes"),
            _water("canal", "沟渠", "Canals"),
            _water("pond", "池塘", "Ponds"),
            _water("moat", "护城河", "Moats"),
        ),
    ),
    label=Label("name", ((12, 11), (16, 13)), "label_water", zooms=(12.5, 24)),
    search_fields=("name",),
    order=20,
    group=GROUP,
    permission=None,
)

BUILDINGS = Layer(
    key="buildings",
    title=Title("建筑", "Buildings"),
    model="layers.Building",
    geometry_type="polygon",
    fields=(
        NAME,
        Field("use", Title("用途", "Use"), tile_zoom=0, codes=BUILDING_USE),
        Field("address_text", Title("地址", "Address"), tile_zoom=16),
        Field("building_no", Title("楼栋号", "Building number"), tile_zoom=16),
        Field("floors", Title("层数", "Floors"), "integer", tile_zoom=16),
        Field("units", Title("单元数", "Units"), "integer", tile_zoom=16),
        Field("households", Title("户数", "Households"), "integer", tile_zoom=16),
        Field("residents", Title("人数", "Residents"), "integer", tile_zoom=16),
        *HOUSING_FIELDS,
        *AGE_FIELDS,
        SOURCE_ID,
    ),
    search_fields=("name", "address_text"),
    zooms=(14, 16),
    min_pixels=2,
    style=Style(
        field="use",
        classes=(
            _building(("residential", "mixed", "bungalow"), "住宅", "Housing", "building"),
            _building(("commercial", "office", "industrial", "other"), "商务与工业", "Work", "building_work"),
            _building(("public", "school", "hospital"), "公共建筑", "Public buildings", "building_public"),
        ),
    ),
    label=Label("building_no", ((17, 10), (19, 12)), "label_faint", zooms=(17.4, 24)),
    order=40,
    group=GROUP,
    permission=None,
)

ROADS = Layer(
    key="roads",
    title=Title("道路", "Roads"),
    model="layers.Road",
    geometry_type="line",
    fields=(NAME, Field("road_class", Title("等级", "Class"), tile_zoom=0), SOURCE_ID),
    zooms=(7, 15),
    style=Style(
        field="road_class",
        classes=(
            StyleClass(
                Title("小径", "Paths"),
                (Line("path", ((14.5, 0.6), (18, 1.6)), dash=(3, 1.5), zooms=(14.5, 24)),),
                values=("path",),
                min_zoom=14,
            ),
            StyleClass(
                Title("铁路", "Railways"),
                (
                    Line("railway", ((10, 0.8), (16, 3)), zooms=(9, 24)),
                    Line("ground", ((12, 0.4), (16, 1.8)), dash=(4, 4), zooms=(12, 24)),
                ),
                values=("railway",),
                min_zoom=9,
            ),
            _road(
                "lane", Title("背街小巷", "Lanes"), ((13.5, 0.4), (15, 1.2), (17, 4), (19, 9)), 14, rim=0.6
            ),
            _road(
                "local", Title("支路", "Local roads"), ((12, 0.5), (14, 1.6), (16, 5), (19, 18)), 12, rim=0.8
            ),
            _road(
                "secondary", Title("次干道", "Secondary roads"), ((11, 0.6), (14, 2.6), (16, 7), (19, 26)), 11
            ),
            _road(
                "arterial",
                Title("主干道", "Arterial roads"),
                ((9, 0.6), (12, 1.8), (14, 3.8), (16, 9), (19, 32)),
                9,
                "arterial_casing",
            ),
            _road(
                "expressway",
                Title("快速路", "Expressways"),
                ((7, 0.7), (11, 2.2), (14, 4.8), (16, 11), (19, 38)),
                7,
                "expressway_casing",
            ),
        ),
    ),
    label=Label("name", ((13, 10), (16, 12.5)), "label_road", zooms=(13.2, 24), along=True, spacing=320),
    search_fields=("name",),
    order=50,
    group=GROUP,
    permission=None,
)

LAYERS = (LANDUSE, WATER, BUILDINGS, ROADS)
