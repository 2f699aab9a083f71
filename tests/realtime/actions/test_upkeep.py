"""Work behind the rooms: safe to ask for at any time, twice, and for a room that is gone."""

from typing import Any
from uuid import uuid4

import pytest
from django_tasks_db.models import DBTaskResult

from realtime.actions.upkeep import make_snapshot, past_is_near, work_out_past
from realtime.models import Snapshot
from realtime.store import past
from tests.realtime.factories import join, make_room
from tests.realtime.pasts import wrote

pytestmark = pytest.mark.django_db


def test_a_snapshot_is_made_once_however_often_it_is_asked_for() -> None:
    room = make_room()
    wrote(room)
    assert [make_snapshot.call(str(room.pk)) for _time in range(2)] == [True, True]
    assert Snapshot.objects.filter(room=room).count() == 1


def test_of_an_empty_room_and_of_none_there_is_nothing_to_make() -> None:
    room = join(make_room()).room
    assert not make_snapshot.call(str(room.pk))
    assert not make_snapshot.call(str(uuid4()))
    assert work_out_past.call(str(uuid4())) == 0


def test_a_long_past_is_asked_of_the_worker_once_in_a_while_and_then_is_near(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    room = make_room()
    wrote(room)
    room.refresh_from_db()
    monkeypatch.setattr(past, "FAR", 1)
    past.forget(room.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert [past_is_near(room) for _time in range(3)] == [False] * 3
    assert DBTaskResult.objects.filter(task_path__endswith="work_out_past").count() == 1
    assert work_out_past.call(str(room.pk)) == room.head
    assert past_is_near(room)
