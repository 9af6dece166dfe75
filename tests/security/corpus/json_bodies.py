"""JSON and form bodies that are none, or more than any report is."""

from collections.abc import Callable

from tests.security.corpus.hostile import Hostile, texts

MILLION = 1_000_000


def report(more: str) -> str:
    return f'{{"item":"26","service_code":"26","description":"x","lon":114.3,"lat":34.8,"crs":"4490",{more}}}'


MADE: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "a list": lambda: "[]",
    "a number": lambda: "1",
    "null": lambda: "null",
    "NaN": lambda: report('"lon":NaN,"lat":NaN'),
    "1e999": lambda: report('"lon":1e999,"lat":-1e999'),
    "a million digits": lambda: report(f'"lon":{"1" * MILLION}'),
    "lists 100,000 deep": lambda: "[" * 100_000,
    "objects 100,000 deep": lambda: '{"a":' * 100_000 + "1" + "}" * 100_000,
    "lists 900 deep in a field": lambda: report(f'"description":{"[" * 900}{"]" * 900}'),
    "a million fields": lambda: report(",".join(f'"f{n}":1' for n in range(MILLION))),
    "a list of a million": lambda: report(f'"description":[{",".join("1" * MILLION)}]'),
    "4 million lists": lambda: report(f'"description":[{",".join(["[]"] * (4 * MILLION))}]'),
    "700,000 objects": lambda: report('"description":[' + ",".join(['{"":1}'] * 700_000) + "]"),
    "a text of 20 MB": lambda: report(f'"description":"{"x" * 20 * MILLION}"'),
    "4 million escapes": lambda: report('"description":"' + r"\u0041" * (4 * MILLION) + '"'),
    "half characters": lambda: report('"description":"\\ud800\\udfff\\ud800"'),
    "NUL": lambda: report('"description":"\\u0000"'),
    "a system of words": lambda: report('"crs":"+proj=pipeline +step +init=/etc/passwd"'),
    "a day that is none": lambda: report('"happened_at":"99999-99-99T99:99:99+99:99"'),
    "a day before all days": lambda: report('"happened_at":"0001-01-01T00:00:00+14:00"'),
    "an address of regular tricks": lambda: report(f'"lon":null,"lat":null,"address":"{"(号" * 148}"'),
    "a grid of SQL": lambda: report('"lon":null,"lat":null,"grid_code":"1\' OR 1=1"'),
    "prototype": lambda: report('"__proto__":{"x":1},"constructor":{"prototype":{}}'),
    "a hundred thousand form fields": lambda: "&".join(f"f{n}=1" for n in range(100_000)),
    "a form of 20 MB": lambda: "service_code=26&description=" + "%41" * (6 * MILLION),
}
ALL: list[Hostile] = [
    *texts("json", MADE),
    Hostile("json", "UTF-16", lambda: report('"a":1').encode("utf-16")),
    Hostile("json", "broken UTF-8", lambda: b'{"item":"\xff\xfe\xc0\x80"}'),
    Hostile("json", "zeros", lambda: bytes(MILLION)),
]
