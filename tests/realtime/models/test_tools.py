"""A tool keeps one state in a room, and one ballot of each person on each question."""

import pytest

from realtime.models import Ballot, ToolState
from tests.realtime.factories import join, make_room
from tests.refusing import refused

pytestmark = pytest.mark.django_db


def test_a_tool_has_one_state_in_a_room() -> None:
    room = make_room()
    ToolState.objects.create(room=room, tool="captions")
    refused(lambda: ToolState.objects.create(room=room, tool="captions"))


def test_a_person_has_one_ballot_on_each_question_of_each_tool() -> None:
    amal = join(make_room())
    facts = {"room": amal.room, "person": amal.person, "tool": "polls", "item": "1", "value": "o1"}
    Ballot.objects.create(**facts)
    refused(lambda: Ballot.objects.create(**facts | {"value": "o2"}))
    for other in ({"tool": "consent"}, {"item": "2"}, {"person": amal.room.made_by}):
        Ballot.objects.create(**facts | other)
