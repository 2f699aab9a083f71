"""What a visitor sees of a room that is over."""

import pytest
from django.test import Client
from django.urls import reverse

from realtime.actions import close_room
from realtime.choices import Access, Audience, MinutesState
from realtime.models import Minutes
from tests.realtime.factories import leader, make_room

pytestmark = pytest.mark.django_db


def test_the_address_of_a_closed_room_leads_a_visitor_to_its_public_minutes(client: Client) -> None:
    room = make_room(access=Access.PUBLIC)
    address = reverse("realtime:room", args=[room.city.slug, room.slug])
    minutes = Minutes.objects.create(city=room.city, room=room, state=MinutesState.PUBLISHED, audience=Audience.PUBLIC)
    assert client.get(address).headers["Location"].startswith(reverse("realtime:join"))
    close_room(room=room, by=leader(room).person, reason="It is late")
    assert client.get(address).headers["Location"] == reverse("realtime:minutes", args=[room.city.slug, room.slug])
    Minutes.objects.in_city(room.city_id).filter(pk=minutes.pk).update(audience=Audience.ROOM)
    assert client.get(address).headers["Location"].startswith(reverse("realtime:join"))
