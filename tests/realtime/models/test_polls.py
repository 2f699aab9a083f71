"""Questions are numbered once in a room."""

import pytest

from realtime.models import Poll
from tests.realtime.factories import make_room
from tests.refusing import refused

pytestmark = pytest.mark.django_db


def test_a_number_is_given_once_in_a_room() -> None:
    room, other = make_room(), make_room()
    facts = {"kind": "single", "question": "?", "language": "en", "number": 1, "made_by": room.made_by}
    Poll.objects.create(city=room.city, room=room, **facts)
    refused(lambda: Poll.objects.create(city=room.city, room=room, **facts))
    Poll.objects.create(city=other.city, room=other, **facts)
