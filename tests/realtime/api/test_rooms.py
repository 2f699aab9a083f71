"""Rooms over the API, as load tools and programs of a city use them."""

from typing import Any

import pytest
from django.test import Client

from realtime import tools
from realtime.actions import set_asking, write_turns
from realtime.choices import Access
from realtime.models import Participant, Room
from realtime.permissions import read_ticket
from tests.factories import make_citizen
from tests.realtime.factories import join, leader, make_room
from tests.realtime.minutes import write
from tests.realtime.sessions import Session
from tests.realtime.visits import browser

pytestmark = pytest.mark.django_db


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/rooms/{path}", body, content_type="application/json")


def test_open_rooms_of_a_city_are_listed_with_the_codes_of_public_ones(client: Client) -> None:
    room = make_room(access=Access.PUBLIC)
    make_room(room.made_by, city=room.city)
    listed = client.get(f"/api/v1/rooms/?city={room.city.slug}").json()["results"]
    assert [(each["id"], each["slug"], each["city"], each["code"]) for each in listed] == [
        (str(room.pk), room.slug, room.city.slug, room.code)
    ]
    assert client.get("/api/v1/rooms/?city=nowhere").json()["results"] == []


def test_joining_answers_with_a_ticket_and_a_cookie(client: Client) -> None:
    room = make_room()
    answer = post(client, "join/", code=room.code, name="Amal")
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"room", "participant", "status", "ticket", "websocket"}
    assert (body["room"], body["status"]) == (str(room.pk), "admitted")
    assert body["websocket"] == f"/ws/rooms/{room.pk}/?ticket={body['ticket']}"
    ticket = read_ticket(body["ticket"])
    assert ticket is not None
    assert str(ticket.participant) == body["participant"]
    again = post(client, f"{room.pk}/ticket/")
    assert again.status_code == 201
    assert again.json()["participant"] == body["participant"]


def test_a_page_that_holds_an_older_text_gets_a_ticket_for_that_one(client: Client) -> None:
    """So the socket tells it to begin anew; a ticket for the text of now would let it bring taken-out words again."""
    room = make_room()
    post(client, "join/", code=room.code, name="Amal")
    Room.objects.across_cities().filter(pk=room.pk).update(log=3)
    logs = []
    for body in ({"log": 2}, {}):
        ticket = read_ticket(post(client, f"{room.pk}/ticket/", **body).json()["ticket"])
        assert ticket is not None
        logs.append(ticket.log)
    assert logs == [2, 3]
    assert post(client, f"{room.pk}/ticket/", log="none").status_code == 400
    assert client.post(f"/api/v1/rooms/{room.pk}/ticket/").status_code == 201  # a program that says nothing


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"code": "WRONG123", "name": "x"}, "code", "no_room"),
        ({"code": "", "name": "x"}, "code", "blank"),
        ({"name": "x"}, "code", "no_room"),
        ({"code": "WRONG123", "name": "a\u0007"}, "name", "characters"),
        ({"token": "nonsense", "name": "x"}, "code", "no_room"),
    ],
)
def test_refusals_are_problems_with_a_field_and_a_code(client: Client, body: Any, field: str, code: str) -> None:
    answer = post(client, "join/", **body)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["errors"][field][0]["code"] == code


def test_who_waits_is_told_so(client: Client) -> None:
    room = make_room()
    set_asking(room=room, by=room.made_by, asks=True)
    assert post(client, "join/", code=room.code, name="Amal").json()["status"] == "waiting"


def test_the_text_is_told_in_five_forms_to_those_in_the_room(client: Client) -> None:
    room = make_room()
    amal = join(room).person
    write_turns(room=room, turns=[(amal, "heading", "Why"), (amal, "paragraph", "Because <b>")])
    assert client.get(f"/api/v1/rooms/{room.pk}/document/").status_code == 404
    post(client, "join/", code=room.code, name="Reader")
    texts = {
        kind: client.get(f"/api/v1/rooms/{room.pk}/document/?as={kind}")
        for kind in ("json", "html", "text", "markdown", "prosemirror")
    }
    assert [block["text"] for block in texts["json"].json()["blocks"]] == ["Why", "Because <b>"]
    assert "Because &lt;b&gt;" in texts["html"].content.decode()
    assert texts["text"].content.decode() == "Why\n\nBecause <b>\n"
    assert texts["markdown"].content.decode() == "## Why\n\nBecause \\<b\\>\n"
    assert texts["prosemirror"].json()["type"] == "doc"
    assert client.get(f"/api/v1/rooms/{room.pk}/document/?as=pdf").status_code == 404


def test_a_tool_takes_the_same_command_and_shows_its_state(client: Client) -> None:
    room = make_room()
    post(client, "join/", code=room.code, name="Amal")
    answer = post(client, f"{room.pk}/tools/speaking/raise/")
    assert answer.status_code == 200
    assert answer.json()["speaking"]["queue"][0]["mine"] is True
    assert post(client, f"{room.pk}/tools/speaking/raise/").status_code == 400
    assert post(client, f"{room.pk}/tools/agenda/next/").status_code == 403
    assert post(client, f"{room.pk}/tools/agenda/explode/").status_code == 404
    assert set(client.get(f"/api/v1/rooms/{room.pk}/tools/").json()) >= {"door", "agenda", "speaking", "board", "chat"}


def test_strangers_get_nothing(client: Client) -> None:
    room = make_room()
    client.force_login(make_citizen(room.city))
    for path in ("tools/", "document/", "versions/"):
        assert client.get(f"/api/v1/rooms/{room.pk}/{path}").status_code == 404
    assert post(client, f"{room.pk}/ticket/").status_code == 404
    assert post(client, f"{room.pk}/tools/chat/post/", text="x").status_code == 404


def test_someone_signed_in_gets_a_ticket_for_a_room_they_lead(client: Client) -> None:
    room = make_room()
    client.force_login(room.made_by)
    assert post(client, f"{room.pk}/ticket/").json()["participant"] == str(leader(room).pk)
    assert Participant.objects.in_city(room.city).filter(room=room).count() == 1


def test_the_api_says_what_the_page_says(session: Session) -> None:
    lead = browser(session.lead)
    write(session, "Nine ideas.", 0, section="ideas")
    told_ = lead.get(f"/api/v1/rooms/{session.room.pk}/minutes/").json()
    assert told_["state"]["state"] == "draft"
    assert next(each["added"] for each in told_["sections"] if each["name"] == "ideas") == "Nine ideas."
    assert lead.get(f"/api/v1/rooms/{session.room.pk}/minutes/pdf/").content.startswith(b"%PDF-")
    assert tools.TOOLS["minutes"].start() == {}


def test_the_answer_to_a_command_shows_its_giver_as_the_command_left_them(session: Session) -> None:
    session.do(session.lead, "moderation", "announce", text="Coffee is ready.")
    message = session.see(session.amal, "moderation")["message"]["id"]
    answer = post(browser(session.amal), f"{session.room.pk}/tools/moderation/dismiss/", id=message)
    assert (answer.status_code, answer.json()["moderation"]["message"]) == (200, None)


def test_a_ticket_is_no_way_around_the_pin_and_the_limit(client: Client) -> None:
    room = make_room(access=Access.PUBLIC, pin="4711")
    full = make_room(room.made_by, city=room.city, access=Access.PUBLIC, most=2)
    join(full)
    client.force_login(make_citizen(room.city))
    assert post(client, f"{room.pk}/ticket/").status_code == 403
    assert post(client, f"{full.pk}/ticket/").status_code == 409
    assert Participant.objects.in_city(room.city).filter(room__in=[room, full]).count() == 3  # two who lead, one guest
