"""Somebody in a room."""

import pytest

from realtime.models import Participant
from tests.realtime.factories import join, make_room


@pytest.fixture
def amal(db: None) -> Participant:
    return join(make_room())
