"""Prove in a real browser that an incident goes its whole way, each step by another person on an open page of theirs.

After each step every open page shows the new state, the clocks and the entry of the timeline, told by the server alone.
Who may not do the next step sees no button for it, and is refused in words.
"""

import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.web.seats import Seat, seated

PEOPLE = ("worker", "dispatcher", "department", "viewer")
TEXT = "路面塌陷约两米，影响通行"


@pytest.fixture
def seats(browser: Browser, site: str) -> Iterator[dict[str, Seat]]:
    made = {name: seated(browser, site, name) for name in (*PEOPLE, "committee")}
    yield made
    complaints = {name: seat.complaints for name, seat in made.items() if seat.complaints}
    for seat in made.values():
        seat.page.context.close()
    assert complaints == {}


def picture_of(colour: str) -> bytes:
    """A photo."""
    kept = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(kept, "JPEG")
    return kept.getvalue()


def report_by_form(worker: Seat) -> str:
    """Report what lies near the middle of the map; the number, with its page open."""
    spot = worker.middle_of_a_grid()
    worker.open(f"/incidents/?lon={spot[0]}&lat={spot[1]}")
    worker.click_map(90, 90)
    worker.page.get_by_role("button", name="在此上报").click()
    form = worker.page.get_by_role("dialog", name="上报事件")
    form.get_by_label("事项").select_option(label="路面破损")
    form.get_by_label("情况描述").fill(TEXT)
    form.get_by_role("button", name="上报", exact=True).click()
    form.get_by_role("link", name="打开").click()
    worker.page.wait_for_url(re.compile(r"/incidents/\d{25}$"))
    return worker.page.url.rsplit("/", 1)[1]


def everybody_sees(
    seats: dict[str, Seat], state: str, step: tuple[str, str, str], clock: str, case: str = "剩余"
) -> None:
    for name in PEOPLE:
        seats[name].shows(state)
        seats[name].shows_step(*step)
        seats[name].shows_clock("本环节", clock)
        seats[name].shows_clock("全案", case)


def test_an_incident_goes_from_report_to_evaluation_by_its_people(
    seats: dict[str, Seat],
) -> None:
    worker, dispatcher, department, viewer = (seats[name] for name in PEOPLE)
    number = report_by_form(worker)
    for one in (dispatcher, department, viewer):
        one.open(f"/incidents/{number}")
    for name in PEOPLE:
        expect(seats[name].panel.get_by_text(TEXT).first).to_be_visible()
    everybody_sees(seats, "问题收集", ("上报", "worker", ""), "剩余 00:5.*自然时")

    # The village takes it in and hands it on; the street calls a department.
    for one in (department, viewer):
        one.is_kept_from(number, "accept", "受理")
    dispatcher.do("受理", 说明="已电话核对")
    everybody_sees(seats, "村（社区）受理", ("受理", "dispatcher", "已电话核对"), "工作时")
    department.is_kept_from(number, "escalate", "上报街道")
    dispatcher.do("上报街道")
    everybody_sees(seats, "街道受理", ("上报街道", "dispatcher", ""), "剩余 01:5.*自然时")
    for one in (worker, department, viewer):
        one.is_kept_from(number, "whistle", "吹哨")
    dispatcher.do("吹哨", 哨声类型="快捷哨", 责任部门="住房和城乡建设局", 协同部门="城市管理局")
    everybody_sees(seats, "街道吹哨", ("吹哨", "dispatcher", "快捷哨"), "剩余 01:5.*自然时")

    # The department comes, works, and says what it did: not without a photo.
    for one in (worker, dispatcher, viewer):
        one.is_kept_from(number, "check_in", "报到")
    department.do("报到", 说明="已到现场")
    everybody_sees(seats, "部门报到", ("报到", "department", "已到现场"), "工作时")
    dispatcher.is_kept_from(number, "start", "开始处置")
    department.do("开始处置")
    everybody_sees(seats, "处置中", ("开始处置", "department", ""), "")
    feed_back(department, number, "已回填压实", "grey", kept_from=(worker, dispatcher, viewer))
    everybody_sees(seats, "核实", ("反馈", "department", "已回填压实"), "工作时")

    # Who reported it looks: not solved. Again, with a photo of its own.
    for one in (department, viewer):
        one.is_kept_from(number, "verify_fail", "返工")
    worker.do("返工", 理由="仍有沉降")
    everybody_sees(seats, "处置中", ("返工", "worker", "仍有沉降"), "")
    feed_back(department, number, "已重新摊铺", "white", kept_from=(worker,))
    everybody_sees(seats, "核实", ("反馈", "department", "已重新摊铺"), "工作时")

    # The centre calls back and closes; both sides evaluate.
    for one in (worker, department, viewer):
        one.is_kept_from(number, "close", "回访结项")
    dispatcher.do("回访结项", 说明="居民确认已修复", 是否解决="是")
    everybody_sees(seats, "结项", ("回访结项", "dispatcher", "居民确认已修复"), "", "计时已停，剩余")
    for one in (department, viewer):
        one.is_kept_from(number, "evaluate", "评价")
    worker.do("评价", 响应="5 很好", 办理="4 好", 满意="4 好")
    everybody_sees(seats, "综合评价", ("评价", "worker", ""), "", "计时已停")
    dispatcher.do("评价", 响应="5 很好", 办理="3 一般", 满意="5 很好", 说明="流程完整")
    for name in PEOPLE:
        marks = seats[name].panel.get_by_role("listitem").filter(has_text="街道")
        expect(marks.filter(has_text="响应 5 · 办理 3 · 满意 5")).to_be_visible(timeout=15_000)
    assert_complete(worker, number)


def test_it_is_verified_on_the_spot_and_reopened_by_who_decides(seats: dict[str, Seat]) -> None:
    worker, department, committee = seats["worker"], seats["department"], seats["committee"]
    number = worker.report(item="34")
    for seat, action, body in (
        (worker, "accept", {}),
        (seats["dispatcher"], "escalate", {}),
        (seats["dispatcher"], "whistle", {"kind": "daily", "department": "housing"}),
        (department, "check_in", {}),
        (department, "start", {}),
        (department, "feed_back", {"text": "已更换灯具"}),
    ):
        status, answer = seat.ask(f"incidents/{number}/actions/{action}/", body)
        assert status == 200, answer
    for seat in (worker, department, committee):
        seat.open(f"/incidents/{number}")
    for seat in (department, committee):
        seat.is_kept_from(number, "verify_pass", "核实通过")
    far = worker.begin("核实通过")
    far.get_by_label("所在位置").fill("114.5, 34.9")
    far.get_by_role("button", name="核实通过", exact=True).click()
    expect(far.get_by_role("alert")).to_contain_text("200")
    far.get_by_role("button", name="在地图上点选").click()
    worker.click_map(4, -4)
    worker.do("核实通过", far, 是否解决="是")
    for seat in (worker, department, committee):
        seat.shows("结项")
        seat.shows_step("核实通过", "worker")
        seat.shows_clock("全案", "计时已停")
    department.is_kept_from(number, "reopen", "重开")
    committee.do("重开", 理由="群众再次反映")
    for seat in (worker, department, committee):
        seat.shows("处置中")
        seat.shows_step("重开", "committee", "群众再次反映")
        seat.shows_clock("全案", "剩余")


def feed_back(department: Seat, number: str, text: str, colour: str, kept_from: tuple[Seat, ...]) -> None:
    """Held back with the reason until there is a photo of how it looks now."""
    for one in kept_from:
        one.is_kept_from(number, "feed_back", "反馈")
    expect(department.button("反馈")).to_have_count(0)
    expect(department.panel.get_by_text("反馈：需要处置后的照片。")).to_be_visible()
    status, answer = department.ask(f"incidents/{number}/actions/feed_back/", {"text": text})
    assert (status, answer["error"]["details"]["reason"]) == (409, "photo_if_needed")
    department.add_photo("处置后", picture_of(colour))
    department.do("反馈", 说明=text)


def assert_complete(seat: Seat, number: str) -> None:
    """Nothing that was done is missing from the timeline, and nothing else is in it."""
    _ok, told = seat.ask(f"incidents/{number}/")
    done = [(step["action"], step["who"]) for step in told["properties"]["timeline"]]
    assert done == [
        ("report", "worker"), ("accept", "dispatcher"), ("escalate", "dispatcher"), ("whistle", "dispatcher"),
        ("check_in", "department"), ("start", "department"),
        ("feed_back", "department"), ("send_to_verify", "system"), ("verify_fail", "worker"),
        ("feed_back", "department"), ("send_to_verify", "system"),
        ("close", "dispatcher"), ("evaluate", "worker"), ("evaluate", "dispatcher"),
    ]  # fmt: skip
