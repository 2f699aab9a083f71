"""A room's past: any moment of it, and whose words stand there."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.base import prose
from realtime import document
from realtime.actions import freeze_version, post_passage, restore_version
from realtime.document import keeping
from realtime.models import ClientClock, Participant, Room, Timeline, Update
from realtime.store import past
from tests.realtime.factories import leader
from tests.realtime.pasts import credited, first_rows, fresh, said

pytestmark = pytest.mark.django_db


def test_every_moment_is_what_the_rows_up_to_it_say(written: Any) -> None:
    room, _amal, _bo = written
    held = past.past(room)
    for number in range(room.head + 1):
        assert held.read(number).content == document.read(first_rows(room.pk, number)).content


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


# --- Words that came out of groups -------------------------------------------------------


def test_what_a_group_wrote_is_theirs_in_the_margin_and_in_the_shares(brought: Any) -> None:
    room, amal, bo = brought
    lead = leader(room).person
    assert credited(room)[3:] == [{lead.pk}, {amal.person_id}, {bo.person_id}]  # the heading is who brought it
    held, voices = past.past(room), past.voices(room)
    letters = [past.by_person(credit, voices) for credit in held.read(room.head).credits][4:]
    assert letters == [{amal.person_id: 21}, {bo.person_id: 11}]
    ever = past.by_person(held.written(), voices)
    assert (ever[amal.person_id], ever[bo.person_id]) == (7 + 48 + 21, 38 + 11)


def test_it_stays_theirs_when_it_is_kept_reworded_split_or_put_back(
    brought: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, _amal, bo = brought
    lead = leader(room).person
    monkeypatch.setattr(past, "KEEP_EVERY", 3)
    before = credited(room)
    past.forget(room.pk)
    first = past.past(room)
    past._past.clear()
    assert past.past(room) is not first
    assert (credited(room), past.past(room).written()) == (before, first.written())
    version = freeze_version(room=room, by=lead, title="With the group")
    later = more_of(room, bo)
    restore_version(version=version, by=lead, reason="Back to the group’s text.")
    assert credited(fresh(room)) == before
    assert past.past(fresh(room)).written() == first.written() | {later: 17}


def more_of(room: Room, bo: Participant) -> int:
    """Bo adds a paragraph; tells the client that it came from."""
    post_passage(room=room, by=bo.person, text="And moss and all.")
    newest = max(ClientClock.objects.filter(room=room, person=bo.person).values_list("pk", "client"))
    return int(newest[1])


def test_what_was_worked_out_before_groups_were_told_apart_is_worked_out_again(
    brought: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, _amal, bo = brought
    monkeypatch.setattr(past, "KEEP_EVERY", 1)
    with monkeypatch.context() as then:
        then.setattr(keeping, "FORM", 2)
        past.forget(room.pk)
        past.past(room)
    past._past.clear()
    assert Timeline.objects.filter(room=room).exists()
    assert credited(room)[-1] == {bo.person_id}
