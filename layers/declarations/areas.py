"""The administrative tree as layers, one for each tier: live rows only.

Fills say which tier the map is about at a zoom (a click means the finest one filled); borders of the tiers
above stay, stronger upward, so that a grid is always seen inside its village, town and county.
"""

from layers.registry import Field, Layer
from layers.styling import Fill, Label, Line, Style, StyleClass, Symbol, Title

GROUP = Title("行政区划与网格", "Areas and grids")
GENERAL, SPECIAL = Title("综合网格", "General"), Title("专属网格", "Special")

FIELDS = (
    Field("code", Title("编码", "Code"), tile_zoom=0),
    Field("name", Title("名称", "Name"), tile_zoom=0),
    Field("tier", Title("层级", "Tier")),
    Field("parent_code", Title("上级编码", "Parent code"), tile_zoom=0),
    Field("kind", Title("类型", "Kind"), tile_zoom=0),
    # Not on tiles: one moved vertex would change every tile of its grid.
    Field("area_m2", Title("面积（平方米）", "Area (m2)"), "number"),
    Field("valid_from", Title("启用时间", "Valid from"), "moment"),
)


def _layer(
    tier: str,
    key: str,
    title: Title,
    order: int,
    zooms: tuple[int, int],
    symbols: tuple[Symbol, ...],
    label: Label,
) -> Layer:
    return Layer(
        key=key,
        title=title,
        model="gis_core.Area",
        geometry_type="polygon",
        conditions=(("tier", tier), ("valid_to", None)),
        fields=FIELDS,
        zooms=zooms,
        style=Style((StyleClass(title, symbols),)),
        label=label,
        order=order,
        group=GROUP,
        id_field="code",
        permission=None,
    )


def _border(colour: str, width: tuple[tuple[float, float], ...], from_zoom: float) -> Line:
    return Line(colour, width, zooms=(from_zoom, 24))


GRID_FILL = ((13.5, 0.04), (15, 0.05), (17, 0.02))

_GRIDS = Layer(
    key="grids",
    title=Title("网格", "Grids"),
    model="gis_core.Area",
    geometry_type="polygon",
    conditions=(("tier", "grid"), ("valid_to", None)),
    fields=FIELDS,
    zooms=(10, 16),
    style=Style(
        field="kind",
        classes=(
            StyleClass(
                GENERAL,
                (
                    Fill("area", GRID_FILL, zooms=(13.5, 24)),
                    _border("border_soft", ((13, 0.5), (15, 1.2), (17, 2.2), (19, 3.2)), 13),
                ),
                values=("general",),
            ),
            StyleClass(
                SPECIAL,
                (
                    Fill("area_special", ((13.5, 0.12), (17, 0.08)), zooms=(13.5, 24)),
                    _border("area_special", ((13, 0.6), (15, 1.3), (17, 2.3), (19, 3.3)), 13),
                ),
                values=("special",),
            ),
        ),
    ),
    label=Label("name", ((14, 11), (17, 14)), "label", zooms=(14.2, 24)),
    order=110,
    group=GROUP,
    id_field="code",
    permission=None,
)

LAYERS = (
    _layer(
        "microgrid",
        "microgrids",
        Title("微网格", "Microgrids"),
        100,
        (14, 17),
        (Line("border_faint", ((16, 0.5), (19, 1.2)), dash=(3, 2), zooms=(16, 24)),),
        Label("name", 11, "label_faint", zooms=(17.2, 24)),
    ),
    _GRIDS,
    _layer(
        "village",
        "villages",
        Title("社区（村）", "Villages"),
        120,
        (9, 16),
        (
            Fill("area", ((11.5, 0.05), (13.5, 0.03)), zooms=(11.5, 13.5)),
            _border("border_soft", ((10.8, 0.4), (13, 1.2), (16, 2.6), (19, 4)), 10.8),
        ),
        Label("name", ((12, 11), (14, 13)), "label_soft", zooms=(12.2, 14.2)),
    ),
    _layer(
        "town",
        "towns",
        Title("乡镇（街道）", "Towns"),
        130,
        (7, 15),
        (
            Fill("area", 0.05, zooms=(9.5, 11.5)),
            _border("border", ((8.5, 0.6), (11, 1.4), (14, 2.4), (17, 3.4)), 8.5),
        ),
        Label("name", ((9.5, 12), (12, 15)), "label", zooms=(9.5, 12.4), strong=True),
    ),
    _layer(
        "county",
        "counties",
        Title("区县", "Counties"),
        140,
        (0, 14),
        (
            Fill("area", 0.06, zooms=(0, 9.5)),
            _border("border", ((5, 0.8), (9, 1.8), (12, 3), (16, 4.6)), 0),
        ),
        Label("name", ((6, 12), (9.5, 17)), "label", zooms=(5.5, 9.7), strong=True),
    ),
    _layer(
        "city",
        "cities",
        Title("市", "Cities"),
        150,
        (0, 12),
        (_border("border", ((4, 1), (9, 2.6), (13, 4.5)), 0),),
        Label("name", ((4, 12), (7, 18)), "label", zooms=(4, 7), strong=True),
    ),
    _layer(
        "province",
        "provinces",
        Title("省", "Provinces"),
        160,
        (0, 10),
        (_border("border", ((3, 1.2), (8, 3.2), (12, 5)), 0),),
        Label("name", ((3, 12), (6, 18)), "label_soft", zooms=(2, 5.5), strong=True),
    ),
)
