"""The chat without script: signs, questions, pins and earlier messages."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.conversations.models import Post
from realtime.models import Reaction, Room
from tests.realtime.factories import leader, make_room
from tests.realtime.visits import ENGLISH, page

pytestmark = pytest.mark.django_db


def order(client: Client, room: Room, command: str, **fields: Any) -> Any:
    return client.post(page(room, "tool", "chat", command), fields)


@pytest.fixture
def room() -> Room:
    return make_room()


@pytest.fixture
def guest(client: Client, room: Room) -> Client:
    client.post(reverse("realtime:join"), {"code": room.code, "name": "Amal", "place": "hall"})
    return client


def said(guest: Client, room: Room, text: str = "Chi annaffia?", **more: Any) -> str:
    order(guest, room, "post", text=text, language="it", **more)
    return str(Post.objects.across_cities().get(text=text).pk)


def test_a_sign_is_given_and_taken_back_by_the_same_button(guest: Client, room: Room) -> None:
    key = said(guest, room)
    order(guest, room, "react", id=key, kind="agree", on="toggle")
    shown = guest.get(page(room)).content.decode()
    assert page(room, "signs", key) in shown
    assert "Amal" in guest.get(page(room, "signs", key)).content.decode()
    order(guest, room, "react", id=key, kind="agree", on="toggle")
    assert not Reaction.objects.exists()
    assert Client(headers=ENGLISH).get(page(room, "signs", key)).status_code == 404


def test_the_language_of_a_message_is_marked_where_it_is_another(guest: Client, room: Room) -> None:
    order(guest, room, "post", text="Kto podlewa?", language="pl")
    shown = guest.get(page(room)).content.decode()
    assert 'lang="pl"' in shown
    assert re.search(r'class="said__tongue"[^>]*>polski<', shown)


def test_questions_and_pins_stand_on_the_page(guest: Client, room: Room) -> None:
    key = said(guest, room, question="1")
    lead = Client(headers=ENGLISH)
    lead.force_login(leader(room).person)
    order(lead, room, "pin", id=key)
    order(lead, room, "answered", id=key)
    shown = guest.get(page(room)).content.decode()
    assert f'data-pinned="{key}"' in shown
    assert f'data-question="{key}"' in shown
    assert shown.count("Answered") > 0


def test_earlier_messages_have_pages_of_their_own(guest: Client, room: Room) -> None:
    key = said(guest, room)
    author = Post.objects.across_cities().get(pk=key).by
    rows = [
        Post(city_id=room.city_id, thread=room.thread, by=author, text=f"M{n}", kind="chat", language="en")
        for n in range(150)
    ]
    Post.objects.bulk_create(rows)
    assert "?before=" in guest.get(page(room)).content.decode()
    first = guest.get(page(room, "messages"))
    assert (len(first.context["page"]), first.context["more"]) == (100, True)
    second = guest.get(page(room, "messages"), {"before": first.context["page"][0]["id"]})
    assert (len(second.context["page"]), second.context["more"]) == (51, False)
    assert guest.get(page(room, "messages"), {"before": "\x00nonsense"}).status_code in (200, 400)
    assert Client(headers=ENGLISH).get(page(room, "messages")).status_code == 404


def test_signs_and_messages_are_told_by_api(guest: Client, room: Room) -> None:
    key = said(guest, room)
    order(guest, room, "react", id=key, kind="agree")
    base = f"/api/v1/rooms/{room.pk}"
    assert guest.get(f"{base}/messages/").json()["messages"][0]["signs"] == {"agree": 1}
    assert guest.get(f"{base}/messages/{key}/signs/").json() == {"signs": {"agree": ["Amal"]}}
    assert guest.get(f"{base}/log/").json() == {"acts": []}
    assert guest.get(f"{base}/groups/").json() == {"groups": []}
