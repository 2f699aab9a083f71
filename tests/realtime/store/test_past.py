"""A room's past: any moment of it, and whose words stand there."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.base import prose
from realtime import document, store
from realtime.actions import post_passage
from realtime.models import Timeline, Update
from realtime.store import past
from tests.realtime.pasts import fresh, said

pytestmark = pytest.mark.django_db


def test_every_moment_is_what_the_rows_up_to_it_say(written: Any) -> None:
    room, _amal, _bo = written
    held = past.past(room)
    for number in range(room.head + 1):
        assert held.read(number).content == document.read(store.until(room.pk, number)).content


def test_what_comes_later_is_taken_on_top(written: Any) -> None:
    room, _amal, bo = written
    assert past.past(room).head == room.head
    post_passage(room=room, by=bo.person, text="And shade.")
    held = past.past(fresh(room))
    assert held.head == room.head + 1
    assert [piece.text for piece in prose.blocks(held.read(held.head).content)] == said(room)


def test_a_long_past_is_kept_and_read_from_the_cache(written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    room, _amal, _bo = written
    monkeypatch.setattr(past, "KEEP_EVERY", 3)
    past.forget(room.pk)
    first = past.past(room)
    assert Timeline.objects.get(room=room).number == room.head
    past._past.clear()
    again = past.past(room)
    assert again is not first
    assert again.sittings == first.sittings
    assert [again.read(at) for at in range(room.head + 1)] == [first.read(at) for at in range(room.head + 1)]
    Timeline.objects.filter(room=room).update(checksum=1)  # damaged: worked out again
    past._past.clear()
    assert past.past(room).read(room.head) == first.read(room.head)


def test_people_who_wrote_within_half_an_hour_sat_together(written: Any) -> None:
    room, amal, bo = written
    last = Update.objects.filter(room=room).order_by("-number").first()
    later = Update(room=room, number=room.head + 1, data=b"\0\0", checksum=0, participant=bo, log=room.log)
    later.at = last.at + timedelta(minutes=31)
    later.save()
    past.forget(room.pk)
    sittings = past.past(room).sittings
    assert [(each["first"], each["last"]) for each in sittings] == [(1, room.head), (room.head + 1,) * 2]
    assert set(sittings[0]["who"]) == {amal.pk.hex, bo.pk.hex}


def test_letters_are_those_of_who_wrote_them(written: Any) -> None:
    room, amal, bo = written
    voices = past.voices(room)
    credits = past.past(room).read(room.head).credits
    people = [past.by_person(credit, voices) for credit in credits]
    assert people == [{amal.person_id: 7}, {bo.person_id: 38}, {amal.person_id: 48}]
    assert {voice.name for voice in voices.values()} == {"Amal", "Bo"}


@given(st.dictionaries(st.uuids(), st.integers(1, 10**6), max_size=40))
def test_shares_make_one_hundred(letters: dict[UUID, int]) -> None:
    shares = past.shares(letters)
    assert sum(shares.values()) == (100 if letters else 0)
    total = sum(letters.values())
    assert all(abs(shares[key] - letters[key] * 100 / total) < 1 for key in letters)
