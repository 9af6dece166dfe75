"""The colours of the map, by name, for the dark and the light theme; nothing on the map has another.

The grounds match the front end's tokens (web/src/theme/tokens.css). Fills of the ground stay pale, so that
what lies over them (grids, incidents, figures) is what the eye meets.
"""

THEMES = ("dark", "light")

COLOURS: dict[str, tuple[str, str]] = {
    # name: (dark, light)
    "ground": ("#0a111d", "#f1f3f1"),
    "halo": ("#0a111d", "#ffffff"),
    "label": ("#dfe8f5", "#22304a"),
    "label_soft": ("#a5b5cd", "#4a5a73"),
    "label_faint": ("#8193ae", "#66758c"),
    "label_water": ("#7fb4da", "#2f6f9f"),
    "label_road": ("#93a3bd", "#5d6675"),
    "area": ("#5aa6ff", "#155fd0"),
    "area_special": ("#b59cff", "#6d3fc4"),
    "border": ("#86bfff", "#2a5fb0"),
    "border_soft": ("#6d97cc", "#5580bd"),
    "border_faint": ("#5b7fae", "#7a98c4"),
    "water": ("#17405f", "#a9d3ee"),
    "water_edge": ("#20527a", "#8cc1e4"),
    "residential": ("#101a2a", "#ebebe8"),
    "commercial": ("#1d2032", "#f5ebe3"),
    "industrial": ("#1a1f2e", "#e8e6ee"),
    "public": ("#172338", "#f0eadb"),
    "park": ("#15352c", "#cfe6c8"),
    "farmland": ("#121f1f", "#eaf0da"),
    "forest": ("#133029", "#c3dfbd"),
    "transport": ("#151f31", "#e6e8ec"),
    "land": ("#0f1827", "#ecefee"),
    "road_casing": ("#0a111d", "#cfd5dd"),
    "expressway": ("#8a7644", "#f6c667"),
    "expressway_casing": ("#1b1a1a", "#cf9636"),
    "arterial": ("#66748d", "#fde9b4"),
    "arterial_casing": ("#0d1524", "#dcc07a"),
    "secondary": ("#4d5c77", "#ffffff"),
    "local": ("#3b4963", "#ffffff"),
    "lane": ("#2f3c54", "#ffffff"),
    "path": ("#4a5a74", "#b9ab93"),
    "railway": ("#56647d", "#98a1ae"),
    "building": ("#243249", "#dedad3"),
    "building_public": ("#2c3a5c", "#dcd6e4"),
    "building_work": ("#2b3548", "#d9d8d6"),
    "building_edge": ("#3a4a67", "#c4beb4"),
    "building_shadow": ("#060b14", "#b9b4aa"),
    # The load of a grid against the band of households, told apart also by who sees no red or green.
    "load_under": ("#2b6a9e", "#9cc7e8"),
    "load_within": ("#3d4f68", "#dfe5df"),
    "load_over": ("#b5622a", "#f3b27a"),
    "load_none": ("#5a4f8a", "#cdc3ea"),
    "changed": ("#ffd166", "#c2410c"),
    # Marks of the thematic layers: the eight colours that Okabe and Ito chose so that colour-blind people tell them
    # apart, a little lighter on the dark ground, a little darker on the light one.
    "mark_orange": ("#f0b23e", "#c27c00"),
    "mark_sky": ("#6cc3f0", "#2b8fc4"),
    "mark_green": ("#27c196", "#00785a"),
    "mark_yellow": ("#f4e76a", "#a89a00"),
    "mark_blue": ("#4c9be8", "#005b96"),
    "mark_red": ("#f07a3a", "#b84a00"),
    "mark_pink": ("#dd9abf", "#a6527f"),
    "mark_grey": ("#97a3b5", "#6b7480"),
    "mark_rim": ("#0a111d", "#ffffff"),
    # How many live there: one hue, from little to much.
    "density_1": ("#1c2f4a", "#e3eaf6"),
    "density_2": ("#27507f", "#b5cbe8"),
    "density_3": ("#3d7fbf", "#6fa0d6"),
    "density_4": ("#7fb9f2", "#2a64ab"),
}


def colour(name: str, theme: str) -> str:
    """The colour as #rrggbb. Raises KeyError for a name that the palette lacks."""
    return COLOURS[name][THEMES.index(theme)]
