"""Why a row cannot be imported."""


class Unfit(Exception):
    """This row cannot be imported; the text says why and what is allowed."""
