"""How the interface's own description names our ways of signing in; loaded when the app is ready."""

from drf_spectacular.authentication import BasicScheme, SessionScheme, TokenScheme


class OurSession(SessionScheme):
    """The session of the pages."""

    target_class = "gis_core.authentication.Session"


class OurBasic(BasicScheme):
    """HTTP Basic, with a password made for the program."""

    target_class = "gis_core.authentication.Basic"


class OurToken(TokenScheme):
    """A token, of a system or of a user."""

    target_class = "gis_core.authentication.Token"
    priority = 1
