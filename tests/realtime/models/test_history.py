"""One wish at a time to take somebody's words out of a room."""

import pytest

from realtime.models import Erasure, Participant
from tests.realtime.factories import join, make_room
from tests.refusing import refused


@pytest.fixture
def amal(db: None) -> Participant:
    return join(make_room())


def wish(amal: Participant, state: str = "asked") -> Erasure:
    room = amal.room
    return Erasure.objects.create(city=room.city, room=room, person=amal.person, asked_by=amal.person, state=state)


def test_while_one_is_asked_there_is_no_second(amal: Participant) -> None:
    wish(amal)
    refused(lambda: wish(amal))
    wish(join(amal.room, "Gianni"))


def test_after_an_answer_one_may_ask_again(amal: Participant) -> None:
    for state in ("done", "refused", "done"):
        wish(amal, state)
    wish(amal)
