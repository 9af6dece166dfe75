"""Why a file is not taken at all."""

from http import HTTPStatus

from gis_core.errors import WanggeError


class TooLarge(WanggeError):
    """More than the server takes in one file; the message says how much that is."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


class WrongFile(WanggeError):
    """Not one of the formats, or not what its name says."""

    code = "wrong_file"
