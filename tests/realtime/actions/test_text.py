"""Words that come by a form go into the shared text by their person's own hand; a version is the text of its moment."""

from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext

from backend.base.canonical import sha256
from backend.base.problems import Conflict
from backend.people.models import Person
from realtime import document, store
from realtime.actions import (
    authors_of,
    close_room,
    freeze_version,
    post_passage,
    remove,
    submit_proposal,
    text,
    write_notes,
    write_turns,
)
from realtime.actions.text import IN_A_MINUTE
from realtime.models import ClientClock, Room, Update
from tests.factories import make_citizen
from tests.realtime.factories import join, make_room
from tests.realtime.pasts import first_rows, wrote

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


def test_a_text_that_is_full_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room()
    amal = join(room).person
    post_passage(room=room, by=amal, text="One.")
    [row] = store.rows_after(room.pk, 0)
    monkeypatch.setattr(store, "ROOM_LIMIT", len(row.data) * 2)
    with pytest.raises(Conflict, match="new room"):
        post_passage(room=room, by=amal, text="Two. " * 100)
    assert len(store.rows_after(room.pk, 0)) == 1


def test_passages_by_form_come_at_the_pace_of_a_person() -> None:
    room = make_room()
    amal, gianni = join(room).person, join(room, "Gianni").person
    for _each in range(IN_A_MINUTE):
        post_passage(room=room, by=amal, text="Again.")
    with pytest.raises(Conflict, match="Wait a minute"):
        post_passage(room=room, by=amal, text="And again.")
    post_passage(room=room, by=gianni, text="Once.")


@pytest.mark.parametrize("first", [True, False], ids=["before it is read", "after it was read"])
@pytest.mark.parametrize("end", ["removed", "closed"])
def test_whoever_may_not_write_any_more_when_the_text_is_read_or_stored_has_written_nothing(
    monkeypatch: pytest.MonkeyPatch, first: bool, end: str
) -> None:
    room = make_room()
    amal = join(room)
    post_passage(room=room, by=amal.person, text="Before.")
    load, left = store.load, [1]

    def meanwhile() -> None:
        if left and left.pop():
            mine = Room.objects.in_city(room.city_id).get(pk=room.pk)
            if end == "removed":
                remove(participant=amal, by=room.made_by, reason="Too loud.")
            else:
                close_room(room=mine, by=room.made_by)

    def loading(key: UUID) -> store.Loaded:
        if first:
            meanwhile()
        loaded = load(key)
        meanwhile()
        return loaded

    monkeypatch.setattr(store, "load", loading)
    with pytest.raises(PermissionDenied):
        post_passage(room=room, by=amal.person, text="After.")
    assert len(store.rows_after(room.pk, 0)) == 1


def test_a_version_is_the_text_of_that_moment_with_its_hash() -> None:
    room = make_room()
    amal = wrote(room)
    version = freeze_version(room=room, by=room.made_by, title="Before the walk", reason="So that we can compare")
    post_passage(room=room, by=amal, text="Later words.")
    version.refresh_from_db()
    assert "Later words" not in str(version.content)
    assert version.sha256 == sha256(version.content)
    assert document.read(first_rows(room.pk, version.update_number)).content["content"]
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


def test_a_text_is_read_before_anything_is_locked_and_again_where_somebody_wrote_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = make_room()
    wrote(room)
    gianni = join(room, "Gianni").person
    real, before, depths = text.authors_of, len(connection.savepoint_ids), []

    def slow(room: Room) -> list[Person]:
        found = real(room)
        depths.append(len(connection.savepoint_ids) - before)
        if len(depths) == 1:
            post_passage(room=room, by=gianni, text="Shade, too.")
        return found

    monkeypatch.setattr(text, "authors_of", slow)
    proposal = submit_proposal(room=room, by=room.made_by, summary="Benches.")
    assert depths == [0, 1]
    assert gianni in {line.person for line in proposal.authorships.select_related("person")}
    assert "Shade, too." in str(room.versions.get().content)


@pytest.mark.parametrize("language", ["it", "hu"])
def test_a_version_without_a_name_is_called_so_in_the_language_of_its_room(language: str) -> None:
    room = make_room(language=language)
    write_turns(room=room, turns=[(room.made_by, "paragraph", "Sei panchine.")])
    with translation.override(language):
        called = gettext("Version %(number)d") % {"number": 1}
    assert freeze_version(room=room, by=room.made_by).title == called
