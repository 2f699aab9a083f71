"""Stepping in where nobody leads, with one button, from inside and from outside."""

import pytest
from django.test import Client
from django.urls import reverse

from realtime.actions import is_led, leave_room
from tests.factories import make_city, make_officer
from tests.realtime.factories import leader, make_room
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
