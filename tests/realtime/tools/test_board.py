"""Columns, and notes from pages without script."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.base.journal import JournalEntry
from backend.provenance import story_of_proposal
from realtime import document, store, tools
from realtime.actions import authors_of, freeze_version, submit_proposal
from realtime.actions.board import authors_of_notes
from realtime.document import board as boards
from realtime.models import Participant, Room, SilentNote
from realtime.tools.board import COLUMNS
from tests.realtime.tools.conftest import Session


def test_a_board_begins_with_columns_and_the_rooms_question(session: Session) -> None:
    seen = session.see(session.amal, "board")
    assert [column["id"] for column in seen["columns"]] == ["c1", "c2", "c3"]
    assert (seen["question"], seen["open"]) == ("What would make you stay?", True)


def test_a_column_is_added_up_to_a_number(session: Session) -> None:
    for number in range(4, COLUMNS + 1):
        session.do(session.lead, "board", "add_column", title=f"Column {number}")
    with pytest.raises(ValidationError):
        session.do(session.lead, "board", "add_column", title="One more")
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "board", "add_column", title="Mine")


def test_a_note_from_a_form_is_in_the_shared_document_under_its_authors_name(session: Session) -> None:
    session.do(session.amal, "board", "add_note", column="c2", text="More shade 😀")
    said = document.read(store.updates_of(session.room.pk)[0])
    [(key, note)] = said.board.items()
    assert (note["text"], note["column"]) == ("More shade 😀", "c2")
    assert session.see(session.gianni, "board")["authors"][str(said.authors[key])] == "Amal"
    assert session.see(None, "board")["authors"] == {}


def test_a_closed_board_and_a_lost_column_take_no_notes(session: Session) -> None:
    with pytest.raises(ValidationError):
        session.do(session.amal, "board", "add_note", column="c9", text="x")
    session.do(session.lead, "board", "close")
    with pytest.raises(ValidationError):
        session.do(session.amal, "board", "add_note", column="c1", text="x")
    session.do(session.lead, "board", "open")
    session.do(session.amal, "board", "add_note", column="c1", text="x")


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("board", 3)


# --- Notes without a live board ------------------------------------------------------------


def board_of(session: Session) -> dict[str, Any]:
    return document.read(store.updates_of(session.room.pk)[0]).board


def put(session: Session, who: Participant, text: str, column: str = "c1") -> str:
    before = set(board_of(session))
    session.do(who, "board", "add_note", column=column, text=text)
    [key] = set(board_of(session)) - before
    return key


def lane(session: Session, column: str = "c1") -> list[str]:
    columns = [each["id"] for each in session.see(session.lead, "board")["columns"]]
    return [each.note.text for each in boards.laid(boards.shown(board_of(session)), columns)[column]]


def test_a_note_is_moved_painted_and_grouped_by_anyone(session: Session) -> None:
    one, two = put(session, session.amal, "One"), put(session, session.gianni, "Two")
    assert lane(session) == ["One", "Two"]
    session.do(session.amal, "board", "move_note", id=two, column="c1", place="top")
    assert lane(session) == ["Two", "One"]
    session.do(session.amal, "board", "move_note", id=two, column="c1", place="down")
    session.do(session.amal, "board", "move_note", id=one, column="c2")
    assert (lane(session), lane(session, "c2")) == (["Two"], ["One"])
    session.do(session.gianni, "board", "colour_note", id=one, colour="4")
    session.do(session.gianni, "board", "group_note", id=one, group="  Near the  water ")
    assert (board_of(session)[one]["colour"], board_of(session)[one]["group"]) == (4, "Near the water")
    session.do(session.gianni, "board", "rename_group", column="c2", group="Near the water", title="Water")
    assert board_of(session)[one]["group"] == "Water"
    session.do(session.gianni, "board", "group_note", id=one, group="")
    assert "group" not in board_of(session)[one]


@pytest.mark.parametrize("command", ["move_note", "colour_note", "group_note", "merge_note", "split_note", "into_text"])
def test_a_note_that_somebody_took_away_gets_a_kind_word(session: Session, command: str) -> None:
    key = put(session, session.amal, "One")
    session.do(session.amal, "board", "delete_note", id=key)
    with pytest.raises(ValidationError) as refused:
        session.do(session.gianni, "board", command, id=key, column="c1", colour=2, group="x", into=key)
    assert refused.value.error_dict["id"][0].code == "gone"


def test_ones_own_note_is_changed_and_taken_away_and_comes_back_as_ones_own(session: Session) -> None:
    key = put(session, session.amal, "Shade")
    for command in ("edit_note", "delete_note"):
        with pytest.raises(PermissionDenied):
            session.do(session.gianni, "board", command, id=key, text="Mine")
    session.do(session.amal, "board", "edit_note", id=key, text="More shade")
    session.do(session.lead, "board", "delete_note", id=key)
    assert board_of(session) == {}
    assert session.see(session.lead, "board")["taken"] == 1
    assert session.see(session.amal, "board")["taken"] == 0
    with pytest.raises(ValidationError):
        session.do(session.amal, "board", "restore_note", id=key)
    session.do(session.lead, "board", "restore_note", id=key)
    said = document.read(store.updates_of(session.room.pk)[0])
    assert said.board[key]["text"] == "More shade"
    assert said.authors[key] in session.see(session.amal, "board")["own"]
    with pytest.raises(ValidationError):
        session.do(session.lead, "board", "restore_note")


def test_two_notes_put_together_keep_both_authors_and_can_be_parted(session: Session) -> None:
    one, two = put(session, session.amal, "Shade"), put(session, session.gianni, "Sails")
    session.do(session.lead, "board", "merge_note", id=two, into=one)
    [shown] = boards.shown(board_of(session))
    assert (shown.note.text, [each.text for each in shown.merged]) == ("Shade", ["Sails"])
    with pytest.raises(ValidationError):
        session.do(session.lead, "board", "merge_note", id=one, into=two)
    session.do(session.lead, "board", "split_note", id=two)
    assert lane(session) == ["Shade", "Sails"]
    with pytest.raises(ValidationError):
        session.do(session.lead, "board", "split_note", id=two)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=6))
def test_whatever_is_put_together_every_author_stays(session: Session, pairs: list[tuple[int, int]]) -> None:
    with transaction.atomic():
        people = [session.amal, session.gianni, session.lead, session.amal, session.gianni]
        keys = [put(session, who, f"Idea {number}") for number, who in enumerate(people)]
        for one, other in pairs:
            with contextlib.suppress(ValidationError):
                session.do(session.amal, "board", "merge_note", id=keys[one], into=keys[other])
        said = document.read(store.updates_of(session.room.pk)[0])
        found = [each.id for shown in boards.shown(said.board) for each in (shown.note, *shown.merged)]
        assert sorted(found) == sorted(keys)
        authors = authors_of_notes(session.room, said.authors)
        assert [authors[key] for key in keys] == [who.person_id for who in people]
        transaction.set_rollback(True)


# --- Columns -------------------------------------------------------------------------------


def test_the_facilitator_names_moves_sorts_locks_and_removes_columns(session: Session) -> None:
    put(session, session.amal, "Zebra", "c2")
    key = put(session, session.amal, "Apple", "c2")
    session.do(session.lead, "board", "rename_column", id="c2", title="Seats")
    session.do(session.lead, "board", "move_column", id="c2", to="left")
    seen = session.see(session.amal, "board")["columns"]
    assert (seen[0]["id"], seen[0]["title"]) == ("c2", "Seats")
    session.do(session.lead, "board", "sort_column", id="c2", sort="words")
    assert lane(session, "c2") == ["Apple", "Zebra"]
    session.do(session.lead, "board", "lock_column", id="c2")
    for command, args in (("add_note", {"text": "x"}), ("move_note", {"id": key, "place": "top"})):
        with pytest.raises(ValidationError) as refused:
            session.do(session.amal, "board", command, column="c2", **args)
        assert refused.value.error_dict["column"][0].code == "locked"
    with pytest.raises(ValidationError):
        session.do(session.amal, "board", "move_note", id=key, column="c1")
    session.do(session.lead, "board", "move_note", id=key, column="c1")
    session.do(session.lead, "board", "unlock_column", id="c2")
    with pytest.raises(ValidationError) as refused:
        session.do(session.lead, "board", "remove_column", id="c2")
    assert refused.value.error_dict["id"][0].code == "not_empty"
    session.do(session.lead, "board", "remove_column", id="c3")
    for wrong in ({"id": "c2", "to": "left"}, {"id": "c9", "to": "right"}, {"id": "c2", "to": "up"}):
        with pytest.raises(ValidationError):
            session.do(session.lead, "board", "move_column", **wrong)


def test_a_column_is_cleared_with_a_reason_and_all_of_it_comes_back(session: Session) -> None:
    one, two = put(session, session.amal, "One"), put(session, session.gianni, "Two")
    put(session, session.gianni, "Elsewhere", "c2")
    with pytest.raises(ValidationError):
        session.do(session.lead, "board", "clear_column", id="c1", reason="")
    session.do(session.lead, "board", "clear_column", id="c1", reason="A new round.")
    assert (lane(session), lane(session, "c2")) == ([], ["Elsewhere"])
    assert JournalEntry.objects.get(verb="board.clear").reason == "A new round."
    session.do(session.lead, "board", "restore_note")
    assert set(board_of(session)) >= {one, two}
    assert lane(session) == ["One", "Two"]


# --- In silence ----------------------------------------------------------------------------


def everything_said(session: Session, *viewers: Participant | None) -> str:
    """All that the server hands out: every snapshot, the document, its bytes."""
    room = Room.objects.in_city(session.room.city_id).select_related("thread", "city").get(pk=session.room.pk)
    shown = [tools.show(room, tools.viewer_of(viewer)) for viewer in viewers]
    updates = b"".join(bytes(each) for each in store.updates_of(room.pk)[0])
    return repr(shown) + repr(board_of(session)) + updates.decode("utf-8", "replace")


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.text("abcdef", min_size=6, max_size=12)), min_size=1, max_size=5))
def test_what_is_written_in_silence_reaches_nobody_before_it_is_shown(
    session: Session, ideas: list[tuple[bool, str]]
) -> None:
    with transaction.atomic():
        session.do(session.lead, "board", "silence")
        for first, text in ideas:
            who = session.amal if first else session.gianni
            session.do(who, "board", "add_note", column="c1", text=f"secret-{first}-{text}")
        assert "secret-" not in everything_said(session, session.lead, None)
        assert "secret-False" not in everything_said(session, session.amal)
        mine = session.see(session.amal, "board")["mine"]
        assert [each["text"] for each in mine] == [f"secret-True-{text}" for first, text in ideas if first]
        assert session.see(None, "board")["hidden"] == len(ideas)
        session.do(session.lead, "board", "reveal")
        assert lane(session) == [f"secret-{first}-{text}" for first, text in ideas]
        said = document.read(store.updates_of(session.room.pk)[0])
        authors = authors_of_notes(session.room, said.authors)
        names = {note["text"]: authors[key] for key, note in said.board.items()}
        for first, text in ideas:
            assert names[f"secret-{first}-{text}"] in {session.amal.person_id, session.gianni.person_id}
        assert not SilentNote.objects.exists()
        transaction.set_rollback(True)


def test_silence_begins_and_ends_once_and_ideas_are_taken_back(session: Session) -> None:
    with pytest.raises(ValidationError):
        session.do(session.lead, "board", "reveal")
    session.do(session.lead, "board", "silence")
    with pytest.raises(ValidationError):
        session.do(session.lead, "board", "silence")
    session.do(session.amal, "board", "add_note", column="c1", text="One")
    [mine] = session.see(session.amal, "board")["mine"]
    with pytest.raises(ValidationError):
        session.do(session.gianni, "board", "take_back", id=mine["id"])
    session.do(session.amal, "board", "take_back", id=mine["id"])
    session.do(session.lead, "board", "reveal")
    assert board_of(session) == {}
    assert [entry.verb for entry in JournalEntry.objects.filter(verb__startswith="board.")] == [
        "board.silence",
        "board.reveal",
    ]


def test_nobody_writes_more_than_a_person_can_in_silence(session: Session) -> None:
    session.do(session.lead, "board", "silence")
    for number in range(40):
        session.do(session.amal, "board", "add_note", column="c1", text=f"{number}")
    with pytest.raises(ValidationError):
        session.do(session.amal, "board", "add_note", column="c1", text="one more")
    session.do(session.lead, "board", "reveal")
    assert len(lane(session)) == 40


# --- The thread ------------------------------------------------------------------------------


def test_an_idea_is_followed_into_the_text_its_version_and_its_proposal(session: Session) -> None:
    one, two = put(session, session.amal, "Shade sails"), put(session, session.gianni, "Lime trees")
    session.do(session.lead, "board", "merge_note", id=two, into=one)
    session.do(session.lead, "board", "into_text", id=one)
    session.do(session.lead, "board", "delete_note", id=two)
    version = freeze_version(room=session.room, by=session.lead.person)
    ideas = {row.note: (row.text, row.person_id) for row in version.ideas.all()}
    assert ideas == {
        one: ("Shade sails", session.amal.person_id),
        two: ("Lime trees", session.gianni.person_id),
    }
    assert {person.pk for person in authors_of(session.room)} >= {session.amal.person_id, session.gianni.person_id}
    proposal = submit_proposal(room=session.room, by=session.lead.person, title="Shade")
    first, second, *_rest = story_of_proposal(proposal)
    assert (first["kind"], second["kind"]) == ("idea", "room")
    assert "Shade sails" in first["note"]
