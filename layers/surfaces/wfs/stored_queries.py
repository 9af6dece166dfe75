"""Stored queries of WFS 2.0: their parameters are found in any case, in XML as in addresses.

The standard calls the one parameter of GetFeatureById `ID`; django-gisserver 2.5 knows it as `id` only.
"""

from typing import Any

from gisserver.parsers.wfs20.stored import StoredQuery


def mend() -> None:
    """Change the library in place, once, when Django starts."""
    read = StoredQuery._parse_parameters.__func__

    def in_any_case(cls: type[StoredQuery], description: Any, given: dict[str, Any]) -> Any:
        names = {name.lower(): name for name in description.parameters}
        return read(cls, description, {names.get(name.lower(), name): value for name, value in given.items()})

    StoredQuery._parse_parameters = classmethod(in_any_case)
