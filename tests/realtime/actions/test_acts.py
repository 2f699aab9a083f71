"""Each act of leading stands in the log with its reason, and who may ask for a second look at it."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from realtime.actions.acts import ask_again, log_for, passage_words
from realtime.actions.board import post_note
from realtime.actions.states import change_state
from realtime.models import ToolState
from tests.realtime.looks import moderate
from tests.realtime.sessions import Session


def test_the_log_tells_each_what_concerns_all_and_themselves(session: Session) -> None:
    moderate(session, "lock", reason="We read.")
    moderate(session, "mute", id=str(session.amal.pk), reason="Too loud.")
    told = {who: len(log_for(session.room, who.person, leads=False)) for who in (session.amal, session.gianni)}
    assert list(told.values()) == [2, 1]
    assert len(log_for(session.room, session.lead.person, leads=True)) == 2


def test_of_an_act_about_another_nobody_asks_for_a_second_look(session: Session) -> None:
    act = moderate(session, "mute", id=str(session.amal.pk), reason="Too loud.")
    for who, key in ((session.gianni, act.pk), (session.amal, "nonsense"), (session.amal, session.amal.pk)):
        with pytest.raises(PermissionDenied):
            ask_again(room=session.room, by=who.person, act=str(key), text="Why?")
    assert ask_again(room=session.room, by=session.amal.person, act=str(act.pk), text="I whispered.").act == act


def test_what_only_tells_is_not_open_to_a_second_look(session: Session) -> None:
    act = moderate(session, "announce", text="Five more minutes.")
    with pytest.raises(PermissionDenied):
        ask_again(room=session.room, by=session.amal.person, act=str(act.pk), text="Why?")


def test_what_a_tool_keeps_is_changed_on_top_of_what_came_meanwhile(session: Session) -> None:
    raced: list[int] = []

    def change(state: dict[str, Any]) -> dict[str, Any]:
        if not raced:
            raced.append(1)
            rows = ToolState.objects.filter(room=session.room, tool="fair")
            rows.update(state={"theirs": 1}, revision=7)
        return {**state, "mine": 1}

    assert change_state(session.room, "fair", change) == {"theirs": 1, "mine": 1}
    assert ToolState.objects.get(room=session.room, tool="fair").revision == 8


def test_the_first_words_of_a_passage_are_shown_and_a_lost_one_is_refused(session: Session) -> None:
    note = post_note(room=session.room, by=session.amal.person, column="c1", text="Shade " * 20)
    assert passage_words(session.room, "note", note) == ("Shade " * 20)[:80] + "…"
    for kind in ("note", "block"):
        with pytest.raises(ValidationError) as refusal:
            passage_words(session.room, kind, "gone")
        assert refusal.value.error_dict["target"][0].code == "gone"
