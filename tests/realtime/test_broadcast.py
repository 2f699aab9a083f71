"""Hints go out after the commit, and only then."""

from typing import Any

import pytest
from django.db import transaction

from realtime import broadcast
from realtime.models import Room
from tests.realtime.factories import make_room


@pytest.fixture
def heard() -> Any:
    hints: list[dict[str, Any]] = []
    broadcast.attach(hints.append)
    yield hints
    broadcast.detach(hints.append)


@pytest.mark.django_db(transaction=True)
def test_a_hint_waits_for_the_commit(heard: list[dict[str, Any]]) -> None:
    room = make_room()
    heard.clear()
    with transaction.atomic():
        broadcast.tell_on_commit(room, "door")
        broadcast.rights_on_commit(room)
        assert heard == []
    assert heard == [{"room": room.pk.hex, "tool": "door"}, {"room": room.pk.hex, "epoch": True}]
    now = Room.objects.across_cities().get(pk=room.pk)
    assert (now.told, now.epoch) == (room.told + 1, room.epoch + 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_told(heard: list[dict[str, Any]]) -> None:
    room = make_room()
    heard.clear()
    with transaction.atomic():
        broadcast.head_on_commit(room.pk)
        transaction.set_rollback(True)
    assert heard == []
