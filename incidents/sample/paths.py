"""What becomes of an invented incident: the steps of the loop that it takes, each at a share of its time limit.

A step is (action, the state it leads to, share of the way from report to close). Every one is declared in
incidents/loop; tests/incidents/test_sample.py holds the paths to it. Whoever has to do a step knows its limit, and
nearly always keeps it: `Course.paces` says how much of the time for it each one took.
"""

from dataclasses import dataclass

import numpy as np

PathStep = tuple[str, str, float]

COLLECTED: tuple[PathStep, ...] = (("report", "reported", 0.0),)
TRIAGED: tuple[PathStep, ...] = (*COLLECTED, ("accept", "triaged", 0.05))
STREET: tuple[PathStep, ...] = (*TRIAGED, ("escalate", "street_accepted", 0.1))
WHISTLED: tuple[PathStep, ...] = (
    *STREET, ("whistle", "whistled", 0.14), ("check_in", "checked_in", 0.2), ("start", "handling", 0.24),
)  # fmt: skip
VERIFIED: tuple[PathStep, ...] = (
    ("feed_back", "feedback", 0.8), ("send_to_verify", "verifying", 0.8), ("verify_pass", "closed", 1.0),
)  # fmt: skip
CALLED: tuple[PathStep, ...] = (
    ("feed_back", "feedback", 0.8), ("send_to_verify", "verifying", 0.8), ("close", "closed", 1.0),
)  # fmt: skip
REWORKED: tuple[PathStep, ...] = (
    ("feed_back", "feedback", 0.5), ("send_to_verify", "verifying", 0.5), ("verify_fail", "handling", 0.6), *VERIFIED,
)  # fmt: skip

PATHS: dict[str, tuple[tuple[PathStep, ...], float]] = {
    "self": ((*COLLECTED, ("self_close", "self_handled", 1.0), ("settle", "closed", 1.0)), 0.24),
    "village": ((*TRIAGED, ("handle", "handling", 0.12), *VERIFIED), 0.2),
    "village_call": ((*TRIAGED, ("handle", "handling", 0.12), *CALLED), 0.08),
    "street": ((*STREET, ("handle_by_street", "street_handling", 0.18), *VERIFIED), 0.09),
    "whistle": ((*WHISTLED, *VERIFIED), 0.24),
    "whistle_call": ((*WHISTLED, *CALLED), 0.06),
    "whistle_rework": ((*WHISTLED, *REWORKED), 0.03),
    "suspended": ((*WHISTLED, ("ask_suspend", "handling", 0.5), ("suspend", "suspended", 0.6)), 0.005),
    "rejected": ((*COLLECTED, ("reject", "rejected", 0.2)), 0.015),
    "void": ((*COLLECTED, ("void", "void", 0.2)), 0.01),
}
"""Name -> steps, and how many of all take it."""
HANDLER = {"village": "village", "village_call": "village", "street": "street"}
ACTORS = {
    "report": ("worker", "report_incident"), "self_close": ("worker", "self_close_incident"),
    "accept": ("dispatcher", "triage_incident"), "handle": ("dispatcher", "triage_incident"),
    "escalate": ("dispatcher", "triage_incident"), "handle_by_street": ("dispatcher", "dispatch_incident"),
    "whistle": ("dispatcher", "dispatch_incident"), "check_in": ("department", "check_in_incident"),
    "start": ("department", "check_in_incident"), "feed_back": ("department", "handler"),
    "ask_suspend": ("department", "handler"), "suspend": ("dispatcher", "decide_incident"),
    "verify_pass": ("worker", "verify_incident"), "verify_fail": ("worker", "verify_incident"),
    "close": ("dispatcher", "close_incident"), "evaluate": ("worker", "reporter"),
    "reject": ("dispatcher", "decide_incident"), "void": ("dispatcher", "decide_incident"),
}  # fmt: skip


LATE = 0.05
"""How many steps are done too late: about one in 25 of the open incidents is then overdue, 95 % are closed in time."""


@dataclass(frozen=True)
class Course:
    """A path, and how much of its time each step took, a number a step: up to 1 it was done in time."""

    name: str
    steps: tuple[PathStep, ...]
    paces: tuple[float, ...]
    marks: tuple[int, int, int] | None

    @property
    def budgets(self) -> list[float]:
        """Each step's share of the case's limit, counted from the step before."""
        shares = [share for _action, _state, share in self.steps]
        return [share - before for before, share in zip([0.0, *shares], shares, strict=False)]


def draw(rng: np.random.Generator, may_self_close: bool) -> Course:
    """What becomes of one incident."""
    names = [name for name in PATHS if may_self_close or name != "self"]
    weight = np.array([PATHS[name][1] for name in names])
    name = str(rng.choice(names, p=weight / weight.sum()))
    steps = PATHS[name][0]
    evaluated = steps[-1][1] == "closed" and rng.random() < 0.55
    marks = tuple(int(mark) for mark in rng.choice([5, 4, 3, 2, 1], size=3, p=[0.5, 0.33, 0.1, 0.05, 0.02]))
    return Course(name, steps, _paces(rng, len(steps)), marks if evaluated else None)  # type: ignore[arg-type]


def _paces(rng: np.random.Generator, count: int) -> tuple[float, ...]:
    """Some cases are slow from end to end, most take two thirds of their time; late steps take about as much again."""
    in_time = np.minimum(rng.beta(4, 2) * (0.75 + 0.5 * rng.random(count)), 1.0)
    late = 1 + rng.exponential(1.0, count)
    return tuple(float(pace) for pace in np.where(rng.random(count) < LATE, late, in_time))
