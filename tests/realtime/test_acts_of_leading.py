"""Every order of who leads takes nothing from anybody, or it has a reason that stands in the session's log."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from realtime import tools
from realtime.actions import acts_of
from realtime.actions.acts import ACTS, OPEN_TO_APPEAL
from tests.realtime.boards import put
from tests.realtime.sessions import Session

REASON = "We listen to each other."


def _hand(session: Session) -> dict[str, Any]:
    session.do(session.amal, "speaking", "raise")
    return _amal(session)


def _amal(session: Session) -> dict[str, Any]:
    return {"id": str(session.amal.pk)}


def _idea(session: Session) -> dict[str, Any]:
    return {"id": put(session, session.amal, "Shade"), "text": "More shade"}


def _message(session: Session) -> dict[str, Any]:
    session.do(session.amal, "chat", "post", text="Something unkind")
    return {"id": session.see(session.lead, "chat")["messages"][-1]["id"]}


def _scribe(session: Session) -> dict[str, Any]:
    session.do(session.lead, "door", "role", id=str(session.amal.pk), role="scribe")
    return {**_amal(session), "role": "participant"}


def _nothing(session: Session) -> dict[str, Any]:
    return {}


# What takes something from somebody or from all: with what it is given here, and what the log calls it.
ACTS_OF: dict[tuple[str, str], tuple[Callable[[Session], dict[str, Any]], str]] = {
    ("moderation", "lock"): (_nothing, "lock"),
    ("moderation", "freeze"): (_nothing, "freeze"),
    ("moderation", "pause_chat"): (_nothing, "pause_chat"),
    ("moderation", "slow"): (lambda session: {"seconds": 30}, "slow"),
    ("moderation", "mute"): (_amal, "mute"),
    ("moderation", "remove"): (_amal, "remove"),
    ("door", "role"): (_scribe, "unscribe"),
    ("chat", "hide"): (_message, "hide"),
    ("speaking", "drop"): (_hand, "lower"),
    ("board", "close"): (_nothing, "close_board"),
    ("board", "lock_column"): (lambda session: {"id": "c2"}, "lock_column"),
    ("board", "clear_column"): (lambda session: {"id": "c1"}, "clear"),
    ("board", "edit_note"): (_idea, "reword"),
    ("board", "delete_note"): (_idea, "take"),
}
# The same, held by tests of their own: it needs somebody at the door, a comment on the text, or groups that are out.
ELSEWHERE = {("door", "refuse"), ("passages", "hide"), ("breakouts", "call_back")}
# What gives back what an act took.
BACK = {
    *(("moderation", name) for name in ("unlock", "unfreeze", "resume_chat", "unmute", "readmit")),
    *(("board", name) for name in ("open", "unlock_column")),
    ("chat", "restore"),
}
# What runs the session or arranges it, for all alike and in everyone's sight: nothing is taken from anybody.
RUNS = {
    "door": {
        "admit",
        "admit_all",
        "add",
        "gone",
        "back",
        "rename",
        "link",
        "limit",
        "watching",
        "no_watching",
        "renew",
    },
    "agenda": {"next", "back", "extend", "add", "edit", "move", "remove", "use", "save", "forget"},
    "speaking": {"next", "add", "move", "rule", "turn", "name", "round", "end_round"},
    "board": {"add_column", "rename_column", "move_column", "remove_column", "sort_column", "silence", "reveal"},
    "polls": {"draft", "open", "close", "drop"},
    "consent": {"prepare", "open", "drop", "close", "show", "resolve"},
    "chat": {"answered", "pin"},
    "moderation": {"show", "take_down", "ask", "let_in", "announce", "end_announcement", "look", "look_away"},
    "minutes": {"write", "leave_out", "put_in", "propose", "take_back"},
    "passages": {"rule"},
    "captions": {"name", "keep"},
    "projector": {"show", "second"},
    "appeals": {"answer"},
    "breakouts": {"make", "put", "drop", "give_up", "send", "extend", "tell", "bring", "end"},
    "leading": {"share", "pass", "step_down"},
    "notes": {"save"},
}


def test_every_order_of_who_leads_is_an_act_with_a_reason_or_takes_nothing() -> None:
    leads = {
        (name, command)
        for name, tool in tools.TOOLS.items()
        for command, order in tool.commands.items()
        if order.ability in ("facilitate", "moderate", "record")
    }
    runs = {(name, command) for name, commands in RUNS.items() for command in commands}
    shared = {("board", "edit_note"), ("board", "delete_note")}  # an act only where it is another's idea
    assert (set(ACTS_OF) - shared) | ELSEWHERE | BACK | runs == leads


@pytest.mark.parametrize("what", ACTS_OF, ids=".".join)
def test_an_act_without_a_reason_is_refused_and_with_one_it_stands_in_the_log(
    session: Session, what: tuple[str, str]
) -> None:
    (tool, command), (prepare, name) = what, ACTS_OF[what]
    given = prepare(session)
    before = acts_of(session.room).count()
    with pytest.raises(ValidationError) as refused:
        session.do(session.lead, tool, command, **given)
    assert list(refused.value.error_dict) == ["reason"]
    assert acts_of(session.room).count() == before
    session.do(session.lead, tool, command, **given, reason=REASON)
    act = acts_of(session.room).first()
    about = session.amal.person_id if given.get("id") not in (None, "c1", "c2") else None
    assert (act.act, act.reason, act.by_id, act.concerns_id) == (name, REASON, session.lead.person_id, about)
    assert name in ACTS
    assert name in OPEN_TO_APPEAL
