"""Two people in a room, on every kind of line."""

import pytest

from realtime.models import Participant
from tests.realtime.factories import join, make_room
from tests.realtime.scripted import WAYS


@pytest.fixture(params=WAYS)
def each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every server's own messages, and the line that ours hands over."""
    monkeypatch.setattr("tests.realtime.scripted.way", [request.param])


@pytest.fixture
def amal(transactional_db: None) -> Participant:
    return join(make_room())


@pytest.fixture
def gianni(amal: Participant) -> Participant:
    return join(amal.room, "Gianni")
