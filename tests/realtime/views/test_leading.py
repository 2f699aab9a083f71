"""Stepping in where nobody leads, with one button, from inside and from outside."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from realtime.actions import is_led, leaders, leave_room
from realtime.models import Participant
from tests.factories import make_city, make_facilitator, make_officer, make_person
from tests.realtime.factories import join, leader, make_room
from tests.realtime.visits import page

pytestmark = pytest.mark.django_db


def test_an_officer_steps_in_from_outside(client: Client) -> None:
    room = make_room()
    client.force_login(make_officer(room.city, "Paola"))
    assert "Someone leads this room" in client.get(page(room, "step_in")).content.decode()
    leave_room(participant=leader(room))
    assert "Step in and lead" in client.get(page(room, "step_in")).content.decode()
    client.post(page(room, "step_in"))
    assert is_led(room)
    assert client.get(page(room)).context["abilities"]["facilitate"]


def test_those_in_the_room_read_that_nobody_leads(client: Client) -> None:
    room = make_room()
    client.post(reverse("realtime:join"), {"code": room.code, "name": "Amal", "place": "hall"})
    leave_room(participant=leader(room))
    assert "Nobody leads now." in client.get(page(room)).content.decode()


def test_for_others_there_is_nothing_to_step_into(client: Client) -> None:
    room = make_room()
    assert client.get(page(room, "step_in")).status_code == 302
    client.force_login(make_officer(make_city(), "Piotr"))
    assert client.get(page(room, "step_in")).status_code == 404


# --- A facilitator who goes -----------------------------------------------------------------


def here_now(*people: Participant) -> None:
    Participant.objects.across_cities().filter(pk__in=[each.pk for each in people]).update(seen_at=timezone.now())


def test_who_leads_alone_and_goes_is_asked_who_does_so_then(client: Client) -> None:
    room = make_room()
    nadia, guest = join(room, person=make_person("Nadia")), join(room, "Amal")
    here_now(nadia, guest)
    client.force_login(room.made_by)
    asked = client.post(page(room, "leave"))
    assert asked.status_code == 409
    shown = asked.content.decode()
    assert ("Nadia" in shown, "Amal" in shown) == (True, False)  # a guest cannot lead
    assert is_led(room)
    gone = client.post(page(room, "leave"), {"to": str(nadia.pk)})
    assert gone.url == reverse("city", args=[room.city.slug])  # type: ignore[attr-defined]
    assert [each.person_id for each in leaders(room)] == [nadia.person_id]
    assert is_led(room)


def test_by_the_plain_link_who_leads_alone_is_asked_too_and_others_just_go(client: Client) -> None:
    room = make_room()
    nadia = join(room, person=make_person("Nadia"))
    here_now(nadia, leader(room))
    client.force_login(room.made_by)
    assert f'href="{page(room, "leave")}" data-part="leave"' in client.get(page(room)).content.decode()
    asked = client.get(page(room, "leave"))
    assert asked.status_code == 200
    assert "Nadia" in asked.content.decode()
    assert "Leave all the same" in asked.content.decode()
    assert is_led(room)  # by looking nobody went
    client.force_login(nadia.person)
    assert client.get(page(room, "leave"))["Location"] == reverse("city", args=[room.city.slug])


def test_a_successor_who_is_none_is_not_taken(client: Client) -> None:
    room = make_room()
    guest = join(room, "Amal")
    here_now(guest)
    client.force_login(room.made_by)
    for to in (str(guest.pk), str(leader(room).pk), "nobody", ""):
        answer = client.post(page(room, "leave"), {"to": to})
        assert answer.status_code == 409
    assert "Nobody else in the room has an account" in answer.content.decode()
    assert is_led(room)


def test_who_goes_all_the_same_leaves_a_room_that_asks_for_one(client: Client) -> None:
    room = make_room()
    guest = join(room, "Amal")
    here_now(guest)
    client.force_login(room.made_by)
    assert client.post(page(room, "leave"), {"anyway": "1"}).status_code == 302
    assert not is_led(room)


def test_nobody_is_asked_where_nobody_is_left(client: Client) -> None:
    room = make_room()
    join(room, "Amal")  # who has not come yet, or went
    client.force_login(room.made_by)
    assert client.post(page(room, "leave")).status_code == 302


def test_nobody_is_asked_where_another_leads(client: Client) -> None:
    room = make_room()
    here_now(join(room, "Amal"), join(room, person=make_facilitator(room.city, "Bruna")))
    client.force_login(room.made_by)
    assert client.post(page(room, "leave")).status_code == 302
    assert is_led(room)
