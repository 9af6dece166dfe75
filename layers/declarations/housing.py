"""Housing and population: the dwellings among the buildings by their condition, and counts for each grid."""

from layers.codelists import BUILDING_USE, DENSITY
from layers.declarations.base_map import AGE_FIELDS, HOUSING_FIELDS, NAME
from layers.registry import Field, Layer
from layers.styling import Fill, Label, Style, StyleClass, Title

GROUP = Title("人口与住房", "Population and housing")


def _danger(value: str, zh: str, en: str, colour: str) -> StyleClass:
    body = Fill(colour, ((13, 0.8), (16, 0.95)), outline="building_edge")
    return StyleClass(Title(zh, en), (body,), values=(value,))


def _density(value: str, colour: str) -> StyleClass:
    fill = Fill(colour, ((10, 0.75), (14, 0.55), (17, 0.3)), outline="border_faint")
    return StyleClass(DENSITY.title(value), (fill,), values=(value,))


HOUSING = Layer(
    key="housing",
    title=Title("住房", "Housing"),
    model="layers.Building",
    geometry_type="polygon",
    conditions=(("is_housing", True),),
    fields=(
        NAME,
        Field("building_no", Title("楼栋号", "Building number"), tile_zoom=15),
        Field("address_text", Title("地址", "Address"), tile_zoom=16),
        Field("use", Title("用途", "Use"), tile_zoom=0, codes=BUILDING_USE),
        Field("floors", Title("层数", "Floors"), "integer", tile_zoom=16),
        Field("units", Title("单元数", "Units"), "integer", tile_zoom=16),
        Field("households", Title("户数", "Households"), "integer", tile_zoom=14),
        Field("residents", Title("人数", "Residents"), "integer", tile_zoom=14),
        *HOUSING_FIELDS,
        *AGE_FIELDS,
    ),
    zooms=(14, 16),
    min_pixels=2,
    style=Style(
        field="danger_level",
        classes=(
            _danger("", "未鉴定", "Not appraised", "building"),
            _danger("A", "A级 安全", "A: sound", "mark_green"),
            _danger("B", "B级 基本安全", "B: sound but for parts", "mark_sky"),
            _danger("C", "C级 局部危险", "C: dangerous in part", "mark_orange"),
            _danger("D", "D级 整幢危险", "D: dangerous as a whole", "mark_red"),
        ),
    ),
    order=45,
    group=GROUP,
    shown=False,
    importable=False,
    permission=None,
)

POPULATION = Layer(
    key="population",
    title=Title("人口", "Population"),
    model="layers.GridPopulation",
    geometry_type="polygon",
    fields=(
        NAME,
        Field("buildings", Title("楼栋数", "Buildings"), "integer", tile_zoom=13),
        Field("households", Title("户数", "Households"), "integer", tile_zoom=0),
        Field("residents", Title("人数", "Residents"), "integer", tile_zoom=0),
        Field("residents_0_14", Title("0–14岁人数", "Residents aged 0-14"), "integer", tile_zoom=13),
        Field("residents_15_59", Title("15–59岁人数", "Residents aged 15-59"), "integer", tile_zoom=13),
        Field("residents_60_79", Title("60–79岁人数", "Residents aged 60-79"), "integer", tile_zoom=13),
        Field(
            "residents_80_up", Title("80岁以上人数", "Residents aged 80 and over"), "integer", tile_zoom=13
        ),
        Field("per_km2", Title("人口密度（人/平方公里）", "Residents per km2"), "integer", tile_zoom=0),
        Field("density", Title("密度分级", "Density"), tile_zoom=0, codes=DENSITY),
    ),
    zooms=(8, 15),
    style=Style(
        field="density",
        classes=(
            _density("none", "land"),
            _density("sparse", "density_1"),
            _density("medium", "density_2"),
            _density("dense", "density_3"),
            _density("very_dense", "density_4"),
        ),
    ),
    label=Label("residents", ((13, 10), (16, 13)), "label", zooms=(13, 24)),
    order=60,
    group=GROUP,
    shown=False,
    importable=False,
    permission=None,
)

LAYERS = (HOUSING, POPULATION)
