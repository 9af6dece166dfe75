"""The kinds of help that a situation looks for around a place: which layer holds them, and which rows count."""

from dataclasses import dataclass, field
from typing import Any

from layers.styling import Title


@dataclass(frozen=True)
class Kind:
    """`rows` and `without`: fields and values that a row has, or must not have. `tells`: public fields shown with it.

    `many`: how many of them are told around a place. `for_areas`: whether an area is told its nearest one.
    `reach_m`: how far it helps, in a straight line; None: from anywhere, by street where there is one.
    """

    key: str
    title: Title
    layer: str
    rows: dict[str, Any] = field(default_factory=dict)
    without: dict[str, Any] = field(default_factory=dict)
    tells: tuple[str, ...] = ()
    many: int = 3
    for_areas: bool = False
    reach_m: float | None = None


CAMERA_M = 200.0
"""Beyond this a camera of a street shows nobody what happens at a place."""
OUT_OF_USE = {"state__in": ("damaged", "expired")}


def _resource(
    key: str, zh: str, en: str, tells: tuple[str, ...] = (), many: int = 3, for_areas: bool = False
) -> Kind:
    return Kind(
        key, Title(zh, en), "emergency", {"kind": key}, OUT_OF_USE, ("state", *tells), many, for_areas
    )


KINDS = (
    Kind(
        "hospital",
        Title("医院", "Hospital"),
        "hospitals",
        without={"kind": "clinic"},
        tells=("level", "beds", "has_emergency_room", "phone"),
        for_areas=True,
    ),
    _resource("shelter", "避难场所", "Shelter", ("capacity",), for_areas=True),
    Kind(
        "warehouse",
        Title("应急物资库", "Emergency warehouse"),
        "warehouses",
        without=OUT_OF_USE,
        tells=("state", "stock"),
        for_areas=True,
    ),
    _resource("hydrant", "消火栓", "Fire hydrant", for_areas=True),
    _resource("team", "应急队伍", "Emergency team", ("capacity",), for_areas=True),
    _resource("aed", "自动体外除颤器", "Defibrillator", many=2),
    _resource("fire_station", "消防站", "Fire station", ("capacity",), 1),
    Kind(
        "camera",
        Title("视频监控", "Camera"),
        "cameras",
        {"state": "online"},
        tells=("kind", "azimuth", "view_angle"),
        many=6,
        reach_m=CAMERA_M,
    ),
)
