"""Into a room by its pages, as a guest, signed in or by waiting, and out again."""

import pytest
from django.test import Client
from django.urls import reverse

from realtime import tools
from realtime.actions import set_asking
from realtime.choices import Access
from realtime.models import Participant
from tests.factories import make_citizen, make_facilitator
from tests.realtime.factories import leader, make_room
from tests.realtime.visits import enter, page

pytestmark = pytest.mark.django_db


def test_a_guest_joins_with_code_and_name_and_is_in_the_room(client: Client) -> None:
    room = make_room()
    answer = enter(client, room)
    assert answer.status_code == 302
    assert answer.url == page(room)
    shown = client.get(page(room))
    assert shown.status_code == 200
    assert shown.context["participant"].name == "Amal"
    assert shown.context["websocket"].startswith(f"/ws/rooms/{room.pk}/?ticket=")
    assert set(shown.context["tools"]) == set(tools.TOOLS)
    assert "no-store" in shown["Cache-Control"]


def test_a_guest_comes_back_as_the_same_person(client: Client) -> None:
    room = make_room()
    enter(client, room)
    client.get(page(room))
    client.get(page(room))
    assert Participant.objects.in_city(room.city).filter(room=room).count() == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "WRONG123"}, "code"),
        ({"code": ""}, "code"),
        ({"name": ""}, "name"),
        ({"name": "a\x07b"}, "name"),
        ({"name": "x" * 400}, "name"),
    ],
)
def test_odd_input_is_answered_at_its_field_and_kept(client: Client, fields: dict[str, str], field: str) -> None:
    room = make_room()
    answer = enter(client, room, **{"name": "Amal", **fields})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    kept = fields.get("code", room.code)
    assert answer.context["form"]["code"].value() == kept


def test_a_room_with_a_pin_asks_for_it(client: Client) -> None:
    room = make_room(pin="1234")
    assert enter(client, room).context["asks_pin"] is True
    assert enter(client, room, pin="1234").status_code == 302


def test_a_public_room_shows_the_way_to_its_door(client: Client) -> None:
    room = make_room(access=Access.PUBLIC)
    answer = client.get(page(room))
    assert answer.status_code == 302
    assert room.code in answer.url
    assert room.title in client.get(reverse("realtime:rooms", args=[room.city.slug])).content.decode()


def test_who_waits_sees_how_long_and_who_was_removed_sees_why(client: Client) -> None:
    room = make_room()
    set_asking(room=room, by=room.made_by, asks=True)
    enter(client, room)
    waiting = client.get(page(room))
    assert waiting.templates[0].name == "realtime/waiting.html"
    assert waiting.context["place"] == 1
    [amal] = Participant.objects.in_city(room.city).filter(room=room, person__name="Amal")
    lead = leader(room)
    client.force_login(lead.person)
    client.post(page(room, "tool", "door", "admit"), {"id": str(amal.pk)})
    client.post(page(room, "tool", "moderation", "remove"), {"id": str(amal.pk), "reason": "Shouting."})
    amal.refresh_from_db()
    guest = Client()
    other = make_room()
    enter(guest, other, "Other")
    assert amal.state == "removed"


def test_a_facilitator_opens_a_room_and_a_citizen_does_not(client: Client) -> None:
    room = make_room()
    address = reverse("realtime:new", args=[room.city.slug])
    assert client.get(address).status_code == 302
    client.force_login(make_citizen(room.city))
    assert client.get(address).status_code == 403
    client.force_login(make_facilitator(room.city))
    shown = client.get(address)
    assert shown.status_code == 200
    assert "Walk and look" in shown.content.decode()  # what happens in a kind of session
    made = client.post(address, {"title": "Second evening", "agenda": "ideas", "access": "public"})
    assert made.status_code == 302
    assert client.post(address, {"title": "", "agenda": "x", "access": "y"}).status_code == 400


def test_leaving_leaves_nothing_on_a_shared_device(client: Client) -> None:
    room = make_room()
    enter(client, room)
    client.post(page(room, "leave"))
    assert client.get(page(room)).status_code == 404
