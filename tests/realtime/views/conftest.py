"""Readers of English, whatever language the city speaks."""

from typing import Any

import pytest
from django.test import Client

from realtime.actions import freeze_version, write_turns
from realtime.models import Participant, Room
from tests.realtime.factories import join, leader, make_room
from tests.realtime.visits import ENGLISH


@pytest.fixture
def client() -> Client:
    return Client(headers=ENGLISH)


@pytest.fixture
def recorded(db: None) -> tuple[Room, Participant]:
    """A room in which somebody and its leader wrote, with one version."""
    room = make_room()
    amal = join(room, "Amal")
    turns: Any = [(amal.person, "heading", "Benches"), (leader(room).person, "paragraph", "They stand in the sun.")]
    write_turns(room=room, turns=turns)
    freeze_version(room=room, by=leader(room).person, title="First evening", reason="Read aloud")
    room.refresh_from_db()
    return room, amal
