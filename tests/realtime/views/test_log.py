"""The log of a room, and asking for a second look by a plain form, also when one was removed."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.conversations.models import Appeal, ModerationAct
from realtime import tools
from realtime.actions import add_assisted, set_asking, set_role
from realtime.choices import ParticipantState, RoomRole
from realtime.models import Participant, Room
from tests.factories import make_facilitator, make_moderator, make_person
from tests.realtime.factories import join, leader, make_room
from tests.realtime.visits import ENGLISH, browser, messages_of, page

pytestmark = pytest.mark.django_db


def enter(client: Client, room: Room, name: str = "Amal") -> Participant:
    client.post(reverse("realtime:join"), {"code": room.code, "name": name, "place": "hall"})
    found: Participant = Participant.objects.in_city(room.city).get(room=room, person__name=name)
    return found


def moderate(room: Room, command: str, **args: Any) -> None:
    tools.do(room=room, tool="moderation", command=command, by=leader(room).person, args=args)


def test_people_read_what_concerns_all_and_themselves(client: Client) -> None:
    room = make_room()
    amal = enter(client, room)
    gianni = join(room, "Gianni")
    moderate(room, "lock", reason="We read aloud.")
    moderate(room, "mute", id=str(amal.pk), reason="Too loud.")
    moderate(room, "mute", id=str(gianni.pk), reason="Rude to others.")
    shown = client.get(page(room, "log")).content.decode()
    assert "We read aloud." in shown
    assert "Too loud." in shown
    assert "Rude to others." not in shown
    lead = Client(headers=ENGLISH)
    lead.force_login(leader(room).person)
    assert "Rude to others." in lead.get(page(room, "log")).content.decode()
    assert Client(headers=ENGLISH).get(page(room, "log")).status_code == 404


def test_the_log_asks_the_database_the_same_for_many(client: Client, count_queries: Any) -> None:
    room = make_room()
    enter(client, room)
    moderate(room, "lock", reason="One.")
    client.get(page(room, "log"))  # what is read once for all pages is read now
    few = count_queries(lambda: client.get(page(room, "log")))
    for number in range(5):
        moderate(room, "lock", reason=f"And {number}.")
    assert count_queries(lambda: client.get(page(room, "log"))) == few


def test_a_removed_person_reads_why_asks_again_and_is_let_back(client: Client) -> None:
    room = make_room()
    amal = enter(client, room)
    moderate(room, "remove", id=str(amal.pk), reason="Shouting.")
    shown = client.get(page(room))
    assert shown.status_code == 403
    assert "Shouting." in shown.content.decode()
    act = shown.context["act"].pk
    assert client.post(page(room, "log"), {"step": "ask", "act": act, "text": ""}).status_code == 422
    client.post(page(room, "log"), {"step": "ask", "act": act, "text": "It was not me."})
    assert "You asked for a second look" in client.get(page(room)).content.decode()
    moderator = Client(headers=ENGLISH)
    moderator.force_login(make_moderator(room.city, "Mirko"))
    queue = reverse("moderation", args=[room.city.slug])
    listed = moderator.get(queue, {"tab": "appeals"}).content.decode()
    assert "It was not me." in listed
    assert room.title in listed
    appeal = Appeal.objects.across_cities().get()
    moderator.post(queue, {"step": "accept", "appeal": appeal.pk, "answer": "She may come back."})
    amal.refresh_from_db()
    assert amal.state == ParticipantState.ADMITTED
    assert client.get(page(room)).status_code == 200


def test_a_removed_person_gets_the_same_answer_by_another_name_and_cannot_be_forgotten(client: Client) -> None:
    room = make_room()
    amal = enter(client, room)
    moderate(room, "remove", id=str(amal.pk), reason="Shouting.")
    client.post(page(room, "leave"))
    again = client.post(
        reverse("realtime:join"), {"code": room.code, "name": "Somebody else", "place": "hall"}, follow=True
    )
    assert again.status_code == 403
    assert "Shouting." in again.content.decode()
    by_api = client.post("/api/v1/rooms/join/", {"code": room.code, "name": "Third"}, content_type="application/json")
    assert (by_api.status_code, "asked you to leave" in by_api.content.decode()) == (403, True)
    assert Participant.objects.in_city(room.city).filter(room=room).count() == 2


def test_another_facilitator_answers_on_the_page(client: Client) -> None:
    room = make_room()
    amal = enter(client, room)
    moderate(room, "mute", id=str(amal.pk), reason="Too loud.")
    act = client.get(page(room, "log")).context["rows"][0]["act"].pk
    client.post(page(room, "log"), {"step": "ask", "act": act, "text": "Why me?"})
    second = join(room, person=make_person("Bruna"))
    set_role(participant=second, by=leader(room).person, role=RoomRole.FACILITATOR)
    other = Client(headers=ENGLISH)
    other.force_login(second.person)
    assert "Why me?" in other.get(page(room, "log")).content.decode()
    appeal = Appeal.objects.across_cities().get()
    assert other.post(page(room, "log"), {"step": "accept", "appeal": appeal.pk, "answer": ""}).status_code == 422
    other.post(page(room, "log"), {"step": "accept", "appeal": appeal.pk, "answer": "She is right."})
    amal.refresh_from_db()
    assert amal.chat_muted is False
    assert "She is right." in client.get(page(room, "log")).content.decode()


def test_who_grants_a_second_look_too_late_is_told_so_and_so_is_who_asked(client: Client) -> None:
    room = make_room()
    amal = enter(client, room)
    moderate(room, "mute", id=str(amal.pk), reason="Too loud.")
    act = client.get(page(room, "log")).context["rows"][0]["act"].pk
    client.post(page(room, "log"), {"step": "ask", "act": act, "text": "Why me?"})
    moderate(room, "unmute", id=str(amal.pk))
    second = join(room, person=make_facilitator(room.city, "Bruna"))
    appeal = Appeal.objects.across_cities().get()
    given = {"step": "accept", "appeal": appeal.pk, "answer": "She is right."}
    assert "It was lifted before" in messages_of(browser(second).post(page(room, "log"), given))
    shown = client.get(page(room, "log")).content.decode()
    assert "nothing changed by it" in shown
    assert "It was lifted before" in shown


def test_who_was_not_let_in_reads_why_and_a_second_look_opens_the_door(client: Client) -> None:
    room = make_room()
    set_asking(room=room, by=room.made_by, asks=True)
    amal = enter(client, room)
    assert amal.state == ParticipantState.WAITING
    lead = leader(room).person
    tools.do(room=room, tool="door", command="refuse", by=lead, args={"id": str(amal.pk), "reason": "Members only."})
    again = client.post(reverse("realtime:join"), {"code": room.code, "name": "Other", "place": "hall"}, follow=True)
    shown = again.content.decode()
    assert again.status_code == 403
    assert "The facilitator did not let you in" in shown
    assert "Members only." in shown
    act = str(ModerationAct.objects.in_city(room.city_id).get(act="refuse").pk)
    client.post(page(room, "log"), {"step": "ask", "act": act, "text": "I joined in May."})
    other = join(room, "Second", person=make_facilitator(room.city, "Second"))
    asked = Appeal.objects.in_city(room.city_id).get()
    answer = {"id": str(asked.pk), "accept": "1", "answer": "You did. Come in."}
    tools.do(room=room, tool="appeals", command="answer", by=other.person, args=answer)
    assert client.get(page(room)).status_code == 200


def test_whoever_was_sent_away_is_told_why_by_every_way_in(client: Client) -> None:
    room = make_room()
    amal = enter(client, room)
    moderate(room, "remove", id=str(amal.pk), reason="Threats.")
    by_api = client.post(f"/api/v1/rooms/{room.pk}/tools/speaking/raise/", {}, content_type="application/json")
    assert by_api.status_code == 403
    assert "Threats." in by_api.json()["detail"]
    ticket = client.post(f"/api/v1/rooms/{room.pk}/ticket/", content_type="application/json")
    assert ticket.status_code == 403
    by_form = client.post(page(room, "tool", "speaking", "raise"), follow=True)
    assert by_form.status_code == 403
    assert "Threats." in by_form.content.decode()
    told = tools.answer(room.pk, amal.pk, "speaking", "raise", {})
    assert told is not None
    assert (told["code"], "Threats." in told["detail"]) == ("permission_denied", True)


def test_who_leads_asks_on_the_page_for_somebody_without_a_device(client: Client) -> None:
    room = make_room()
    enter(client, room)
    pina = add_assisted(room=room, name="Pina", by=leader(room).person)
    moderate(room, "remove", id=str(pina.pk), reason="Loud.")
    lead = browser(leader(room))
    [row] = lead.get(page(room, "log")).context["rows"]
    assert (row["may_ask"], row["ask_for"]) == (False, [pina])
    asked = {"step": "ask", "act": str(row["act"].pk), "for": str(pina.pk)}
    refused = lead.post(page(room, "log"), {**asked, "text": ""})
    assert (refused.status_code, refused.context["failed"]["key"]) == (422, str(row["act"].pk))
    lead.post(page(room, "log"), {**asked, "text": "It was another."})
    assert Appeal.objects.across_cities().get().by == pina.person
    assert [each["ask_for"] for each in lead.get(page(room, "log")).context["rows"]] == [[]]
    assert all(each["ask_for"] == [] for each in client.get(page(room, "log")).context["rows"])
