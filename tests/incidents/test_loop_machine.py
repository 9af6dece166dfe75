"""Prove by random play that nothing leaves the declared loop: whoever tries whatever whenever, each change of state
is a declared move with its step, the clocks follow working time and suspension, and the timeline is whole.

An oracle keeps its own book beside the database; the two must agree after every rule.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gis_core.errors import WanggeError
from incidents import clock, escalation
from incidents.loop import engine
from incidents.loop.actions import ACTIONS, BY_KEY, moves
from incidents.loop.states import BY_KEY as STATES
from incidents.models import Incident, Photo
from tests.incidents.conftest import lay_out, person, raw_incident
from tests.incidents.test_clock import slow_add
from tests.shapes import place

CHINA = ZoneInfo("Asia/Shanghai")
HERE = dict(zip(("lon", "lat"), place(0.5, 0.5), strict=True))
ROLES = ("worker", "dispatcher", "department", "committee", "auditor", "viewer", None)
BODY = {
    "text": "说明", "kind": "daily", "department": "city", "support": ["police"], "place": HERE, "hours": 8.0,
    "solved": True, "response": 5, "handling": 4, "satisfaction": 4, "supervision": "1", "into": "1", "grid": "1",
}  # fmt: skip
BEGIN = datetime(2025, 9, 25, 9, 7, tzinfo=CHINA)
LIMIT_MINUTES = 24 * 60


class Loop(RuleBasedStateMachine):
    """One incident of item 34 (24 working hours), from a Thursday before the National Day of 2025 on."""

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        lay_out()
        self.people = {role: person(role, role) if role else None for role in ROLES}
        pk = raw_incident(0.5, 0.5, item="34", reported_at=BEGIN, reporter_id=self.people["worker"].pk)
        self.row = Incident.objects.get(pk=pk)
        self.now = BEGIN
        self.book = [("report", "", "reported")]
        self.due = slow_add(BEGIN, LIMIT_MINUTES)
        self.suspended: datetime | None = None
        made = Photo.objects.create(incident=self.row, phase="after", sha256="0", bytes=1, width=1, height=1)
        Photo.objects.filter(pk=made.pk).update(at=BEGIN + timedelta(days=400))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @rule(minutes=st.integers(1, 3000))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(role=st.sampled_from(ROLES), key=st.sampled_from(sorted(BY_KEY)))
    def somebody_tries_anything(self, role: str | None, key: str) -> None:
        self._try(role, key)

    @precondition(lambda self: any(self.row.state in action.moves for action in ACTIONS))
    @rule(data=st.data())
    def somebody_does_something_fitting(self, data: st.DataObject) -> None:
        fitting = [
            a.key
            for a in ACTIONS
            if self.row.state in a.moves and "system" not in a.who and a.key not in QUIET
        ]
        if fitting:
            key = data.draw(st.sampled_from(fitting))
            role = (
                "department"
                if key in ("check_in", "start", "return", "ask_suspend", "ask_extend")
                else "dispatcher"
            )
            self._try(role, key)

    def _try(self, role: str | None, key: str) -> None:
        action = BY_KEY[key]
        before = self.row
        body = {need.name: BODY[need.name] for need in action.needs}
        try:
            after = engine.perform(self.people[role], before.number, key, body, self.now)
        except WanggeError:
            self._is_as_before()
            return
        self.book.append((key, before.state, action.moves[before.state]))
        if key == "feed_back":
            self.book.append(("send_to_verify", "feedback", "verifying"))
        if key == "self_close":
            raise AssertionError("item 34 may not be closed on the spot")
        self._follow_clock(key, before)
        self.row = after

    def _is_as_before(self) -> None:
        assert self.row.steps.count() == len(self.book)

    def _follow_clock(self, key: str, before: Incident) -> None:
        """What the action does to the deadline, by the oracle's own counting."""
        if key == "suspend":
            self.suspended = self.now
        elif key == "resume":
            assert self.suspended is not None
            left = round(clock.between(self.suspended, self.due, "working") * 60)
            self.due = slow_add(self.now, left) if left > 0 else clock.add(self.now, left / 60, "working")
            self.suspended = None
        elif key == "extend":
            self.due = slow_add(self.due, 8 * 60)
        elif key in ("verify_fail", "reopen"):
            self.due = slow_add(self.now, LIMIT_MINUTES)

    @rule()
    def the_programme_looks_at_the_clocks(self) -> None:
        had = self.row.steps.count()
        escalation.run(self.now)
        self.row = Incident.objects.get(pk=self.row.pk)
        for step in list(self.row.steps.order_by("id"))[had:]:
            assert step.who == "system"
            self.book.append((step.action, step.from_state, step.to_state))

    @invariant()
    def the_timeline_is_the_book(self) -> None:
        steps = [(s.action, s.from_state, s.to_state) for s in self.row.steps.order_by("id")]
        assert steps == self.book
        assert set(steps[1:]) <= {(key, start, end) for start, end, key in moves()}
        with connection.cursor() as cursor:
            cursor.execute("SELECT incident_timeline_broken(%s)", [self.row.pk])
            assert cursor.fetchone() == (None,)

    @invariant()
    def the_state_is_the_last_step(self) -> None:
        row = Incident.objects.get(pk=self.row.pk)
        assert row.state == self.book[-1][2]
        assert row.is_open == STATES[row.state].is_open
        assert (row.suspended_at is not None) == (row.state == "suspended")
        assert (row.closed_at is not None) == (
            row.state in ("closed", "evaluated", "void", "rejected", "merged")
        )

    @invariant()
    def the_deadline_is_the_oracles(self) -> None:
        assert self.row.due_at is not None
        assert abs(self.row.due_at - self.due) < timedelta(minutes=1.5)

    @invariant()
    def the_light_is_right(self) -> None:
        if self.row.closed_at is None and self.row.step_due_at is None:
            at = self.suspended or self.now
            red = clock.light(self.row, self.now) == "red"
            if abs(at - self.due) > timedelta(minutes=2):
                assert red == (at > self.due)


QUIET = ("note", "urge", "supervise", "reply", "relocate", "pick_grid", "reject", "void", "merge", "discard")


@pytest.mark.django_db
def test_random_play_stays_in_the_loop():
    run_state_machine_as_test(Loop, settings=settings(max_examples=8, stateful_step_count=25, deadline=None))


@pytest.mark.long
@pytest.mark.django_db
def test_much_random_play_stays_in_the_loop():
    run_state_machine_as_test(
        Loop, settings=settings(max_examples=150, stateful_step_count=60, deadline=None)
    )
