"""A room has an address, a code and a place for each person once."""

import pytest

from realtime.models import Participant, Room
from tests.realtime.factories import join, make_room
from tests.refusing import refused

pytestmark = pytest.mark.django_db


def test_a_place_is_given_once_to_each_person() -> None:
    room = make_room()
    amal = join(room)
    refused(lambda: Participant.objects.create(city=room.city, room=room, person=amal.person))


def test_two_rooms_share_no_address_in_a_city_and_no_way_in_anywhere() -> None:
    room, elsewhere = make_room(), make_room()
    other = make_room(city=room.city)
    rows = Room.objects.across_cities()
    refused(
        lambda: rows.filter(pk=other.pk).update(slug=room.slug),
        lambda: rows.filter(pk=elsewhere.pk).update(code=room.code),
        lambda: rows.filter(pk=elsewhere.pk).update(short_code=room.short_code),
        lambda: rows.filter(pk=elsewhere.pk).update(token_digest=room.token_digest),
    )
    assert rows.filter(pk=elsewhere.pk).update(slug=room.slug) == 1, "in another city it may"


def test_rooms_without_a_short_code_do_not_clash() -> None:
    rooms = [make_room().pk for _ in range(2)]
    assert Room.objects.across_cities().filter(pk__in=rooms).update(short_code=None, token_digest=None) == 2


def test_a_place_is_called_as_its_person() -> None:
    assert join(make_room(), "Fatou").name == "Fatou"
