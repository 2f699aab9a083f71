"""The texts of groups side by side, and the whole round by plain forms."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.base import prose
from realtime import document, store, tools
from realtime.actions import post_passage
from realtime.models import Room
from tests.realtime.factories import join, leader, make_room
from tests.realtime.visits import ENGLISH, browser, page

pytestmark = pytest.mark.django_db


def order(client: Client, room: Room, tool: str, command: str, **fields: Any) -> Any:
    return client.post(page(room, "tool", tool, command), fields)


def enter(client: Client, room: Room, name: str) -> None:
    client.post(reverse("realtime:join"), {"code": room.code, "name": name, "place": "hall"})


def led(client: Client, room: Room) -> Client:
    client.force_login(leader(room).person)
    return client


def test_a_round_of_groups_is_led_by_plain_forms(client: Client) -> None:
    room, guest = make_room(), Client(headers=ENGLISH)
    enter(guest, room, "Amal")
    led(client, room)
    order(client, room, "breakouts", "make", count=1, minutes=10, choosing="hand", everyone="1", question="What grows?")
    amal = room.participants.in_city(room.city).get(person__name="Amal")  # type: ignore[attr-defined]
    order(client, room, "breakouts", "put", id=str(amal.pk), group="1")
    order(client, room, "breakouts", "send")
    child = Room.objects.across_cities().select_related("city").get(parent=room)
    shown = guest.get(page(room)).content.decode()
    assert page(child) in shown
    inner = guest.get(page(child))
    assert inner.status_code == 200
    assert page(room) in inner.content.decode()
    assert Client(headers=ENGLISH).get(page(child)).status_code == 404
    assert client.get(page(child)).status_code == 200
    guest.post(page(child, "passage"), {"text": "Ferns and ivy."})
    order(guest, child, "breakouts", "help", on="1")
    assert "asks for you" in client.get(page(room)).content.decode()
    order(client, room, "breakouts", "call_back")
    assert "calls everyone back" in guest.get(page(child)).content.decode()
    compare = client.get(page(room, "groups"))
    assert "Ferns and ivy." in compare.content.decode()
    [text] = compare.context["texts"]
    client.post(page(room, "groups"), {"group": str(text["group"].pk)})
    words = prose.to_text(document.read(store.updates_of(room.pk)[0]).content)
    assert "Ferns and ivy." in words
    assert "In the main text" in client.get(page(room, "groups")).content.decode()
    assert guest.get(page(room, "groups")).status_code == 200


def test_a_group_that_is_nobodys_is_refused_on_the_page(client: Client) -> None:
    room = make_room()
    join(room)
    led(client, room)
    for group in ("", "nonsense", "01900000-0000-7000-8000-000000000000"):
        assert client.post(page(room, "groups"), {"group": group}).status_code == 302
    assert "not there any more" in client.get(page(room, "groups")).content.decode()


def test_the_texts_are_nobodys_business_outside(client: Client) -> None:
    room = make_room()
    assert client.get(page(room, "groups")).status_code == 404


def test_whoever_was_moved_is_shown_to_the_main_room(client: Client) -> None:
    room = make_room()
    enter(client, room, "Amal")
    join(room, "Gianni")
    lead = leader(room)

    def do(command: str, **args: Any) -> None:
        tools.do(room=room, tool="breakouts", command=command, by=lead.person, args=args)

    do("make", count=2, minutes=5, everyone="1")
    do("send")
    amal = room.participants.in_city(room.city).get(person__name="Amal")  # type: ignore[attr-defined]
    before = Room.objects.across_cities().get(parent=room, participants__person=amal.person)
    post_passage(room=before, by=amal.person, text="Mine.")
    do("put", id=str(amal.pk), group=2 if before.group_seat.number == 1 else 1)
    answer = client.get(page(before))
    assert (answer.status_code, answer.url) == (302, page(room))


def test_ideas_of_a_group_are_read_and_brought_on_the_same_page(client: Client) -> None:
    room = make_room()
    amal, lead = join(room), leader(room)
    for command, args in (("make", {"count": 1, "minutes": 5, "everyone": "1"}), ("send", {})):
        tools.do(room=room, tool="breakouts", command=command, by=lead.person, args=args)
    inner = Room.objects.across_cities().select_related("city", "thread", "group").get(parent=room)
    for text in ("Ferns", "Moss"):
        tools.do(room=inner, tool="board", command="add_note", by=amal.person, args={"column": "c1", "text": text})
    shown = led(client, room).get(page(room, "groups"))
    [text] = shown.context["texts"]
    assert [(idea["text"], idea["here"]) for idea in text["ideas"]] == [("Ferns", False), ("Moss", False)]
    assert "has not written yet" not in shown.content.decode()
    chosen = {"group": str(text["group"].pk), "block": text["ideas"][1]["id"]}
    after = client.post(page(room, "groups"), chosen, follow=True).content.decode()
    assert "ideas stand on the main board" in after
    assert "words stand at the end" not in after
    [text] = client.get(page(room, "groups")).context["texts"]
    assert [(idea["text"], idea["here"]) for idea in text["ideas"]] == [("Ferns", False), ("Moss", True)]
    assert "Ferns" in browser(amal).get(page(room, "groups")).content.decode()
