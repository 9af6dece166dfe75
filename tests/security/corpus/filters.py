"""Filters that ask for too much, or for what is none: nesting, breadth, patterns, functions, foreign fields."""

from collections.abc import Callable

from tests.security.corpus.hostile import Hostile, texts


def equal(field: str = "code", value: str = "x") -> str:
    return (
        f"<fes:PropertyIsEqualTo><fes:ValueReference>{field}</fes:ValueReference>"
        f"<fes:Literal>{value}</fes:Literal></fes:PropertyIsEqualTo>"
    )


def like(pattern: str) -> str:
    return (
        '<fes:PropertyIsLike wildCard="*" singleChar="." escapeChar="!">'
        f"<fes:ValueReference>name</fes:ValueReference><fes:Literal>{pattern}</fes:Literal></fes:PropertyIsLike>"
    )


def alternating(depth: int) -> str:
    text = equal()
    for n in range(depth):
        name = "And" if n % 2 else "Or"
        text = f"<fes:{name}>{text}{equal()}</fes:{name}>"
    return text


def within(distance: str) -> str:
    return (
        "<fes:DWithin><fes:ValueReference>geom</fes:ValueReference>"
        '<gml:Point xmlns:gml="http://www.opengis.net/gml/3.2"><gml:pos>34.8 114.3</gml:pos></gml:Point>'
        f'<fes:Distance uom="m">{distance}</fes:Distance></fes:DWithin>'
    )


def called(name: str, argument: str = "1") -> str:
    return (
        "<fes:PropertyIsEqualTo><fes:ValueReference>code</fes:ValueReference>"
        f'<fes:Function name="{name}"><fes:Literal>{argument}</fes:Literal></fes:Function></fes:PropertyIsEqualTo>'
    )


MADE: dict[str, Callable[[], str]] = {
    "Not, 200 deep": lambda: "<fes:Not>" * 200 + equal() + "</fes:Not>" * 200,
    "Not, 5,000 deep": lambda: "<fes:Not>" * 5000 + equal() + "</fes:Not>" * 5000,
    "And and Or, 110 deep": lambda: alternating(110),
    "20,000 conditions": lambda: f"<fes:Or>{equal() * 20_000}</fes:Or>",
    "200,000 conditions": lambda: f"<fes:Or>{equal() * 200_000}</fes:Or>",
    "2,000 patterns": lambda: f"<fes:Or>{like('*a*b*c*') * 2000}</fes:Or>",
    "300,000 ids": lambda: "".join(f'<fes:ResourceId rid="grids.{n}"/>' for n in range(300_000)),
    "a pattern of 100,000 stars": lambda: like("*" * 100_000),
    "a pattern that goes back": lambda: like("*a" * 2000),
    "a literal of a million letters": lambda: equal(value="x" * 1_000_000),
    "a field of 100,000 letters": lambda: equal("x" * 100_000),
    "a field of another table": lambda: equal("plan__created_by__password"),
    "a path in a field": lambda: equal("/" * 5000 + "code"),
    "an XPath": lambda: equal("//*[contains(., 'x')]/../@*[position()=1]"),
    "SQL in a literal": lambda: equal(value="1' OR pg_sleep(30) IS NULL --"),
    "SQL in a field": lambda: equal("code) OR pg_sleep(30"),
    "every distance": lambda: within("1e308"),
    "no distance": lambda: within("NaN"),
    "a distance of a million digits": lambda: within("9" * 1_000_000),
    "a function": lambda: called("pg_sleep", "30"),
    "a thousand functions": lambda: f"<fes:Or>{called('strConcat', 'x' * 1000) * 1000}</fes:Or>",
    "an empty one": lambda: "",
    "no operator": lambda: "<x/>",
    "a number that is none": lambda: equal("id", "1e999"),
    "NUL by reference": lambda: equal(value="&#x1;"),
}
ALL: list[Hostile] = texts("filter", MADE)
