"""A version comes back, word by word, from whoever leads."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base import prose
from backend.base.journal import JournalEntry
from realtime import document, store
from realtime.actions import freeze_version, post_passage, restore_version
from realtime.models import Version
from realtime.store import past
from tests.realtime.factories import leader
from tests.realtime.pasts import fresh, said

pytestmark = pytest.mark.django_db


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
