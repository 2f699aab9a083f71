"""What happens in a session, as programs read it and take part in it: each as their own part in the room allows."""

from typing import Any

import pytest
from django.test import Client

from backend.conversations.models import Appeal
from realtime.actions import leave_room
from realtime.permissions import read_ticket
from tests.factories import make_citizen, make_officer
from tests.realtime.sessions import Session
from tests.realtime.visits import browser


def at(session: Session, path: str) -> str:
    return f"/api/v1/rooms/{session.room.pk}/{path}"


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_older_messages_come_page_by_page_without_a_gap(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.tools.chat.SHOWN", 5)
    for number in range(12):
        session.do(session.lead, "chat", "post", text=f"Message {number}")
    client, before, read = browser(session.amal), "", []
    while True:
        told = client.get(at(session, f"messages/?before={before}")).json()
        read = [each["text"] for each in told["messages"]] + read
        if not told["earlier"]:
            break
        before = told["messages"][0]["id"]
    assert read == [f"Message {number}" for number in range(12)]


def test_the_log_is_whole_for_who_leads_and_ones_own_for_others(session: Session) -> None:
    session.do(session.lead, "moderation", "lock", reason="We read.")
    session.do(session.lead, "moderation", "mute", id=str(session.amal.pk), reason="Too loud.")
    told = [len(browser(who).get(at(session, "log/")).json()["acts"]) for who in session[1:]]
    assert told == [2, 2, 1]


def test_who_was_removed_asks_for_a_second_look_and_reads_nothing_else(session: Session) -> None:
    session.do(session.lead, "moderation", "remove", id=str(session.amal.pk), reason="Shouting.")
    act = session.room.thread.acts.across_cities().get(act="remove")
    client = browser(session.amal)
    refused = client.get(at(session, "messages/"))
    assert refused.status_code == 403
    assert "Shouting." in refused.json()["detail"]
    body = {"act": str(act.pk), "text": "I did not shout."}
    assert client.post(at(session, "appeals/"), body, content_type="application/json").status_code == 201
    assert Appeal.objects.across_cities().get().by == session.amal.person
    assert Client().post(at(session, "appeals/"), body, content_type="application/json").status_code == 404


def test_a_second_look_without_words_is_a_problem_at_its_field(session: Session) -> None:
    session.do(session.lead, "moderation", "lock", reason="We read.")
    act = session.room.thread.acts.across_cities().get(act="lock")
    body = {"act": str(act.pk), "text": " "}
    answer = browser(session.amal).post(at(session, "appeals/"), body, content_type="application/json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["text"])


def test_one_steps_in_only_where_nobody_leads(session: Session) -> None:
    officer = signed_in(make_officer(session.room.city, "Paola"))
    assert officer.post(at(session, "step-in/")).status_code == 409
    leave_room(participant=session.lead)
    for who in (Client(), signed_in(make_citizen(session.room.city))):
        assert who.post(at(session, "step-in/")).status_code in (401, 403, 404)
    answer = officer.post(at(session, "step-in/"))
    assert answer.status_code == 201
    ticket = read_ticket(answer.json()["ticket"])
    assert ticket is not None
    assert str(ticket.participant) == answer.json()["participant"]


def test_texts_of_groups_are_for_who_is_in_the_room(session: Session) -> None:
    session.do(session.lead, "breakouts", "make", count=1, minutes=10, everyone="1")
    session.do(session.lead, "breakouts", "send")
    [group] = browser(session.amal).get(at(session, "groups/")).json()["groups"]
    assert (group["number"], group["brought"]) == (1, False)
    assert Client().get(at(session, "groups/")).status_code == 404
