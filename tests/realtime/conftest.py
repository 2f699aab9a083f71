"""What tests of rooms may use: a room in which two people wrote, and one with a leader and two guests."""

import pytest

from backend.people.models import Person
from realtime.actions import write_notes, write_turns
from realtime.models import Participant, Room
from tests.realtime.factories import join, leader, make_room
from tests.realtime.pasts import fresh
from tests.realtime.sessions import Session


@pytest.fixture
def written(db: None) -> tuple[Room, Participant, Participant]:
    """A room in which Amal and Bo wrote."""
    room = make_room()
    amal, bo = join(room, "Amal"), join(room, "Bo")
    turns: list[tuple[Person, str, str]] = [
        (amal.person, "heading", "Benches"),
        (bo.person, "paragraph", "Old people need to sit down somewhere."),
        (amal.person, "paragraph", "My flat is in via Agliè 9 and there is no bench."),
    ]
    write_turns(room=room, turns=turns)
    write_notes(room=room, notes=[(amal.person, "c1", "A bench for Amal", 1), (bo.person, "c1", "Shade", 2)])
    return fresh(room), amal, bo


@pytest.fixture
def session(db: None) -> Session:
    room = make_room(question="What would make you stay?")
    return Session(room, leader(room), join(room), join(room, "Gianni"))
