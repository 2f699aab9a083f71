"""Words that go for good: who may ask it and who answers, what goes and what stays."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base import prose
from backend.base.canonical import sha256
from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.conversations.models import Post
from backend.erasing import erase_person
from realtime import document, store
from realtime.actions import agree_erasure, ask_erasure, freeze_version, post_passage, refuse_erasure, submit_proposal
from realtime.actions.losing import loss_of
from realtime.models import Erasure, Room, Update, Version
from realtime.store import past
from tests.factories import make_officer
from tests.realtime.factories import leader
from tests.realtime.pasts import agree, credited, fresh, said

pytestmark = pytest.mark.django_db

SIGN = "[tolto su richiesta di una persona]"  # in the room’s language


def whole(room: Room) -> str:
    """Everything that is stored of a room's text."""
    rows = b"".join(bytes(data) for data in Update.objects.filter(room=room).values_list("data", flat=True))
    return rows.decode("utf-8", "replace")


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
    with pytest.raises(ValidationError, match="no words"):
        ask_erasure(room=fresh(room), person=amal.person, by=amal.person)


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


def test_their_words_go_with_them_also_where_another_brought_them(brought: Any) -> None:
    room, amal, bo = brought
    erasure = ask_erasure(room=room, person=amal.person, by=amal.person)
    loss = loss_of(erasure)
    assert (loss.letters, loss.groups) == (55 + 21, 1)
    agree(erasure, leader(room).person)
    assert "Ferns" not in whole(room)
    assert said(fresh(room))[-1] == "Ivy, too 🌿."
    assert credited(fresh(room))[-1] == {bo.person_id}


def test_who_leaves_for_good_may_ask_it_of_every_room(written: Any) -> None:
    room, amal, bo = written
    erase_person(person=amal.person, by=amal.person, words=True)
    erase_person(person=bo.person, by=bo.person)
    erasure = Erasure.objects.in_city(room.city_id).get()
    assert (erasure.person_id, erasure.state) == (amal.person_id, "asked")
    agree(erasure, leader(room).person)
    assert said(fresh(room)) == ["Old people need to sit down somewhere."]
    assert {voice.name for voice in past.voices(fresh(room)).values()} == {"Former participant"}
