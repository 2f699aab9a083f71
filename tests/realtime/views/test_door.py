"""Into a room by its pages, as a guest, signed in or by waiting, and out again."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from realtime import permissions, tools
from realtime.actions import admit, set_asking
from realtime.choices import Access
from realtime.models import Participant
from tests.factories import make_citizen, make_facilitator
from tests.realtime.factories import join, leader, make_room
from tests.realtime.visits import ENGLISH, enter, page

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
    assert room.title not in waiting.content.decode()
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


def test_who_guesses_a_code_does_not_learn_which_room_it_is_of(client: Client) -> None:
    room = make_room(title="A quiet strategy", slug="a-quiet-strategy")
    set_asking(room=room, by=room.made_by, asks=True)
    answer = client.post(reverse("realtime:join"), {"code": str(room.short_code), "name": "Guesser"})
    assert room.slug not in answer.url
    waiting = client.get(answer.url)
    assert waiting.templates[0].name == "realtime/waiting.html"
    for secret in (room.title, room.slug, room.code):
        assert secret not in waiting.content.decode()
    assert Client().get(answer.url).status_code == 404
    assert client.get(reverse("realtime:at_door", args=[leader(room).pk])).status_code == 404
    found = Participant.objects.in_city(room.city).get(room=room, person__name="Guesser")
    admit(participant=found, by=room.made_by)
    assert client.get(answer.url).url == page(room)


def test_an_old_qr_is_refused_with_the_field_for_the_code(client: Client) -> None:
    room = make_room()
    old = permissions.token_of(room, at=time.time() - 13 * 3600)
    answer = client.post(reverse("realtime:join"), {"token": old, "name": "Amal", "place": "hall"})
    assert answer.status_code == 400
    shown = answer.content.decode()
    assert "too old" in shown
    assert old not in shown  # who types the code now is not refused for the picture again
    assert 'data-part="token-ok" hidden' in shown


def test_at_the_door_of_a_public_room_its_name_is_no_secret(client: Client) -> None:
    room = make_room(access=Access.PUBLIC)
    set_asking(room=room, by=room.made_by, asks=True)
    answer = enter(client, room)
    assert answer.url == page(room)
    assert room.title in client.get(answer.url).content.decode()


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


def test_into_a_public_room_with_a_pin_or_without_room_the_way_is_the_door(client: Client) -> None:
    rooms = make_room(access=Access.PUBLIC, pin="4711"), make_room(access=Access.PUBLIC, most=2)
    join(rooms[1])
    for room, why in zip(rooms, ("This room has a PIN.", "This room is full"), strict=True):
        client.force_login(make_citizen(room.city))
        door = client.post(page(room, "enter"), follow=True, headers=ENGLISH)
        assert door.redirect_chain[-1][0] == f"{reverse('realtime:join')}?code={room.code}"
        assert why in door.content.decode()
        assert Participant.objects.in_city(room.city).filter(room=room).count() == 1 + (room == rooms[1])
