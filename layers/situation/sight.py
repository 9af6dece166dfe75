"""Whether a camera looks towards a place: asked by `help` of the cameras within reach."""

from typing import Any

from pyproj import Geod

GEOD = Geod(ellps="GRS80")
TURNING, ALL_ROUND = "dome", "panoramic"


def sees(camera: dict[str, Any], stands: tuple[float, float], place: tuple[float, float]) -> bool | None:
    """True where the bearing to the place (both lon, lat) is within the camera's angle; None where it is not known:
    where one that turns looks now, nobody has said."""
    if camera.get("kind") == ALL_ROUND:
        return True
    azimuth, angle = camera.get("azimuth"), camera.get("view_angle")
    if azimuth is None or angle is None or camera.get("kind") == TURNING:
        return None
    bearing = GEOD.inv(*stands, *place)[0]
    off = abs((bearing - azimuth + 180) % 360 - 180)
    return bool(off <= angle / 2)
