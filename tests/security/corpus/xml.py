"""XML documents that a parser chokes on: entities, depth, width, and texts without an end."""

from tests.security.corpus.hostile import Hostile, texts

WFS = 'xmlns="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0"'
MILLION = 1_000_000


def query(inside: str = "", before: str = "", attributes: str = "") -> str:
    return f'{before}<GetFeature {WFS} count="1" {attributes}><Query typeNames="grids"/>{inside}</GetFeature>'


def transaction(inside: str, before: str = "") -> str:
    return f"{before}<Transaction {WFS}>{inside}</Transaction>"


def laughs() -> str:
    entities = "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    return query("&i;", f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol">{entities}]>')


def quadratic() -> str:
    return query("&a;" * 50_000, f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>')


def in_an_attribute() -> str:
    return query("", f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>', f'handle="{"&a;" * 50_000}"')


def namespaces() -> str:
    return query("", attributes=" ".join(f'xmlns:n{n}="urn:{n}"' for n in range(100_000)))


def nested(depth: int) -> str:
    return query("<a>" * depth + "</a>" * depth)


ALL: list[Hostile] = [
    *texts(
        "xml",
        {
            "billion laughs": laughs,
            "one long entity many times": quadratic,
            "entities in an attribute": in_an_attribute,
            "a file as entity": lambda: query(
                "&x;", '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            ),
            "a device as entity": lambda: query(
                "&x;", '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///dev/zero">]>'
            ),
            "a parameter entity": lambda: query(
                "", '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]>'
            ),
            "a DTD from elsewhere": lambda: query("", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
            "an entity of itself": lambda: query("&a;", '<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>'),
            "XInclude": lambda: query(
                '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
            ),
            "250 deep": lambda: nested(250),
            "5,000 deep": lambda: nested(5_000),
            "3 million deep, never closed": lambda: "<a>" * (3 * MILLION),
            "4 million children": lambda: query("<a/>" * (4 * MILLION)),
            "4 million children of a transaction": lambda: transaction("<a/>" * (4 * MILLION)),
            "a million queries": lambda: query('<Query typeNames="grids"/>' * MILLION),
            "a million deletions": lambda: transaction('<Delete typeName="x"/>' * MILLION),
            "a million attributes": lambda: query(
                "", attributes=" ".join(f'a{n}=""' for n in range(MILLION))
            ),
            "100,000 namespaces": namespaces,
            "an attribute of 20 MB": lambda: query("", attributes=f'handle="{"x" * 20 * MILLION}"'),
            "a text of 20 MB": lambda: query("x" * 20 * MILLION),
            "a comment of 20 MB": lambda: query(f"<!--{'x' * 20 * MILLION}-->"),
            "4 million comments": lambda: query("<!---->" * (4 * MILLION)),
            "an instruction of 20 MB": lambda: query(f"<?x {'x' * 20 * MILLION}?>"),
            "a name of 20 MB": lambda: query(f"<{'x' * 20 * MILLION}/>"),
            "100,000 type names": lambda: query(f'<Query typeNames="{"grids " * 100_000}"/>'),
            "character references": lambda: query("&#65;" * (4 * MILLION)),
            "no such character": lambda: query("&#0;&#xFFFFFFFF;&#xD800;"),
        },
    ),
    Hostile("xml", "UTF-16 laughs", lambda: laughs().encode("utf-16")),
    Hostile("xml", "UTF-7", lambda: b'<?xml version="1.0" encoding="UTF-7"?>+ADw-a+AD4-'),
    Hostile("xml", "UTF-32", lambda: query().encode("utf-32")),
    Hostile("xml", "EBCDIC", lambda: b'<?xml version="1.0" encoding="cp037"?>' + query().encode("cp037")),
    Hostile("xml", "nothing but zeros", lambda: bytes(MILLION)),
    Hostile("xml", "broken UTF-8", lambda: query("\udcff" * 1000).encode("utf-8", "surrogateescape")),
    Hostile("xml", "gzip", lambda: b"\x1f\x8b\x08" + bytes(1000)),
]
