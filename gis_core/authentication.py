"""How a request says who sends it: a session of the web pages, HTTP Basic, or a token."""

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class Session(SessionAuthentication):
    """Django's session. REST framework takes the first class's challenge, and answers 401 only if it has one."""

    def authenticate_header(self, request: Request) -> str:
        from gis_core.access import CHALLENGE

        return CHALLENGE
