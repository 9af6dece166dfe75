"""How the layers of points look: circles that grow as one zooms in, by the code list of one field."""

from collections.abc import Mapping

from layers.codelists import CodeList
from layers.registry import Field
from layers.styling import Circle, Label, Style, StyleClass, Title

NAME = Field("name", Title("名称", "Name"), tile_zoom=13)
ADDRESS = Field("address_text", Title("地址", "Address"), tile_zoom=16)
SOURCE_ID = Field("source_id", Title("来源编号", "Source id"))
PHONE = Field("phone", Title("电话", "Telephone"))
CONTACT = Field("phone", Title("联系电话", "Contact's telephone"), sensitivity="internal", mask="phone")
AREA = Field("area_code", Title("所在区域编码", "Area code"), tile_zoom=16)


def circles(field: str, codes: CodeList, colours: Mapping[str, str], size: float = 5) -> Style:
    """One class for each code, in the order of the list; `colours` names the palette's colour for each."""
    return Style(
        field=field,
        classes=tuple(
            StyleClass(code.title, (circle(colours[code.value], size),), values=(code.value,))
            for code in codes.codes
        ),
    )


def circle(colour: str, size: float) -> Circle:
    return Circle(
        colour, ((10, size * 0.4), (14, size * 0.8), (18, size * 1.5)), rim_colour="mark_rim", rim=1
    )


def names(field: str = "name", from_zoom: float = 15.5) -> Label:
    return Label(field, ((15, 10), (18, 12)), "label_soft", zooms=(from_zoom, 24))
