"""Columns, and notes from pages without script."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from realtime import document, store
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
