"""GeoJSON that no map has."""

import json
from collections.abc import Callable
from math import cos, pi, sin

from tests.security.corpus.hostile import Hostile, texts

MILLION = 1_000_000
SMALL = "[[[114.3,34.8],[114.31,34.8],[114.31,34.81],[114.3,34.8]]]"


def circle(count: int) -> list[list[float]]:
    points = [
        [114.3 + cos(2 * pi * n / count) / 50, 34.8 + sin(2 * pi * n / count) / 50] for n in range(count)
    ]
    return [*points, points[0]]


def comb(count: int) -> list[list[float]]:
    """Every tooth crosses every other."""
    points = [[114.3 + (n % 2) / 50, 34.8 + (n if n % 2 else count - n) / count / 100] for n in range(count)]
    return [*points, points[0]]


def polygon(coordinates: str, kind: str = "Polygon", more: str = "") -> str:
    return f'{{"type":"{kind}","coordinates":{coordinates}{more}}}'


MADE: dict[str, Callable[[], str]] = {
    "a ring of 300,000 corners": lambda: polygon(json.dumps([circle(300_000)])),
    "a ring of 50,000 corners": lambda: polygon(json.dumps([circle(50_000)])),
    "a comb of 3,000 teeth": lambda: polygon(json.dumps([comb(3_000)])),
    "100,000 polygons": lambda: polygon(f"[{','.join([SMALL] * 100_000)}]", "MultiPolygon"),
    "100,000 holes": lambda: polygon(f"[{','.join([SMALL[1:-1]] * 100_000)}]"),
    "coordinates 500 deep": lambda: polygon("[" * 500 + "]" * 500),
    "coordinates 100,000 deep": lambda: polygon("[" * 100_000 + "]" * 100_000),
    "collections 300 deep": lambda: (
        '{"type":"GeometryCollection","geometries":[' * 300 + polygon(SMALL) + "]}" * 300
    ),
    "NaN": lambda: polygon("[[[NaN,NaN],[1,1],[2,2],[NaN,NaN]]]"),
    "Infinity": lambda: polygon("[[[Infinity,1],[1,1],[-Infinity,2],[Infinity,1]]]"),
    "1e999": lambda: polygon("[[[1e999,1],[1,1],[2,2],[1e999,1]]]"),
    "a whole number of 5,000 digits": lambda: polygon(f"[[[{'1' * 5000},1],[1,1],[2,2],[0,0]]]"),
    "a whole number of a million digits": lambda: polygon(f"[[[{'1' * MILLION},1],[1,1],[2,2],[0,0]]]"),
    "positions of 100,000 numbers": lambda: polygon(json.dumps([[[1.0] * 100_000] * 4])),
    "empty rings": lambda: polygon(f"[{','.join(['[]'] * 100_000)}]"),
    "null everywhere": lambda: polygon("[[null,[null,null],[1,null],null]]"),
    "texts": lambda: polygon('[[["1","2"],["a","b"],[true,false],[{},[]]]]'),
    "a type that is a list": lambda: '{"type":["Polygon"],"coordinates":' + SMALL + "}",
    "one key 100,000 times": lambda: "{" + '"type":"Polygon",' * 100_000 + f'"coordinates":{SMALL}}}',
    "half a character": lambda: polygon(SMALL, more=',"name":"\\ud800"'),
    "NUL in a text": lambda: polygon(SMALL, more=',"name":"\\u0000"'),
    "a text of 10 MB": lambda: polygon(SMALL, more=f',"name":"{"x" * 10 * MILLION}"'),
    "another system": lambda: polygon(
        SMALL, more=',"crs":{"type":"link","properties":{"href":"file:///etc/passwd"}}'
    ),
    "a system of 100,000 letters": lambda: polygon(
        SMALL, more=f',"crs":{{"type":"name","properties":{{"name":"{"x" * 100_000}"}}}}'
    ),
}
ALL: list[Hostile] = texts("geojson", MADE)
