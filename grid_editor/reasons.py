"""Why a command is refused, in words for people who know their streets and not their GIS."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

import shapely

from gis_core.errors import WanggeError


@dataclass(frozen=True)
class Reason:
    """`code` is a stable word for programs; `message` the translated sentence; `codes` the grids it is about;
    `place` where, EPSG:4490."""

    code: str
    message: str
    codes: tuple[str, ...] = ()
    place: shapely.Geometry | None = None


class Refusal(WanggeError):
    """A command that cannot be applied; the draft is as it was."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "command_refused"

    def __init__(self, reason: Reason) -> None:
        place = None if reason.place is None else shapely.geometry.mapping(reason.place)
        details = {"reason": reason.code, "codes": list(reason.codes), "place": place}
        super().__init__(reason.message, details, reason.code)
        self.reason = reason


def refuse(
    code: str, message: str, codes: Iterable[str] = (), place: shapely.Geometry | None = None
) -> Refusal:
    """The refusal to raise."""
    return Refusal(Reason(code, message, tuple(codes), place))


def short(code: str) -> str:
    """The last three digits, which is how people call a grid within its village."""
    return code[-3:]
