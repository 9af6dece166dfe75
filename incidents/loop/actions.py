"""The actions of the loop: from where to where, who may, what must be given, what is checked, what it changes.

`who`: an action of gis_core.access, with the highest tier whose people may (`level`); or "reporter", who reported it;
"handler", who has it at the moment (village, street or department); "system", the programme itself.
"""

from dataclasses import dataclass
from typing import Literal

from incidents.loop.states import OPEN_STATES
from layers.styling import Title

NeedType = Literal[
    "text", "choice", "department", "departments", "hours", "place", "number", "mark", "flag", "grid"
]


@dataclass(frozen=True)
class Need:
    """One thing that is given with an action."""

    name: str
    title: Title
    type: NeedType = "text"
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Action:
    """`moves`: state -> state. `guards` and `effects` are names in those modules. `who` may be several."""

    key: str
    title: Title
    moves: dict[str, str]
    who: tuple[str, ...]
    level: str = "grid"
    needs: tuple[Need, ...] = ()
    guards: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    then: str = ""
    """What the programme itself does next: the first of these (apart by spaces) that no guard forbids."""


def same(*states: str) -> dict[str, str]:
    """The action changes no state."""
    return {state: state for state in states}


TEXT = Need("text", Title("说明", "Text"))
NOTE = Need("text", Title("说明", "Text"), required=False)
REASON = Need("text", Title("理由", "Reason"))
PLACE = Need("place", Title("所在位置", "Where you are"), "place", required=False)
DEPARTMENT = Need("department", Title("责任部门", "Lead department"), "department")
SUPPORT = Need("support", Title("协同部门", "Supporting departments"), "departments", required=False)
KIND = Need(
    "kind", Title("哨声类型", "Kind of whistle"), "choice", choices=("emergency", "quick", "daily", "key")
)
HOURS = Need("hours", Title("延长（小时）", "Hours more"), "hours")
SOLVED = Need("solved", Title("是否解决", "Solved"), "flag", required=False)
MARKS = (
    Need("response", Title("响应", "Response"), "mark"),
    Need("handling", Title("办理", "Handling"), "mark"),
    Need("satisfaction", Title("满意", "Satisfaction"), "mark"),
)

ACTIONS = (
    # ---- before the case ----
    Action("report", Title("上报", "Report"), {"draft": "reported"}, ("reporter",), effects=("begin_case",)),
    Action("discard", Title("删除草稿", "Discard"), {"draft": "void"}, ("reporter",)),
    # ---- collected: the grid and the village ----
    Action(
        "self_close", Title("即处即结", "Close on the spot"), {"reported": "self_handled"},
        ("self_close_incident",), needs=(TEXT, PLACE),
        guards=("item_self_close", "within_a_day", "photo_after"), effects=("self_handled", "result"),
        then="settle sample",
    ),
    Action(
        "settle", Title("办结", "Settle"), {"self_handled": "closed"}, ("system",),
        guards=("not_sampled",), effects=("close",),
    ),
    Action(
        "sample", Title("抽查", "Sample for verification"), {"self_handled": "verifying"}, ("system",),
        guards=("sampled",),
    ),
    Action(
        "accept", Title("受理", "Accept"), {"reported": "triaged"}, ("triage_incident",), "village",
        needs=(NOTE,), effects=("accept",),
    ),
    Action(
        "ask_reject", Title("申请不予受理", "Ask to reject"), same("reported", "triaged"), ("triage_incident",),
        "village", needs=(REASON,), guards=("nothing_pending",), effects=("ask_reject",),
    ),
    Action(
        "ask_void", Title("申请作废", "Ask to void"), same("reported", "triaged"), ("triage_incident",), "village",
        needs=(REASON,), guards=("nothing_pending",), effects=("ask_void",),
    ),
    Action(
        "reject", Title("不予受理", "Reject"), {"reported": "rejected", "triaged": "rejected"},
        ("decide_incident",), "town", needs=(REASON,), effects=("settle_pending", "end"),
    ),
    Action(
        "void", Title("作废", "Void"), {"reported": "void", "triaged": "void"}, ("decide_incident",), "town",
        needs=(REASON,), effects=("settle_pending", "end"),
    ),
    Action(
        "merge", Title("合并", "Merge"), {"reported": "merged", "triaged": "merged"}, ("triage_incident",), "village",
        needs=(Need("into", Title("并入事件编号", "Number of the other")), NOTE),
        guards=("mergeable",), effects=("merge", "settle_pending", "end"),
    ),
    Action(
        "handle", Title("自行处置", "Handle"), {"triaged": "handling"}, ("triage_incident",), "village",
        needs=(NOTE,), guards=("nothing_pending",), effects=("by_village",),
    ),
    Action(
        "escalate", Title("上报街道", "Escalate to the street"), {"triaged": "street_accepted"},
        ("triage_incident",), "village", needs=(NOTE,), guards=("nothing_pending",),
    ),
    # ---- the street ----
    Action(
        "send_back", Title("退回社区", "Send back to the village"), {"street_accepted": "triaged"},
        ("dispatch_incident",), "town", needs=(REASON,),
    ),
    Action(
        "handle_by_street", Title("街道处置", "Handle by the street"), {"street_accepted": "street_handling"},
        ("dispatch_incident",), "town", needs=(NOTE,), effects=("by_street",),
    ),
    Action(
        "whistle", Title("吹哨", "Whistle"), {"street_accepted": "whistled", "street_handling": "whistled"},
        ("dispatch_incident",), "town", needs=(KIND, DEPARTMENT, SUPPORT, NOTE),
        guards=("departments_known",), effects=("whistle",),
    ),
    # ---- the departments ----
    Action(
        "check_in", Title("报到", "Check in"), {"whistled": "checked_in"}, ("check_in_incident",),
        needs=(PLACE, NOTE), guards=("leads",), effects=("check_in",),
    ),
    Action(
        "check_in_support", Title("协同报到", "Check in to support"), same("whistled", "checked_in", "handling"),
        ("check_in_incident",), needs=(PLACE, NOTE), guards=("supports",), effects=("check_in_support",),
    ),
    Action(
        "return", Title("退回", "Return"), {"whistled": "disputed"}, ("check_in_incident",),
        needs=(REASON, Need("department", Title("应由谁负责", "Who is responsible"), "department", required=False)),
        guards=("leads", "returns_once", "in_return_time"), effects=("return_whistle",),
    ),
    Action(
        "reassign", Title("改派", "Reassign"), {"disputed": "whistled"}, ("decide_incident",), "county",
        needs=(KIND, DEPARTMENT, SUPPORT, NOTE), guards=("departments_known",), effects=("whistle",),
    ),
    Action(
        "force", Title("指定承办", "Assign for good"), {"disputed": "checked_in"}, ("decide_incident",), "county",
        needs=(DEPARTMENT, NOTE), guards=("departments_known",), effects=("force",),
    ),
    Action(
        "start", Title("开始处置", "Start"), {"checked_in": "handling"}, ("check_in_incident",), needs=(NOTE,),
        guards=("leads",), effects=("by_department",),
    ),
    Action(
        "ask_extend", Title("申请延期", "Ask for more time"), same("handling"), ("handler",), needs=(REASON, HOURS),
        guards=("nothing_pending", "extensions_left"), effects=("ask_extend",),
    ),
    Action(
        "extend", Title("批准延期", "Grant more time"), same("handling"), ("decide_incident",), "town", needs=(NOTE,),
        guards=("extend_pending",), effects=("extend", "settle_pending"),
    ),
    Action(
        "ask_suspend", Title("申请挂账", "Ask to suspend"), same("handling"), ("handler",), needs=(REASON,),
        guards=("nothing_pending",), effects=("ask_suspend",),
    ),
    Action(
        "suspend", Title("批准挂账", "Suspend"), {"handling": "suspended"}, ("decide_incident",), "county",
        needs=(NOTE,), guards=("suspend_pending",), effects=("suspend", "settle_pending"),
    ),
    Action(
        "resume", Title("恢复处置", "Resume"), {"suspended": "handling"}, ("handler", "decide_incident"),
        needs=(NOTE,), effects=("resume",),
    ),
    Action(
        "refuse_request", Title("驳回申请", "Refuse the request"), same("reported", "triaged", "handling"),
        ("decide_incident",), "town", needs=(REASON,), guards=("something_pending",), effects=("settle_pending",),
    ),
    # ---- back again ----
    Action(
        "feed_back", Title("反馈", "Feed back"), {"handling": "feedback", "street_handling": "feedback"},
        ("handler",), needs=(TEXT, PLACE), guards=("nothing_pending", "photo_if_needed"),
        effects=("result", "feed_back"), then="send_to_verify",
    ),
    Action(
        "send_to_verify", Title("转核实", "Send to verify"), {"feedback": "verifying"}, ("system",),
    ),
    Action(
        "verify_pass", Title("核实通过", "Verified"), {"verifying": "closed"}, ("verify_incident", "reporter"),
        needs=(Need("place", PLACE.title, "place"), SOLVED, NOTE),
        guards=("not_own_work", "on_site"), effects=("solved", "close"),
    ),
    Action(
        "close", Title("回访结项", "Close by call-back"), {"verifying": "closed"}, ("close_incident",), "village",
        needs=(TEXT, SOLVED), guards=("not_own_work",), effects=("solved", "close"),
    ),
    Action(
        "verify_fail", Title("返工", "Not solved"), {"verifying": "handling"},
        ("verify_incident", "reporter", "close_incident"), needs=(REASON, PLACE), effects=("rework",),
    ),
    Action(
        "evaluate", Title("评价", "Evaluate"), {"closed": "evaluated", "evaluated": "evaluated"},
        ("evaluate_incident", "reporter"), needs=(*MARKS, NOTE), guards=("in_evaluation_time", "evaluates_once"),
        effects=("evaluate",),
    ),
    Action(
        "evaluate_by_default", Title("默认评价", "Evaluated by default"), {"closed": "evaluated"}, ("system",),
        guards=("evaluation_time_over",), effects=("evaluate_by_default",),
    ),
    Action(
        "reopen", Title("重开", "Reopen"), {"closed": "handling", "evaluated": "handling"},
        ("reporter", "decide_incident"), needs=(REASON,), guards=("in_reopening_time",), effects=("rework", "reopen"),
    ),
    # ---- at any time ----
    Action(
        "supervise", Title("督办", "Supervise"), same(*OPEN_STATES), ("supervise_incident", "system"), "town",
        needs=(TEXT, Need("supervision", Title("督办等级", "Level"), "choice", choices=("1", "2", "3"))),
        effects=("supervise",),
    ),
    Action(
        "reply", Title("回复督办", "Reply"), same(*OPEN_STATES), ("handler", "dispatch_incident", "triage_incident"),
        needs=(TEXT,), guards=("reply_wanted",), effects=("reply",),
    ),
    Action(
        "urge", Title("催办", "Urge"), same(*OPEN_STATES),
        ("dispatch_incident", "supervise_incident", "reporter", "system"), needs=(NOTE,),
    ),
    Action(
        "pick_grid", Title("指定网格", "Pick the grid"), same(*OPEN_STATES), ("dispatch_incident",), "county",
        needs=(Need("grid", Title("网格编码", "Code of the grid"), "grid"), NOTE), guards=("outside",),
        effects=("pick_grid",),
    ),
    Action(
        "relocate", Title("更正位置", "Correct the place"), same(*OPEN_STATES),
        ("triage_incident", "dispatch_incident"), "village",
        needs=(Need("place", Title("位置", "Place"), "place"), REASON), effects=("relocate",),
    ),
    Action(
        "note", Title("备注", "Note"), same(*OPEN_STATES), ("handler", "triage_incident", "reporter"), needs=(TEXT,),
    ),
)  # fmt: skip

BY_KEY = {action.key: action for action in ACTIONS}


def moves() -> list[tuple[str, str, str]]:
    """Every declared (from, to, action)."""
    return [(start, end, action.key) for action in ACTIONS for start, end in action.moves.items()]
