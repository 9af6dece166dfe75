"""Prove that docs/incidents.md tells the loop as declared. `python -m tests.incidents.test_docs` writes the tables."""

import re
from pathlib import Path

from incidents.loop.actions import ACTIONS, Action
from incidents.loop.states import OPEN_STATES, STATES, WHISTLES, Limit

PAGE = Path(__file__).parents[2] / "docs" / "incidents.md"


def limit(found: Limit | None) -> str:
    return f"{found.hours:g} h {found.unit}" if found else "-"


def states() -> str:
    rows = [
        f"| {s.number} | `{s.key}` | {s.title.zh} | {'open' if s.is_open else ''} | {limit(s.limit)} |"
        for s in STATES
    ]
    kinds = ", ".join(f"{title.zh} `{kind}` {limit(found)}" for kind, (title, found) in WHISTLES.items())
    return "\n".join(
        ["| | state | | | limit of the step |", "|---|---|---|---|---|", *rows, "", f"Whistles: {kinds}."]
    )


def actions() -> str:
    head = ["| action | | from -> to | who (tier) | needs | guards |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *(row(action) for action in ACTIONS)])


def row(action: Action) -> str:
    needs = ", ".join(need.name + ("" if need.required else "?") for need in action.needs)
    who = f"{', '.join(action.who)} ({action.level})"
    return f"| `{action.key}` | {action.title.zh} | {way(action)} | {who} | {needs} | {', '.join(action.guards)} |"


def way(action: Action) -> str:
    if set(action.moves) == set(OPEN_STATES):
        return "any open, stays"
    ends: dict[str, list[str]] = {}
    for start, end in action.moves.items():
        ends.setdefault("stays" if start == end else end, []).append(start)
    return "; ".join(
        f"{', '.join(starts)} -> {end}" if end != "stays" else f"{', '.join(starts)}, stays"
        for end, starts in ends.items()
    )


def with_tables(text: str) -> str:
    for name, table in (("states", states()), ("actions", actions())):
        pattern = rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- end of {name} -->)"
        text = re.sub(
            pattern, lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text, flags=re.DOTALL
        )
    return text


def test_the_page_has_the_declared_loop():
    text = PAGE.read_text(encoding="utf-8")
    assert text == with_tables(text), "run: python -m tests.incidents.test_docs"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
