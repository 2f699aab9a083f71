"""An operator asks whether rooms are whole."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from realtime.models import ClientClock, Room, Snapshot
from tests.realtime.factories import damage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("guards")]


def verified(*names: Any) -> str:
    said = io.StringIO()
    try:
        call_command("room_verify", *names, stdout=said)
    except CommandError as problem:
        said.write(str(problem))
    return said.getvalue()


def test_a_whole_room_holds(room: Room) -> None:
    for name in (str(room.pk), room.code, room.slug, room.code.lower()):
        assert "holds" in verified(name)
    assert f"{room.head} updates" in verified()


def test_a_room_that_is_not_there_is_said(room: Room) -> None:
    assert "There is no room nowhere." in verified("nowhere")


def test_damage_of_every_kind_is_named(room: Room) -> None:
    damage(room, 1, b"\xff\xff")
    said = verified()
    assert "update 1 is missing, or its bytes are not what was stored" in said
    assert "still says what damaged ones said; keep it" in said
    assert "1 of 1 rooms do not hold." in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda room: damage(room, room.head, None), "the head is"),
        (lambda room: Snapshot.objects.filter(room=room).update(data=b"\0\0"), "the snapshot is damaged"),
        (lambda room: Snapshot.objects.filter(room=room).update(number=1), "says something else"),
        (lambda room: ClientClock.objects.filter(room=room).update(clock=1), "is at 1, and its updates go to"),
        (lambda room: room.versions.update(sha256="x"), "version 1 is not what was frozen"),
        (lambda room: Room.objects.across_cities().filter(pk=room.pk).update(log=2), "of an older log"),
    ],
    ids=["end cut off", "snapshot", "another snapshot", "clocks", "version", "log"],
)
def test_what_does_not_fit_together_is_named(room: Room, change: Any, said: str) -> None:
    change(room)
    assert said in verified(room.code)
