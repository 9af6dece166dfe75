"""Why a Transaction cannot be read."""

from gis_core.errors import WanggeError


class NotReadable(WanggeError):
    """The document is not what the version's schema says, or asks for what this server does not have."""

    code = "not_readable"


class NotPolygon(WanggeError):
    """A geometry that is no polygon, or none that can be stored."""

    code = "not_polygon"


class WrongCrs(WanggeError):
    """A coordinate system that the service does not take."""

    code = "wrong_crs"
