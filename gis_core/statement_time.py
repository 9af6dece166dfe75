"""How long a statement of the server may take, by kind of request: the one place that says so (docs/security.md).

The kind is known when a request begins (`scope.begin`); the session is told with the words that say for whom it works
(gis_core/database/base.py), so it costs no query, and the next request on the same session says its own. Jobs,
commands and migrations have no such limit. Knows nothing of Django: the settings read it.
"""

import os
import re

SECONDS: dict[str, float] = {
    "tiles": 20,  # vector tiles, raster maps, events, health: asked for by the thousand, and a map waits
    "reads": 30,  # whatever else only reads: pages, REST, queries of WFS and Open311
    "writes": 120,  # what writes, and files made of what is read
}
SHORTEST = 0.1
READING = ("GET", "HEAD", "OPTIONS")
QUICK = ("/tiles/", "/raster/", "/events/", "/healthz", "/readyz", "/metrics")
EITHER = "/ogc/wfs"
"""Queries come by POST as well; a Transaction says so itself (`scope.writes`)."""
FILES = re.compile(r"/export/$|^/api/v1/exports/|\.pdf$")
AS_FILE = re.compile(r"(^|&)as=(csv|xlsx)(&|$)")


def kind_of(method: str, path: str, query: str = "") -> str:
    """The kind of a request, one of SECONDS."""
    if path.startswith(QUICK):
        return "tiles"
    if path == EITHER:
        return "reads"
    reads = method in READING and not FILES.search(path) and not AS_FILE.search(query)
    return "reads" if reads else "writes"


def setting(kind: str) -> str:
    """PostgreSQL's `statement_timeout` for this kind; work of the server outside of requests counts as writing."""
    return f"{round(SECONDS[kind or 'writes'] * 1000)}ms"


def changed(given: str) -> dict[str, float]:
    """SECONDS as WANGGE_STATEMENT_SECONDS has them: one number for all, or "tiles=10,reads=60". Raises ValueError."""
    if given and "=" not in given:
        given = ",".join(f"{kind}={given}" for kind in SECONDS)
    found = dict(SECONDS)
    for pair in filter(None, given.split(",")):
        kind, _equals, seconds = pair.strip().partition("=")
        # PostgreSQL takes 0 for "never".
        if kind not in SECONDS or not re.fullmatch(r"\d+(\.\d+)?", seconds) or float(seconds) < SHORTEST:
            allowed = (
                f"a number of seconds, or pairs like {'tiles=20,reads=30,writes=120'}; {SHORTEST} s at least"
            )
            raise ValueError(f"WANGGE_STATEMENT_SECONDS: {pair} is not {allowed}")
        found[kind] = float(seconds)
    return found


SECONDS = changed(os.environ.get("WANGGE_STATEMENT_SECONDS", ""))
