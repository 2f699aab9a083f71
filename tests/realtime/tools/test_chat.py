"""Messages: everyone's, hidden with a reason, paused for all or for one."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.conversations.models import Post
from realtime import tools
from realtime.models import Participant, Reaction
from realtime.tools.chat import earlier, names_of_signs
from tests.realtime.factories import join, leader, make_room
from tests.realtime.sessions import Session
from tests.together import at_once


def test_a_message_is_seen_by_all_and_mine_by_its_author(session: Session) -> None:
    session.do(session.amal, "chat", "post", text="Ciao!", language="it")
    [mine] = session.see(session.amal, "chat")["messages"]
    [theirs] = session.see(session.gianni, "chat")["messages"]
    assert (mine["mine"], theirs["mine"], mine["text"], mine["language"]) == (True, False, "Ciao!", "it")
    assert session.see(None, "chat")["messages"] == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_000, None, 7, ["x"]])
def test_what_is_no_message_is_refused(session: Session, text: object) -> None:
    with pytest.raises(ValidationError):
        session.do(session.amal, "chat", "post", text=text)


def test_a_hidden_message_keeps_its_place_without_its_words(session: Session) -> None:
    session.do(session.amal, "chat", "post", text="rude")
    [message] = session.see(session.lead, "chat")["messages"]
    with pytest.raises(PermissionDenied):
        session.do(session.gianni, "chat", "hide", id=message["id"], reason="no")
    with pytest.raises(ValidationError):
        session.do(session.lead, "chat", "hide", id=message["id"], reason="")
    session.do(session.lead, "chat", "hide", id=message["id"], reason="It insults someone.")
    [hidden] = session.see(session.gianni, "chat")["messages"]
    assert (hidden["text"], hidden["hidden"]) == ("", True)


def test_a_paused_chat_is_the_leaders(session: Session) -> None:
    session.do(session.lead, "moderation", "pause_chat", reason="We listen.")
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "chat", "post", text="x")
    session.do(session.lead, "chat", "post", text="One minute, please.")
    session.do(session.lead, "moderation", "resume_chat")
    session.do(session.amal, "chat", "post", text="x")


def test_a_muted_person_reads_on(session: Session) -> None:
    session.do(session.lead, "moderation", "mute", id=str(session.amal.pk), reason="Too loud.")
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "chat", "post", text="x")
    session.amal.refresh_from_db()
    assert session.see(session.amal, "chat")["muted"] is True
    assert session.see(session.gianni, "chat")["muted"] is False


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None], session: Session) -> None:
    session.do(session.amal, "chat", "post", text="one")
    at_most("chat", 6)


# --- Signs, questions, pins, pace --------------------------------------------------------


def said(session: Session, who: Participant, text: str = "Ciao!", **more: Any) -> str:
    session.do(who, "chat", "post", text=text, **more)
    return str(session.see(session.lead, "chat")["messages"][-1]["id"])


def test_a_sign_of_a_kind_counts_once_each_and_can_be_taken_back(session: Session) -> None:
    key = said(session, session.amal)
    for who in (session.amal, session.gianni, session.gianni):
        session.do(who, "chat", "react", id=key, kind="agree")
    session.do(session.gianni, "chat", "react", id=key, kind="thanks")
    [message] = session.see(session.gianni, "chat")["messages"]
    assert (message["signs"], message["my_signs"]) == ({"agree": 2, "thanks": 1}, ["agree", "thanks"])
    session.do(session.gianni, "chat", "react", id=key, kind="agree", on="0")
    [message] = session.see(session.amal, "chat")["messages"]
    assert (message["signs"], message["my_signs"]) == ({"agree": 1, "thanks": 1}, ["agree"])
    post = Post.objects.across_cities().get(pk=key)
    assert names_of_signs(session.room, post) == [("agree", ["Amal"]), ("thanks", ["Gianni"])]


@pytest.mark.parametrize("kind", ["", "hate", "ask", 7])
def test_an_unknown_sign_is_refused(session: Session, kind: object) -> None:
    key = said(session, session.amal)
    with pytest.raises(ValidationError):
        session.do(session.gianni, "chat", "react", id=key, kind=kind)


def test_questions_that_more_ask_stand_higher_until_they_are_answered(session: Session) -> None:
    first = said(session, session.amal, "Who waters in August?", question="1")
    second = said(session, session.gianni, "Is there a key?")
    with pytest.raises(ValidationError):
        session.do(session.amal, "chat", "question", id=second)
    session.do(session.gianni, "chat", "question", id=second)
    session.do(session.amal, "chat", "react", id=second, kind="ask")
    assert [each["id"] for each in session.see(session.amal, "chat")["questions"]] == [second, first]
    session.do(session.lead, "chat", "answered", id=second)
    asked = session.see(session.amal, "chat")["questions"]
    assert [(each["id"], each["answered"]) for each in asked] == [(first, False), (second, True)]
    assert [each["name"] for each in session.see(None, "chat")["questions"]] == ["", ""]
    session.do(session.gianni, "chat", "question", id=second, on="0")
    assert len(session.see(session.amal, "chat")["questions"]) == 1


def test_who_has_no_device_asks_and_asks_too_by_the_facilitators_hand(session: Session) -> None:
    first = said(session, session.amal, "Who waters in August?", question="1")
    session.do(session.lead, "door", "add", name="Nonna Pina")
    pina = {"for": session.see(session.lead, "door")["people"][-1]["id"]}
    own = said(session, session.lead, "Is there a bench?", question="1", **pina)
    for _twice in range(2):
        session.do(session.lead, "chat", "react", id=first, kind="ask", on="1", **pina)
    session.do(session.lead, "chat", "react", id=first, kind="ask", on="1")
    asked = {each["id"]: each for each in session.see(session.lead, "chat")["questions"]}
    assert (asked[own]["name"], asked[own]["assisted"]) == ("Nonna Pina", True)
    assert asked[first]["signs"] == {"ask": 2}
    with pytest.raises(PermissionDenied):
        session.do(session.gianni, "chat", "react", id=first, kind="ask", **pina)


def test_pinned_messages_stay_in_sight_and_are_few(session: Session) -> None:
    keys = [said(session, session.amal, f"Message {number}") for number in range(6)]
    for key in keys[:5]:
        session.do(session.lead, "chat", "pin", id=key)
    with pytest.raises(ValidationError):
        session.do(session.lead, "chat", "pin", id=keys[5])
    session.do(session.lead, "chat", "pin", id=keys[0], on="0")
    session.do(session.lead, "chat", "hide", id=keys[1], reason="It insults someone.")
    assert [each["id"] for each in session.see(session.gianni, "chat")["pinned"]] == keys[2:5]
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "chat", "pin", id=keys[5])


def test_a_hidden_message_can_be_shown_again(session: Session) -> None:
    key = said(session, session.amal)
    session.do(session.lead, "chat", "hide", id=key, reason="A mistake of mine.")
    session.do(session.lead, "chat", "restore", id=key, reason="I was wrong.")
    assert session.see(session.gianni, "chat")["messages"][0]["text"] == "Ciao!"


def test_older_messages_come_page_by_page(session: Session) -> None:
    thread = session.room.thread
    rows = [
        Post(
            city_id=session.room.city_id,
            thread=thread,
            by=session.amal.person,
            text=f"M{n}",
            kind="chat",
            language="it",
        )
        for n in range(230)
    ]
    Post.objects.bulk_create(rows)
    seen = session.see(session.amal, "chat")
    assert (len(seen["messages"]), seen["earlier"]) == (100, True)
    viewer = tools.viewer_of(session.amal)
    second, more = earlier(session.room, viewer, seen["messages"][0]["id"])
    assert (len(second), more) == (100, True)
    third, more = earlier(session.room, viewer, second[0]["id"])
    assert (len(third), more) == (30, False)
    assert len({each["text"] for each in (*seen["messages"], *second, *third)}) == 230
    assert earlier(session.room, viewer, "nonsense") == ([], False)


def test_a_slow_chat_takes_one_message_in_a_while_from_each(session: Session) -> None:
    session.do(session.lead, "moderation", "slow", seconds=30, reason="Many write.")
    said(session, session.amal)
    with pytest.raises(ValidationError, match="You can write again in"):
        said(session, session.amal, "And one more")
    said(session, session.gianni)
    said(session, session.lead)
    said(session, session.lead)
    session.amal.refresh_from_db()
    assert 28 <= session.see(session.amal, "chat")["wait"] <= 30
    Participant.objects.across_cities().filter(pk=session.amal.pk).update(
        wrote_at=timezone.now() - timedelta(seconds=31)
    )
    said(session, session.amal, "And one more")
    session.do(session.lead, "moderation", "slow", seconds=0)
    said(session, session.amal, "At my own pace")


def test_what_is_no_message_costs_no_waiting(session: Session) -> None:
    session.do(session.lead, "moderation", "slow", seconds=30, reason="Many write.")
    with pytest.raises(ValidationError):
        session.do(session.amal, "chat", "post", text="  ")
    said(session, session.amal)


@pytest.mark.django_db(transaction=True)
def test_raced_signs_and_raced_messages_count_once() -> None:
    room = make_room()
    session = Session(room, leader(room), join(room), join(room, "Gianni"))
    key = said(session, session.amal)
    session.do(session.lead, "moderation", "slow", seconds=60, reason="Many write.")
    signs = partial(session.do, session.gianni, "chat", "react", id=key, kind="agree")
    messages = [partial(session.do, session.gianni, "chat", "post", text=f"Message {number}") for number in range(6)]
    problems = [each for each in at_once(*[signs] * 6, *messages) if each is not None]
    assert Reaction.objects.count() == 1
    assert Post.objects.across_cities().filter(by=session.gianni.person).count() == 1
    assert {type(each) for each in problems} == {ValidationError}
    assert len(problems) == 5


def test_signs_cost_the_same_for_many(at_most: Callable[[str, int], None], session: Session) -> None:
    for number in range(5):
        key = said(session, session.amal, f"Question {number}", question="1")
        session.do(session.gianni, "chat", "react", id=key, kind="ask")
    session.do(session.lead, "chat", "pin", id=key)
    at_most("chat", 6)
