"""Which column of a file fills which field of a layer, and what OpenStreetMap's words mean in ours.

A column is taken for a field if it has the field's name or one of the names below; `--map` overrides.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from gis_core.errors import WanggeError

# Field -> the names it goes by elsewhere, the first found wins. Several may be there: the first filled wins.
COLUMNS: dict[str, tuple[str, ...]] = {
    "source_id": ("source_id", "osm_id", "osm_ref", "id", "fid", "gid", "objectid"),
    "name": ("name", "名称", "mc", "name_zh"),
    "road_class": ("road_class", "highway", "railway", "fclass", "道路等级"),
    "use": ("use", "building", "amenity", "用途"),
    "address_text": ("address_text", "address", "addr_street", "addr:street", "地址"),
    "building_no": ("building_no", "addr_housenumber", "addr:housenumber", "楼栋号"),
    "floors": ("floors", "levels", "building_levels", "building:levels", "层数"),
    "units": ("units", "单元数"),
    "households": ("households", "户数"),
    "residents": ("residents", "人数"),
}
# The titles of the declaration are names too. What the fields of the thematic layers are called besides.
COLUMNS |= {
    "uscc": ("uscc", "统一社会信用代码", "社会信用代码", "信用代码", "credit_code"),
    "phone": ("phone", "电话", "联系电话", "tel", "telephone", "contact:phone"),
    "employees": ("employees", "从业人数", "员工数", "人数"),
    "gb_code": ("gb_code", "国标编码", "设备编码", "国标id", "编码"),
    "device_code": ("device_code", "设备编码", "device_id", "编码"),
    "level": ("level", "等级", "医院等级"),
    "stage": ("stage", "学段", "办学类型", "amenity"),
    "post": ("post", "岗位", "职务"),
    "state": ("state", "状态", "status"),
    "capacity": ("capacity", "容量", "容纳人数", "人数"),
}
KINDS: dict[str, tuple[str, ...]] = {
    "hospitals": ("kind", "类型", "类别", "amenity"),
    "public_buildings": ("kind", "类型", "类别", "tourism", "leisure", "amenity", "shop", "office"),
    "enterprises": ("kind", "类型", "企业类型"),
    "emergency": ("kind", "类型", "类别", "emergency"),
    "cameras": ("kind", "类型", "设备类型"),
    "sensors": ("kind", "类型", "设备类型"),
    "water": ("kind", "water", "waterway", "natural", "类型"),
    "landuse": ("kind", "landuse", "leisure", "natural", "类型"),
}

# Layer key -> OpenStreetMap's value -> ours. What stands in neither is a mistake in the file, and is reported.
WORDS: dict[str, dict[str, str]] = {
    "roads": {
        **dict.fromkeys(("motorway", "motorway_link", "trunk", "trunk_link"), "expressway"),
        **dict.fromkeys(("primary", "primary_link"), "arterial"),
        **dict.fromkeys(("secondary_link",), "secondary"),
        **dict.fromkeys(("tertiary", "tertiary_link", "residential", "unclassified", "road"), "local"),
        **dict.fromkeys(("service", "living_street", "pedestrian"), "lane"),
        **dict.fromkeys(
            ("footway", "cycleway", "steps", "track", "bridleway", "platform", "corridor"), "path"
        ),
        **dict.fromkeys(("rail", "light_rail", "subway", "tram"), "railway"),
    },
    "water": {
        **dict.fromkeys(("water", "reservoir", "basin"), "lake"),
        **dict.fromkeys(("stream", "riverbank"), "river"),
        **dict.fromkeys(("ditch", "drain"), "canal"),
        "wetland": "pond",
    },
    "landuse": {
        **dict.fromkeys(("retail",), "commercial"),
        **dict.fromkeys(("quarry", "port", "railway_yard"), "industrial"),
        **dict.fromkeys(("stadium", "sports_centre", "education", "institutional", "religious"), "public"),
        **dict.fromkeys(("track", "pitch", "swimming_pool", "playground"), "public"),
        **dict.fromkeys(("garden", "grass", "recreation_ground", "village_green", "meadow"), "park"),
        **dict.fromkeys(("farmyard", "orchard", "vineyard", "greenhouse_horticulture"), "farmland"),
        **dict.fromkeys(("wood", "scrub"), "forest"),
        **dict.fromkeys(("railway", "garages"), "transport"),
        **dict.fromkeys(("construction", "brownfield", "greenfield", "military", "cemetery"), "other"),
    },
    "buildings": {
        **dict.fromkeys(("apartments", "dormitory", "house", "terrace", "semidetached_house"), "residential"),
        **dict.fromkeys(("detached", "hut", "cabin"), "bungalow"),
        **dict.fromkeys(("retail", "supermarket", "kiosk", "hotel", "restaurant"), "commercial"),
        **dict.fromkeys(("university", "college", "kindergarten"), "school"),
        **dict.fromkeys(("clinic",), "hospital"),
        **dict.fromkeys(
            ("train_station", "transportation", "civic", "government", "church", "temple"), "public"
        ),
        **dict.fromkeys(("warehouse", "factory", "manufacture"), "industrial"),
        **dict.fromkeys(("yes", "roof", "garage", "construction", "service", "shed"), "other"),
    },
}


def mapping(
    key: str,
    fields: tuple[str, ...],
    present: tuple[str, ...],
    given: Mapping[str, str],
    titles: Mapping[str, tuple[str, ...]],
) -> dict[str, tuple[str, ...]]:
    """Field -> the file's columns that fill it, in order of preference; a field without any is left out.

    `given` is what the user said (field -> column); `titles`: what the layer calls its fields. Raises WanggeError
    for a field that the layer does not have, or a column that the file does not have.
    """
    check_fields(given, fields)
    for column in given.values():
        _check(_("The file has no column %(name)s. It has: %(allowed)s."), column, present)
    guessed = {field: _present(_names(key, field, titles), present) for field in fields}
    chosen = guessed | {field: (column,) for field, column in given.items()}
    return {field: columns for field, columns in chosen.items() if columns}


def check_fields(given: Mapping[str, str], fields: tuple[str, ...]) -> None:
    """Raises WanggeError for a name that is no field that a file can fill."""
    for field in given:
        _check(_("The layer has no field %(name)s. It has: %(allowed)s."), field, fields)


def _check(message: str, name: str, allowed: tuple[str, ...]) -> None:
    if name not in allowed:
        raise WanggeError(message % {"name": name, "allowed": ", ".join(allowed)}, {"allowed": list(allowed)})


def _names(key: str, field: str, titles: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    known = KINDS.get(key, ("kind",)) if field == "kind" else COLUMNS.get(field, (field,))
    return (*known, *titles.get(field, ()))


def _present(names: tuple[str, ...], present: tuple[str, ...]) -> tuple[str, ...]:
    by_lower = {column.lower(): column for column in present}
    return tuple(dict.fromkeys(by_lower[name.lower()] for name in names if name.lower() in by_lower))


def translated(key: str, value: str) -> str:
    """OpenStreetMap's word in ours; any other as it is."""
    return WORDS.get(key, {}).get(value, value)
