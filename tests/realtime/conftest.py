"""What tests of rooms may use: two people who wrote, what a group of them said, and a leader with two guests."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from backend.people.models import Person
from realtime import tools
from realtime.actions import bring_text, write_notes, write_turns
from realtime.models import Breakout, Participant, Room
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


@pytest.fixture
def brought(written: Any) -> tuple[Room, Participant, Participant]:
    """The same room after a group in which both wrote, and whose text the facilitator brought."""
    room, amal, bo = written
    lead = leader(room).person
    for command, args in (("make", {"count": 1, "minutes": 10, "everyone": "1"}), ("send", {})):
        tools.do(room=room, tool="breakouts", command=command, by=lead, args=args)
    group = Breakout.objects.get().groups.get()
    turns: list[tuple[Person, str, str]] = [
        (amal.person, "paragraph", "Ferns like the shade."),
        (bo.person, "paragraph", "Ivy, too 🌿."),
    ]
    write_turns(room=fresh(Room.objects.in_city(room.city_id).get(pk=group.room_id)), turns=turns)
    bring_text(room=fresh(room), by=lead, group=group.pk)
    return fresh(room), amal, bo


@pytest.fixture
def media(settings: LazySettings, tmp_path: Path) -> None:
    """Pictures of this test have a folder of their own."""
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "protected": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "protected"},
        },
    }
