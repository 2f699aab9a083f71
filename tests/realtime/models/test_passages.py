"""A mark in the text belongs to one passage."""

import pytest

from backend.conversations.models import Thread
from realtime.models import Passage
from tests.realtime.factories import make_room
from tests.refusing import refused

pytestmark = pytest.mark.django_db


def test_a_key_is_given_once_in_a_room_and_a_talk_to_one_passage() -> None:
    room = make_room()
    talk = Thread.objects.create(city=room.city)

    def passage(key: str, thread: Thread) -> Passage:
        return Passage.objects.create(city=room.city, room=room, key=key, kind="comment", thread=thread)

    passage("abcdefgh", talk)
    refused(
        lambda: passage("abcdefgh", Thread.objects.create(city=room.city)),
        lambda: passage("hgfedcba", talk),
    )
