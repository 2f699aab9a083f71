"""Into a room by its pages, as a guest, signed in or by waiting, and out again."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from realtime import permissions, tools
from realtime.actions import add_assisted, admit, readmit, remove, set_asking
from realtime.choices import Access
from realtime.models import Participant, Room
from tests.factories import make_citizen, make_facilitator
from tests.realtime.factories import join, leader, make_room
from tests.realtime.rounds import child, make
from tests.realtime.sessions import Session
from tests.realtime.visits import ENGLISH, browser, enter, messages_of, page

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


# --- Who was sent away, and signs in ---------------------------------------------------------


@pytest.fixture
def sent() -> tuple[Room, Client]:
    """A room, and the browser of a guest who was asked to leave it."""
    room = make_room()
    client = Client(headers=ENGLISH)
    enter(client, room)
    amal = Participant.objects.in_city(room.city).select_related("person").get(room=room, person__name="Amal")
    amal.room = room
    remove(participant=amal, by=room.made_by, reason="Shouting.")
    return room, client


def people(room: Room) -> list[str]:
    return list(Participant.objects.in_city(room.city).filter(room=room).values_list("person__name", flat=True))


def test_who_was_sent_away_as_a_guest_does_not_come_in_with_an_account(sent: tuple[Room, Client]) -> None:
    room, client = sent
    client.force_login(make_citizen(room.city, "Amal B"))
    answer = enter(client, room)
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert "on this device" in shown
    assert "sign out" in shown
    assert "Shouting." not in shown, "it may be somebody else who borrowed the device"
    by_api = client.post("/api/v1/rooms/join/", {"code": room.code}, content_type="application/json")
    assert by_api.status_code == 403
    assert sorted(people(room)) == ["Amal", "Irene"]
    client.post(reverse("account_logout"))
    assert "Shouting." in client.get(page(room)).content.decode(), "signed out, they read why and can ask"


def test_nor_does_the_door_of_a_public_room_or_a_ticket_let_them_in(sent: tuple[Room, Client]) -> None:
    room, client = sent
    Room.objects.across_cities().filter(pk=room.pk).update(access=Access.PUBLIC)
    client.force_login(make_citizen(room.city, "Amal B"))
    assert "on this device" in messages_of(client.post(page(room, "enter")))
    assert client.post(f"/api/v1/rooms/{room.pk}/ticket/", content_type="application/json").status_code == 403
    assert sorted(people(room)) == ["Amal", "Irene"]


def test_who_has_a_place_of_their_own_comes_in_from_a_borrowed_device(sent: tuple[Room, Client]) -> None:
    room, client = sent
    gianni = make_citizen(room.city, "Gianni")
    join(room, person=gianni)
    client.force_login(gianni)
    assert enter(client, room).status_code == 302


def test_who_leads_in_the_city_comes_in_from_a_borrowed_device(sent: tuple[Room, Client]) -> None:
    room, client = sent
    client.force_login(make_facilitator(room.city, "Bruna"))
    assert enter(client, room).status_code == 302
    assert "Bruna" in people(room)


def test_whom_nobody_sent_away_comes_in_with_the_account_they_made_since(client: Client) -> None:
    room = make_room()
    made = make_citizen(room.city)
    enter(client, room)
    client.force_login(made)
    assert enter(client, room).status_code == 302
    assert sorted(people(room)) == sorted(["Amal", "Irene", made.name])


def test_who_was_let_back_in_comes_in_with_an_account(sent: tuple[Room, Client]) -> None:
    room, client = sent
    amal = Participant.objects.in_city(room.city).select_related("person").get(room=room, person__name="Amal")
    amal.room = room
    readmit(participant=amal, by=room.made_by, reason="We talked.")
    client.force_login(make_citizen(room.city, "Amal B"))
    assert enter(client, room).status_code == 302


@pytest.mark.parametrize("signs_in", [False, True])
def test_the_code_of_a_group_is_no_way_around_the_main_room(session: Session, *, signs_in: bool) -> None:
    client = browser(session.amal)
    make(session, 1)
    remove(participant=session.amal, by=session.lead.person, reason="Shouting.")
    session.do(session.lead, "breakouts", "send")
    group = child(session, 1)
    if signs_in:
        client.force_login(make_citizen(session.room.city, "Amal B"))
    enter(client, group, "Somebody else")
    assert sorted(people(group)) == ["Gianni", "Irene"]


def test_who_leads_mends_a_name_and_lets_somebody_without_a_device_go_home_without_script() -> None:
    room = make_room()
    lead = browser(leader(room))
    pina = add_assisted(room=room, name="Pnia", by=leader(room).person)

    def told(command: str, **fields: str) -> str:
        address = reverse("realtime:tool", args=[room.city.slug, room.slug, "door", command])
        return str(lead.post(address, {"id": str(pina.pk), **fields}, follow=True).content.decode())

    shown = told("rename", name="Pina")
    assert "Another name for Pina" in shown
    assert "Pnia" not in shown
    assert ("Pina has gone home" in shown, "Pina is here again" in shown) == (True, False)
    shown = told("gone")
    assert "Pina is here again" in shown
    assert f'<option value="{pina.pk}">' not in shown  # nothing is entered for who is not there
    assert f'<option value="{pina.pk}">Pina</option>' in told("back")
    assert "Pina has gone home" not in browser(join(room)).get(page(room)).content.decode()
