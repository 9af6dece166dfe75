"""The states of an incident, with the number that the field's practice gives them, and how long each may last."""

from dataclasses import dataclass
from typing import Literal

from layers.styling import Title

Unit = Literal["natural", "working"]


@dataclass(frozen=True)
class Limit:
    """So many hours, of the clock on the wall or of working time (8 are a working day)."""

    hours: float
    unit: Unit = "natural"


@dataclass(frozen=True)
class State:
    """`limit`: how long the step may take; None: as long as the case may."""

    key: str
    number: int
    title: Title
    is_open: bool = True
    limit: Limit | None = None


STATES = (
    State("draft", 0, Title("草稿", "Draft"), is_open=False),
    State("reported", 10, Title("问题收集", "Reported"), limit=Limit(1)),
    State("self_handled", 15, Title("即处即结", "Handled on the spot")),
    State("triaged", 20, Title("村（社区）受理", "Accepted by the village"), limit=Limit(4, "working")),
    State("street_accepted", 30, Title("街道受理", "Accepted by the street"), limit=Limit(2)),
    State("street_handling", 35, Title("街道处置", "Handled by the street")),
    State("whistled", 40, Title("街道吹哨", "Whistled")),
    State("disputed", 45, Title("职责争议", "Disputed"), limit=Limit(4, "working")),
    State("checked_in", 50, Title("部门报到", "Department checked in"), limit=Limit(4, "working")),
    State("handling", 60, Title("处置中", "Being handled")),
    State("suspended", 65, Title("挂账", "Suspended")),
    State("feedback", 70, Title("处理反馈", "Result fed back"), limit=Limit(2, "working")),
    State("verifying", 80, Title("核实", "Being verified"), limit=Limit(16, "working")),
    State("closed", 90, Title("结项", "Closed"), is_open=False),
    State("evaluated", 95, Title("综合评价", "Evaluated"), is_open=False),
    State("merged", 97, Title("已合并", "Merged"), is_open=False),
    State("void", 98, Title("作废", "Void"), is_open=False),
    State("rejected", 99, Title("不予受理", "Rejected"), is_open=False),
)

BY_KEY = {state.key: state for state in STATES}
OPEN_STATES = tuple(state.key for state in STATES if state.is_open)
CLOSED_STATES = tuple(state.key for state in STATES if not state.is_open and state.key != "draft")

WHISTLES: dict[str, tuple[Title, Limit]] = {
    "emergency": (Title("应急哨", "Emergency whistle"), Limit(0.5)),
    "quick": (Title("快捷哨", "Quick whistle"), Limit(2)),
    "daily": (Title("日常哨", "Daily whistle"), Limit(24)),
    "key": (Title("重点哨", "Key-task whistle"), Limit(24, "working")),
}
"""Kinds of whistle, and within what time the departments must check in."""

YELLOW_FROM = 0.8
"""Share of a limit from which the light is yellow; beyond 1 it is red."""
EVALUATE_DAYS = REOPEN_DAYS = 7
VERIFY_METRES = 200.0
"""How near to the place somebody must stand to verify on site."""
EXTENSIONS = 2
SAMPLED_PERCENT = 10
"""So many of a hundred incidents that a grid worker closed on the spot are verified by somebody else."""
