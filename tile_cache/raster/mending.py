"""Where MapProxy 7 answers otherwise than a client can use: it says 500 to every WMS request that goes wrong."""

from http import HTTPStatus

from mapproxy.request.wms.exception import WMSXMLExceptionHandler

ENGINE_FAILED = (b"Could not get any sources", b"Error during CGI call", b"CGI script")
"""What MapProxy says when the request was right and MapServer did not answer."""


def mend() -> None:
    """Once, before the first request: a request that MapProxy refuses was wrong."""
    WMSXMLExceptionHandler.status_code = HTTPStatus.BAD_REQUEST


def status_of(said: int, body: bytes) -> int:
    """The status to pass on."""
    failed = said == HTTPStatus.BAD_REQUEST and any(words in body[:2000] for words in ENGINE_FAILED)
    return HTTPStatus.SERVICE_UNAVAILABLE if failed else said
