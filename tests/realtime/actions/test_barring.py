"""Why somebody cannot do something in a room now: each case has its own words, and what to do."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from realtime.actions import close_room, post_passage, remove
from realtime.actions.barring import barred
from realtime.choices import RoomRole
from realtime.models import Participant
from tests.realtime.factories import join, leader, make_room
from tests.realtime.sessions import Session

pytestmark = pytest.mark.django_db

FROZEN: dict[str, Any] = {
    "frozen": True,
    "reason": "Fire alarm",
    "reasons": {"frozen": "Fire alarm", "locked": "Scribes"},
}


def why(ability: str, who: Participant | None, session: Session, **fields: Any) -> str:
    return str(barred(ability, session.room, who, **fields))


def test_who_is_not_in_the_room_is_told_the_way_in(session: Session) -> None:
    assert "Come in first" in why("chat", None, session)
    waits = join(make_room(asks_before_admitting=True), "Bea")
    assert "You wait at the door." in why("chat", waits, session)
    remove(participant=session.amal, by=session.lead.person, reason="Shouting.")
    session.amal.refresh_from_db()
    assert "ask for a second look" in why("chat", session.amal, session)


def test_of_a_closed_room_its_facilitator_is_not_told_that_they_do_not_lead(session: Session) -> None:
    close_room(room=session.room, by=session.lead.person, reason="It is late")
    session.room.refresh_from_db()
    assert "The room is closed." in why("facilitate", session.lead, session)
    assert why("record", session.amal, session) == "Only the facilitator can do this."


@pytest.mark.parametrize("ability", ["speak", "board", "suggest", "write", "chat", "react"])
def test_who_only_watches_is_told_whom_to_ask(session: Session, ability: str) -> None:
    session.amal.role = RoomRole.OBSERVER
    assert why(ability, session.amal, session) == "You only watch here. Ask the facilitator to let you take part."
    assert "Amal only watches." in why(ability, session.amal, session, helps=True)


@pytest.mark.parametrize("ability", ["board", "suggest", "write", "chat", "react", "vote"])
def test_a_frozen_room_says_why_and_that_it_goes_on(session: Session, ability: str) -> None:
    said = why(ability, session.amal, session, moderation=FROZEN)
    assert said.endswith("lets the room go on. The reason: Fire alarm")


def test_the_reason_is_that_of_what_stands_in_the_way(session: Session) -> None:
    kept = {
        "locked": True,
        "chat_paused": True,
        "reason": "Scribes",
        "reasons": {"locked": "Scribes", "chat_paused": "Listen"},
    }
    assert why("write", session.amal, session, moderation=kept).endswith("The reason: Scribes")
    assert why("chat", session.amal, session, moderation=kept).endswith("The reason: Listen")
    assert "The reason" not in why("write", session.amal, session, moderation={"locked": True})


def test_who_is_muted_is_told_where_a_second_look_is_asked_for_also_while_all_is_frozen(session: Session) -> None:
    session.amal.chat_muted = True
    for moderation in ({}, FROZEN):
        assert "The log of the room says why" in why("chat", session.amal, session, moderation=moderation)
    assert "Amal may not write in the chat" in why("chat", session.amal, session, helps=True)


def test_what_the_moderation_keeps_is_read_where_it_is_not_given(session: Session) -> None:
    session.do(session.lead, "moderation", "lock", reason="Scribes write the last version.")
    assert why("write", session.amal, session).endswith("The reason: Scribes write the last version.")
    with pytest.raises(PermissionDenied, match="The reason: Scribes"):
        post_passage(room=session.room, by=session.amal.person, text="One more.")


def test_what_nothing_explains_still_says_what_to_do(session: Session) -> None:
    assert "ask the facilitator" in why("speak", leader(session.room), session)
