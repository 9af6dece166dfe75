"""Prove the loop: each way through it, who may, what is needed, clocks, lights, and what is told when refused."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gis_core.errors import Refused, WanggeError
from incidents import clock, escalation
from incidents.loop import engine, guards
from incidents.loop.actions import ACTIONS, moves
from incidents.loop.context import Context, Person
from incidents.loop.effects import EFFECTS
from incidents.loop.engine import NotNow
from incidents.loop.guards import GUARDS
from incidents.loop.states import BY_KEY, OPEN_STATES
from incidents.models import Incident, LoopMove, Photo
from tests.incidents.conftest import WEST, person, raw_incident
from tests.shapes import TOWN, place

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=CHINA)
HERE = {"lon": place(0.5, 0.5)[0], "lat": place(0.5, 0.5)[1]}


@pytest.fixture
def number(town, people) -> str:
    pk = raw_incident(0.5, 0.5, reported_at=MONDAY, reporter_id=people["worker"].pk, reporter_name="worker")
    return Incident.objects.get(pk=pk).number


@pytest.fixture
def do(number, people):
    """Do an action as somebody, some minutes after Monday 9:00."""

    def act(who, key, body=None, minutes=0.0):
        user = people[who] if isinstance(who, str) else who
        return engine.perform(user, number, key, body or {}, MONDAY + timedelta(minutes=minutes))

    return act


def photo_of(number):
    made = Photo.objects.create(
        incident=Incident.objects.get(number=number),
        phase="after",
        sha256="0" * 64,
        bytes=1,
        width=1,
        height=1,
    )
    Photo.objects.filter(pk=made.pk).update(at=MONDAY)


WHISTLE = {"kind": "quick", "department": "city", "support": ["police"]}


def whistled(do):
    do("dispatcher", "accept", minutes=10)
    do("dispatcher", "escalate", minutes=20)
    return do("dispatcher", "whistle", WHISTLE, minutes=30)


def in_handling(do):
    whistled(do)
    do("department", "check_in", {"place": HERE}, minutes=60)
    return do("department", "start", minutes=70)


def verifying(do, number):
    in_handling(do)
    photo_of(number)
    return do("department", "feed_back", {"text": "已清理"}, minutes=90)


def test_the_declaration_is_consistent():
    for action in ACTIONS:
        assert set(action.moves) | set(action.moves.values()) <= set(BY_KEY)
        assert set(action.guards) <= set(GUARDS), action.key
        assert set(action.effects) <= set(EFFECTS), action.key
    assert set(GUARDS) == {name for action in ACTIONS for name in action.guards}
    assert set(EFFECTS) == {name for action in ACTIONS for name in action.effects}
    assert set(LoopMove.objects.values_list("from_state", "to_state", "action")) == set(moves())
    leaves = {start for start, end, _key in moves() if start != end}
    assert set(OPEN_STATES) <= leaves, "no open state is a dead end"


def test_the_whole_way(do, number, people):
    done = verifying(do, number)
    assert done.state == "verifying"
    own = Context(done, Person(people["department"]), MONDAY, {})
    assert guards.not_own_work(own) == "Who handled it cannot verify it."
    closed = do("worker", "verify_pass", {"place": HERE}, minutes=120)
    assert (closed.state, closed.solved, closed.closed_at) == (
        "closed",
        True,
        MONDAY + timedelta(minutes=120),
    )
    marks = {"response": 5, "handling": 4, "satisfaction": 5}
    assert do("worker", "evaluate", marks, minutes=200).state == "evaluated"
    with pytest.raises(NotNow, match="evaluated it already"):
        do("worker", "evaluate", marks, minutes=210)
    assert do("dispatcher", "evaluate", {**marks, "satisfaction": 2}, minutes=220).satisfaction == 4
    told = [(s.action, s.from_state, s.to_state, s.who) for s in closed.steps.all()]
    assert told == [
        ("report", "", "reported", "worker"),
        ("accept", "reported", "triaged", "dispatcher"),
        ("escalate", "triaged", "street_accepted", "dispatcher"),
        ("whistle", "street_accepted", "whistled", "dispatcher"),
        ("check_in", "whistled", "checked_in", "department"),
        ("start", "checked_in", "handling", "department"),
        ("feed_back", "handling", "feedback", "department"),
        ("send_to_verify", "feedback", "verifying", "system"),
        ("verify_pass", "verifying", "closed", "worker"),
        ("evaluate", "closed", "evaluated", "worker"),
        ("evaluate", "evaluated", "evaluated", "dispatcher"),
    ]


def test_the_step_clock_follows_the_whistle(do):
    done = whistled(do)
    sent = MONDAY + timedelta(minutes=30)
    assert (done.step_due_at, done.step_since) == (sent + timedelta(hours=2), sent)
    assert done.step_yellow_at == sent + timedelta(minutes=96)
    assert [(w.department_id, w.is_lead) for w in done.whistles.all()] == [("city", True), ("police", False)]


def test_closing_on_the_spot(do, number, monkeypatch):
    with pytest.raises(NotNow, match="photo"):
        do("worker", "self_close", {"text": "已捡走"})
    photo_of(number)
    monkeypatch.setattr(guards, "is_sampled", lambda incident: False)
    done = do("worker", "self_close", {"text": "已捡走"}, minutes=5)
    assert (done.state, done.self_handled, done.result) == ("closed", True, "已捡走")


def test_a_sample_of_these_is_verified_by_somebody_else(do, number, monkeypatch):
    photo_of(number)
    monkeypatch.setattr(guards, "is_sampled", lambda incident: True)
    assert do("worker", "self_close", {"text": "已捡走"}).state == "verifying"
    with pytest.raises(NotNow, match="Who handled it"):
        do("worker", "verify_pass", {"place": HERE})
    assert do("dispatcher", "verify_pass", {"place": HERE}).state == "closed"


def test_closing_on_the_spot_only_where_the_item_allows_it_and_for_a_day(do, number):
    photo_of(number)
    with pytest.raises(NotNow, match="one day"):
        do("worker", "self_close", {"text": "x"}, minutes=24 * 60 + 1)
    Incident.objects.filter(number=number).update(item_code="33")
    with pytest.raises(NotNow, match="on the spot"):
        do("worker", "self_close", {"text": "x"})


def test_verifying_wants_somebody_there_or_a_call(do, number):
    verifying(do, number)
    far = dict(zip(("lon", "lat"), place(0.8, 0.5), strict=True))
    with pytest.raises(NotNow, match="273 m away"):
        do("worker", "verify_pass", {"place": far}, minutes=100)
    with pytest.raises(WanggeError, match="place is not right"):
        do("worker", "verify_pass", {}, minutes=100)
    assert do("dispatcher", "close", {"text": "电话回访", "solved": True}, minutes=100).state == "closed"


def test_rework_and_reopening_count_and_start_the_clock_anew(do, number):
    first = verifying(do, number)
    again = do("worker", "verify_fail", {"text": "还有"}, minutes=100)
    assert (again.state, again.rework_count, again.handler) == ("handling", 1, "department")
    assert again.due_at == clock.add(MONDAY + timedelta(minutes=100), 4, "working") > first.due_at
    assert again.original_due_at == first.original_due_at
    with pytest.raises(NotNow, match="photo"):
        do("department", "feed_back", {"text": "再清"}, minutes=110)
    Photo.objects.update(at=MONDAY + timedelta(minutes=105))
    do("department", "feed_back", {"text": "再清"}, minutes=110)
    do("worker", "verify_pass", {"place": HERE}, minutes=120)
    with pytest.raises(NotNow, match="over"):
        do("worker", "reopen", {"text": "又来"}, minutes=8 * 24 * 60)
    opened = do("worker", "reopen", {"text": "又来"}, minutes=3 * 24 * 60)
    assert (opened.state, opened.rework_count, opened.closed_at) == ("handling", 2, None)


def test_a_department_returns_once_and_in_half_the_time(do, number):
    whistled(do)
    with pytest.raises(NotNow, match="Half"):
        do("department", "return", {"text": "不是我们"}, minutes=30 + 61)
    done = do("department", "return", {"text": "不是我们", "department": "water"}, minutes=40)
    assert (done.state, done.return_count) == ("disputed", 1)
    again = do("dispatcher", "reassign", WHISTLE, minutes=50)
    assert again.state == "whistled"
    with pytest.raises(NotNow, match="once"):
        do("department", "return", {"text": "真的不是"}, minutes=55)


def test_the_district_decides_a_dispute(do):
    whistled(do)
    do("department", "return", {"text": "不是我们"}, minutes=40)
    done = do("dispatcher", "force", {"department": "water"}, minutes=50)
    assert (done.state, done.lead_department) == ("checked_in", "water")


def test_a_department_answers_for_itself_only(do, people):
    from incidents.models import DepartmentMember

    DepartmentMember.objects.create(user=people["department"], department_id="police")
    whistled(do)
    with pytest.raises(NotNow, match="not called as the lead"):
        do("department", "check_in", minutes=60)
    done = do("department", "check_in_support", minutes=60)
    assert done.state == "whistled"
    assert done.whistles.get(department_id="police").checked_in_at is not None


def test_suspending_stops_both_clocks(do):
    before = in_handling(do)
    with pytest.raises(NotNow, match="asked to suspend"):
        do("dispatcher", "suspend", minutes=80)
    do("department", "ask_suspend", {"text": "等审批"}, minutes=80)
    with pytest.raises(NotNow, match="waiting for its decision"):
        do("department", "feed_back", {"text": "x"}, minutes=81)
    held = do("dispatcher", "suspend", minutes=90)
    assert (held.state, held.pending) == ("suspended", "")
    assert clock.light(held, MONDAY + timedelta(days=30)) == "green"
    week = 7 * 24 * 60
    back = do("department", "resume", minutes=90 + week)
    assert back.due_at - before.due_at == timedelta(days=7)
    assert back.suspended_at is None


def test_more_time_is_granted_twice_at_most(do):
    before = in_handling(do)
    for turn in range(2):
        do("department", "ask_extend", {"text": "量大", "hours": 8}, minutes=80)
        after = do("dispatcher", "extend", minutes=81)
        assert after.extension_count == turn + 1
    assert clock.between(before.due_at, after.due_at, "working") == 16
    assert after.original_due_at == before.original_due_at
    with pytest.raises(NotNow, match="2 times"):
        do("department", "ask_extend", {"text": "量大", "hours": 8}, minutes=80)


def test_a_request_is_refused(do):
    do("worker", "ask_void", {"text": "重复"})
    with pytest.raises(Refused):
        do("worker", "void", {"text": "重复"})
    assert do("dispatcher", "refuse_request", {"text": "不"}).pending == ""
    assert do("dispatcher", "void", {"text": "作废"}).state == "void"


def test_merging_into_an_open_one(do, number):
    other = Incident.objects.get(pk=raw_incident(0.5, 0.5, reported_at=MONDAY))
    for bad in (number, "1"):
        with pytest.raises(NotNow, match="another incident"):
            do("dispatcher", "merge", {"into": bad})
    done = do("dispatcher", "merge", {"into": other.number})
    assert (done.state, done.merged_into) == ("merged", other)
    with pytest.raises(NotNow, match="Merged"):
        do("dispatcher", "accept")


def test_who_may_is_held_by_role_tier_and_place(do, number, people):
    grid_worker = person("grid", "worker", f"{WEST}001")
    with pytest.raises(Refused, match="Accept"):
        do(grid_worker, "accept")
    with pytest.raises(Refused):
        do(person("elsewhere", "dispatcher", f"{TOWN}002"), "accept")
    village = person("village", "dispatcher", WEST)
    do(village, "accept")
    do(village, "escalate")
    with pytest.raises(Refused):
        do(village, "whistle", WHISTLE)
    do(person("street", "dispatcher", TOWN), "whistle", WHISTLE)
    for who in ("viewer", "drawer", "auditor", "committee", "worker"):
        with pytest.raises(Refused):
            do(who, "check_in")


def test_what_is_given_is_read_strictly(do):
    do("dispatcher", "accept")
    do("dispatcher", "escalate")
    for body, field in (
        ({"kind": "loud", "department": "city"}, "kind"),
        ({"kind": "quick"}, "department"),
        ({**WHISTLE, "support": "police"}, "support"),
        ({**WHISTLE, "colour": "red"}, "colour"),
        ({**WHISTLE, "text": "a\0"}, "text"),
    ):
        with pytest.raises(WanggeError) as error:
            do("dispatcher", "whistle", body)
        assert error.value.details["field"] == field
    with pytest.raises(NotNow, match="no department nowhere"):
        do("dispatcher", "whistle", {"kind": "quick", "department": "nowhere"})
    with pytest.raises(NotNow, match="support itself"):
        do("dispatcher", "whistle", {**WHISTLE, "support": ["city"]})


def test_lights_urge_and_supervise_by_themselves(do, number):
    in_handling(do)  # due on Monday at 14:30, yellow from 12:00 + 12 minutes of work

    def at(day, hour, minute):
        return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)

    assert escalation.run(at(23, 13, 41)).lights == 0
    assert vars(escalation.run(at(23, 13, 42))) == {"lights": 1, "urged": 1, "supervised": 0, "evaluated": 0}
    assert vars(escalation.run(at(23, 13, 43))) == {"lights": 0, "urged": 0, "supervised": 0, "evaluated": 0}
    assert escalation.run(at(23, 14, 31)).supervised == 1
    assert escalation.run(at(24, 14, 29)).supervised == 0
    assert escalation.run(at(24, 14, 31)).supervised == 1
    assert escalation.run(at(30, 14, 31)).supervised == 1
    row = Incident.objects.get(number=number)
    assert (row.light, row.supervised, row.reply_wanted) == ("red", 3, True)
    assert do("department", "reply", {"text": "马上"}).reply_wanted is False


def test_nobody_evaluates_and_it_counts_as_evaluated(do, number):
    verifying(do, number)
    do("worker", "verify_pass", {"place": HERE}, minutes=120)
    assert escalation.run(MONDAY + timedelta(days=6)).evaluated == 0
    assert escalation.run(MONDAY + timedelta(days=8)).evaluated == 1
    row = Incident.objects.get(number=number)
    assert (row.state, row.satisfaction, row.evaluations.get().party) == ("evaluated", None, "system")


def test_correcting_the_place_keeps_what_was_said_at_the_report(do):
    there = dict(zip(("lon", "lat"), place(1.5, 0.5), strict=True))
    done = do("dispatcher", "relocate", {"place": there, "text": "指错"})
    assert (done.grid_code, done.grid_code_at_report) == (f"{WEST}002", f"{WEST}001")


def test_the_buttons_say_what_is_possible_and_why_not(number, clients):
    offered = {
        a["action"]: a
        for a in clients["worker"].get(f"/api/v1/incidents/{number}/actions/").json()["actions"]
    }
    assert {"self_close", "accept", "ask_void", "urge"} <= set(offered)
    assert not {"whistle", "check_in", "void"} & set(offered)
    assert (offered["accept"]["allowed"], offered["accept"]["to"]) == (True, "triaged")
    assert (offered["self_close"]["allowed"], offered["self_close"]["reason"]) == (False, "within_a_day")
    assert clients["viewer"].get(f"/api/v1/incidents/{number}/actions/").json()["actions"] == []
    done = clients["worker"].post(f"/api/v1/incidents/{number}/actions/accept/", {}, format="json")
    assert done.json()["properties"]["state"] == "triaged"
    again = clients["worker"].post(f"/api/v1/incidents/{number}/actions/accept/", {}, format="json")
    assert (again.status_code, again.json()["error"]["details"]["reason"]) == (409, "state")
    assert (
        clients["worker"].post(f"/api/v1/incidents/{number}/actions/fly/", {}, format="json").status_code
        == 404
    )
    assert (
        clients["viewer"].post(f"/api/v1/incidents/{number}/actions/handle/", {}, format="json").status_code
        == 403
    )
