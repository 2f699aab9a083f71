"""A room's past: any moment of it, whose words stand there, a version that comes back, words that go for good."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from backend.base import prose
from backend.base.canonical import sha256
from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.conversations.models import Post
from backend.erasing import erase_person
from backend.people.models import Person
from realtime import document, store
from realtime.actions import (
    agree_erasure,
    ask_erasure,
    freeze_version,
    post_passage,
    refuse_erasure,
    restore_version,
    submit_proposal,
    write_notes,
    write_turns,
)
from realtime.actions.erasing import take_words_out
from realtime.actions.losing import loss_of
from realtime.models import Erasure, Participant, Room, Timeline, Update, Version
from realtime.store import past
from tests.factories import make_officer
from tests.realtime.factories import join, leader, make_room

pytestmark = pytest.mark.django_db

SIGN = "[tolto su richiesta di una persona]"  # in the room’s language


def said(room: Room) -> list[str]:
    return [piece.text for piece in prose.blocks(document.read(store.updates_of(room.pk)[0]).content)]


def fresh(room: Room) -> Room:
    return Room.objects.in_city(room.city_id).select_related("city", "proposal", "thread", "group").get(pk=room.pk)


def agree(erasure: Erasure, by: Person, reason: str = "Of course.") -> None:
    """Agreed, and done by the worker."""
    agree_erasure(erasure=erasure, by=by, reason=reason)
    take_words_out.call(str(erasure.pk))
    erasure.refresh_from_db()


@pytest.fixture
def written() -> tuple[Room, Participant, Participant]:
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


def whole(room: Room) -> str:
    """Everything that is stored of a room's text."""
    rows = b"".join(bytes(data) for data in Update.objects.filter(room=room).values_list("data", flat=True))
    return rows.decode("utf-8", "replace")


# --- Moments -----------------------------------------------------------------------------


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


# --- A version comes back ----------------------------------------------------------------


def test_a_version_comes_back_word_by_word_and_everyone_keeps_what_they_wrote(written: Any) -> None:
    room, amal, bo = written
    lead = leader(room).person
    version = freeze_version(room=room, by=lead, title="First evening")
    post_passage(room=room, by=bo.person, text="Something that was too much.")
    head = restore_version(version=version, by=lead, reason="We agreed on the first text.")
    room = fresh(room)
    assert (said(room), room.head) == ([piece.text for piece in prose.blocks(version.content)], head)
    assert prose.clean(document.read(store.updates_of(room.pk)[0]).content) == version.content
    credits = past.past(room).read(room.head).credits
    assert [set(past.by_person(credit, past.voices(room))) for credit in credits] == [
        {amal.person_id},
        {bo.person_id},
        {amal.person_id},
    ]
    line = JournalEntry.objects.get(verb="room.restore")
    assert (line.subject_id, line.reason) == (str(version.pk), "We agreed on the first text.")
    kept = Version.objects.in_city(room.city_id).filter(room=room).order_by("-number").first()
    assert "Prima di rimettere la versione 1" in kept.title
    restore_version(version=kept, by=lead, reason="No, the second one.")
    assert said(room)[-1] == "Something that was too much."


def test_who_does_not_lead_puts_nothing_back(written: Any) -> None:
    room, amal, _bo = written
    version = freeze_version(room=room, by=leader(room).person, title="First evening")
    with pytest.raises(PermissionDenied):
        restore_version(version=version, by=amal.person, reason="I like it.")
    with pytest.raises(ValidationError):
        restore_version(version=version, by=leader(room).person, reason="It says this already.")


# --- Words that go for good --------------------------------------------------------------


def test_what_would_go_is_told_before_it_goes(written: Any) -> None:
    room, amal, _bo = written
    erasure = ask_erasure(room=room, person=amal.person, by=amal.person)
    loss = loss_of(erasure)
    assert (loss.letters, loss.share, loss.notes, loss.beside["messages"]) == (55, 59, 1, 0)
    assert [piece.text for piece in prose.blocks(loss.after.content)] == ["Old people need to sit down somewhere."]


def test_words_go_out_of_the_log_for_good_and_the_others_stay(written: Any) -> None:
    room, amal, bo = written
    lead = leader(room).person
    version = freeze_version(room=room, by=lead, title="First evening")
    past.past(room)
    erasure = ask_erasure(room=room, person=amal.person, by=amal.person, reason="My address is in it.")
    agree(erasure, lead)
    old, room = room, fresh(room)
    assert said(room) == ["Old people need to sit down somewhere."]
    for word in ("Agliè", "Benches", "flat", "Amal"):
        assert word not in whole(room)
    assert (room.log, room.head > old.head, room.log_after) == (old.log + 1, True, old.head)
    assert [note["text"] for note in document.read(store.updates_of(room.pk)[0]).board.values()] == ["Shade"]
    held = past.past(room)
    assert [past.by_person(credit, past.voices(room)) for credit in held.read(room.head).credits] == [
        {bo.person_id: 38}
    ]
    # The version says where something is missing, under a new seal; the old one stands in the journal.
    blanked = Version.objects.in_city(room.city_id).get(pk=version.pk)
    assert [piece.text for piece in prose.blocks(blanked.content)] == [
        SIGN,
        "Old people need to sit down somewhere.",
        SIGN,
    ]
    assert blanked.sha256 == sha256(blanked.content)
    line = JournalEntry.objects.get(verb="version.blank")
    assert (line.before, line.after) == (version.sha256, blanked.sha256)
    assert JournalEntry.objects.get(verb="room.anew").actor == lead.pk
    erasure.refresh_from_db()
    assert (erasure.state, erasure.log) == ("done", room.log)
    assert {kind: count for kind, count in erasure.taken.items() if count} == {"letters": 55, "notes": 1, "versions": 1}
    # The times at which everyone wrote are those of before, and writing goes on.
    assert Update.objects.filter(room=room).order_by("number").first().at < erasure.asked_at
    post_passage(room=room, by=bo.person, text="And shade.")
    assert said(room)[-1] == "And shade."


def test_what_was_handed_in_is_public_record_and_stays(written: Any) -> None:
    room, amal, _bo = written
    lead = leader(room).person
    submit_proposal(room=room, by=lead, title="Benches")
    erasure = ask_erasure(room=fresh(room), person=amal.person, by=amal.person)
    loss = loss_of(erasure)
    assert (loss.versions, [version.number for version in loss.public]) == ([], [1])
    before = Version.objects.in_city(room.city_id).get(room=room, number=1)
    agree(erasure, lead)
    after = Version.objects.in_city(room.city_id).get(room=room, number=1)
    assert (after.content, after.sha256) == (before.content, before.sha256)


def test_messages_go_too_and_a_second_wish_finds_nothing(written: Any) -> None:
    room, amal, _bo = written
    lead = leader(room).person
    Post.objects.create(
        city=room.city, thread=room.thread, by=amal.person, text="I live at 9", language="en", kind="message"
    )
    agree(ask_erasure(room=room, person=amal.person, by=amal.person), lead)
    assert Post.objects.across_cities().get(thread=room.thread).text == SIGN


def test_only_the_person_or_the_city_asks_and_only_the_lead_answers(written: Any) -> None:
    room, amal, bo = written
    with pytest.raises(PermissionDenied):
        ask_erasure(room=room, person=amal.person, by=bo.person)
    with pytest.raises(ValidationError):
        ask_erasure(room=room, person=leader(room).person, by=leader(room).person)
    erasure = ask_erasure(room=room, person=amal.person, by=make_officer(room.city), reason="They rang us.")
    with pytest.raises(Conflict):
        ask_erasure(room=room, person=amal.person, by=amal.person)
    for answer in (agree_erasure, refuse_erasure):
        with pytest.raises(PermissionDenied):
            answer(erasure=erasure, by=bo.person, reason="No.")
    refuse_erasure(erasure=erasure, by=leader(room).person, reason="The text was agreed by all.")
    assert Erasure.objects.in_city(room.city_id).get().state == "refused"
    with pytest.raises(Conflict):
        agree_erasure(erasure=Erasure.objects.in_city(room.city_id).get(), by=leader(room).person, reason="After all.")
    assert "Agliè" in whole(room)


def test_who_leaves_for_good_may_ask_it_of_every_room(written: Any) -> None:
    room, amal, bo = written
    erase_person(person=amal.person, by=amal.person, words=True)
    erase_person(person=bo.person, by=bo.person)
    erasure = Erasure.objects.in_city(room.city_id).get()
    assert (erasure.person_id, erasure.state) == (amal.person_id, "asked")
    agree(erasure, leader(room).person)
    assert said(fresh(room)) == ["Old people need to sit down somewhere."]
    assert {voice.name for voice in past.voices(fresh(room)).values()} == {"Former participant"}
