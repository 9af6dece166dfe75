"""Incidents as layers: those that are open, and all that were ever reported. Both for who may see incidents there."""

from incidents.loop.states import STATES
from layers.codelists import CodeList, codes
from layers.marks import AREA, SOURCE_ID, circles
from layers.registry import Field, Layer
from layers.styling import Title

GROUP = Title("事件", "Incidents")
LIGHT = codes(
    ("green", "时限内", "In time"), ("yellow", "即将到期", "Due soon"), ("red", "已超期", "Overdue")
)
URGENCY = codes(
    ("normal", "一般", "Normal"), ("urgent", "紧急", "Urgent"), ("emergency", "特急", "Emergency")
)
LEVEL = codes(
    ("1", "一般", "Ordinary"),
    ("2", "较大", "Considerable"),
    ("3", "重大", "Major"),
    ("4", "特别重大", "Extraordinary"),
)
STATE: CodeList = codes(*((state.key, state.title.zh, state.title.en) for state in STATES))

FIELDS = (
    Field("number", Title("事件编号", "Number"), tile_zoom=0),
    Field("item_code", Title("事项", "Item"), tile_zoom=0),
    Field("name", Title("标题", "Title"), sensitivity="internal"),
    Field("state", Title("状态", "State"), tile_zoom=0, codes=STATE),
    Field("light", Title("时限", "Light"), tile_zoom=0, codes=LIGHT),
    Field("level", Title("等级", "Level"), "integer", tile_zoom=0),
    Field("urgency", Title("紧急程度", "Urgency"), tile_zoom=0, codes=URGENCY),
    Field("source", Title("来源", "Source"), tile_zoom=12),
    Field("supervised", Title("督办等级", "Supervised"), "integer", tile_zoom=12),
    Field("reported_at", Title("上报时间", "Reported"), "moment", tile_zoom=0),
    Field("due_at", Title("办结时限", "Due"), "moment", tile_zoom=14),
    Field("closed_at", Title("结项时间", "Closed"), "moment"),
    Field("grid_code", Title("现网格编码", "Grid today"), tile_zoom=12),
    Field("grid_code_at_report", Title("上报时网格编码", "Grid at the report")),
    Field("lead_department", Title("责任部门", "Lead department"), tile_zoom=14),
    Field("address_text", Title("地址", "Address"), tile_zoom=14),
    Field("description", Title("描述", "Description"), sensitivity="internal"),
    Field("contact", Title("联系方式", "Contact"), sensitivity="protected"),
    AREA,
    SOURCE_ID,
)
COLOURS = {"green": "mark_green", "yellow": "mark_yellow", "red": "mark_red"}


def _layer(key: str, title: Title, order: int, shown: bool, condition: tuple[str, bool]) -> Layer:
    return Layer(
        key=key,
        title=title,
        model="incidents.Incident",
        geometry_type="point",
        fields=FIELDS,
        zooms=(9, 16),
        style=circles("light", LIGHT, COLOURS, 6),
        order=order,
        group=GROUP,
        conditions=(condition,),
        id_field="number",
        permission="view_incident",
        search_fields=("number", "address_text"),
        shown=shown,
        importable=False,
        on_raster=False,
    )


LAYERS = (
    _layer("incidents", Title("在办事件", "Open incidents"), 300, True, ("is_open", True)),
    _layer("incidents-all", Title("全部事件", "All incidents"), 295, False, ("is_draft", False)),
)
