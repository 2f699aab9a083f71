"""Words that come by a form go into the shared text by their person's own hand; a version is the text of its moment."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation
from django.utils.translation import gettext

from backend.base.canonical import sha256
from backend.base.problems import Conflict
from realtime import document, store
from realtime.actions import authors_of, freeze_version, post_passage, submit_proposal, write_notes, write_turns
from realtime.models import ClientClock, Update
from tests.factories import make_citizen
from tests.realtime.factories import join, make_room
from tests.realtime.pasts import wrote

pytestmark = pytest.mark.django_db


def test_several_people_write_each_by_their_own_hand() -> None:
    room = make_room()
    amal, gianni = join(room).person, join(room, "Gianni").person
    write_turns(
        room=room, turns=[(amal, "heading", "What we want"), (gianni, "paragraph", "Six benches 😀, perché no.")]
    )
    write_notes(room=room, notes=[(gianni, "c1", "Shade", 2)])
    said = document.read(store.updates_of(room.pk)[0])
    assert [node["type"] for node in said.content["content"]] == ["heading", "paragraph"]
    assert {clock.person for clock in ClientClock.objects.filter(room=room).select_related("person")} == {amal, gianni}
    assert Update.objects.filter(room=room, participant__person=gianni).exists()
    assert [person.name for person in authors_of(room)] == ["Amal", "Gianni"]


def test_a_passage_is_several_paragraphs_at_the_end() -> None:
    room = make_room()
    amal = join(room)
    post_passage(room=room, by=amal.person, text="One.\r\n\r\nTwo\nlines.\n\n\n\nThree.")
    content = document.read(store.updates_of(room.pk)[0]).content["content"]
    assert [node["content"][0]["text"] for node in content] == ["One.", "Two lines.", "Three."]
    assert len({node["attrs"]["id"] for node in content}) == 3


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 20_001])
def test_a_passage_of_nothing_or_of_too_much_is_refused(text: str) -> None:
    room = make_room()
    with pytest.raises(ValidationError):
        post_passage(room=room, by=join(room).person, text=text)


def test_strangers_write_nothing() -> None:
    room = make_room()
    with pytest.raises(PermissionDenied):
        post_passage(room=room, by=make_citizen(room.city), text="x")


def test_a_version_is_the_text_of_that_moment_with_its_hash() -> None:
    room = make_room()
    amal = wrote(room)
    version = freeze_version(room=room, by=room.made_by, title="Before the walk", reason="So that we can compare")
    post_passage(room=room, by=amal, text="Later words.")
    version.refresh_from_db()
    assert "Later words" not in str(version.content)
    assert version.sha256 == sha256(version.content)
    assert document.read(store.until(room.pk, version.update_number)).content["content"]
    assert freeze_version(room=room, by=room.made_by).number == 2
    with pytest.raises(PermissionDenied):
        freeze_version(room=room, by=amal)


def test_an_empty_text_is_not_kept() -> None:
    room = make_room()
    with pytest.raises(ValidationError):
        freeze_version(room=room, by=room.made_by)


def test_the_text_becomes_a_proposal_of_all_who_wrote_once() -> None:
    room = make_room()
    amal = wrote(room)
    join(room, "Only listens")
    proposal = submit_proposal(room=room, by=room.made_by, summary="Benches.")
    room.refresh_from_db()
    assert room.proposal == proposal
    assert {line.person for line in proposal.authorships.select_related("person")} == {amal}
    held = proposal.versions.get()
    assert held.origin["id"] == str(room.versions.get().pk)
    assert held.content == room.versions.get().content
    with pytest.raises(Conflict):
        submit_proposal(room=room, by=room.made_by)
    with pytest.raises(PermissionDenied):
        submit_proposal(room=make_room(), by=amal)


@pytest.mark.parametrize("language", ["it", "hu"])
def test_a_version_without_a_name_is_called_so_in_the_language_of_its_room(language: str) -> None:
    room = make_room(language=language)
    write_turns(room=room, turns=[(room.made_by, "paragraph", "Sei panchine.")])
    with translation.override(language):
        called = gettext("Version %(number)d") % {"number": 1}
    assert freeze_version(room=room, by=room.made_by).title == called
