"""Columns, and notes from pages without script."""

import contextlib
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.base.journal import JournalEntry
from realtime import document, store
from realtime.actions import acts_of, add_assisted
from realtime.actions.board import authors_of_notes
from realtime.document import board as boards
from tests.realtime.boards import board_of, lane, put
from tests.realtime.sessions import Session


def test_a_board_begins_with_columns_and_the_rooms_question(session: Session) -> None:
    seen = session.see(session.amal, "board")
    assert [column["id"] for column in seen["columns"]] == ["c1", "c2", "c3"]
    assert (seen["question"], seen["open"]) == ("What would make you stay?", True)


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
    session.do(session.lead, "board", "close", reason="We read.")
    with pytest.raises(ValidationError):
        session.do(session.amal, "board", "add_note", column="c1", text="x")
    session.do(session.lead, "board", "open")
    session.do(session.amal, "board", "add_note", column="c1", text="x")


def test_a_closed_board_says_why_to_everyone_and_the_log_keeps_it(session: Session) -> None:
    session.do(session.lead, "board", "close", reason="We look at the ideas together.")
    seen = session.see(session.amal, "board")
    assert (seen["open"], seen["why"]) == (False, "We look at the ideas together.")
    session.do(session.lead, "board", "open")
    session.do(session.lead, "board", "open")
    assert session.see(session.amal, "board")["why"] == ""
    assert [each.act for each in acts_of(session.room)] == ["open_board", "close_board"]
    session.do(session.lead, "board", "close", reason="Once more.")
    session.do(session.lead, "board", "silence")
    assert acts_of(session.room).first().act == "open_board", "who writes in silence writes"


def test_another_writes_ones_words_anew_only_with_a_word_of_why(session: Session) -> None:
    key = put(session, session.amal, "Shade")
    session.do(session.lead, "board", "edit_note", id=key, text="Shade by the river", reason="It is clearer.")
    assert board_of(session)[key]["text"] == "Shade by the river"
    [mine] = session.see(session.amal, "moderation")["mine"]
    assert (mine["act"], mine["reason"], mine["by"]) == ("reword", "It is clearer.", "Irene")
    assert "reworded" not in session.see(session.lead, "board")


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("board", 3)


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
    assert not acts_of(session.room).exists()
    with pytest.raises(ValidationError):
        session.do(session.lead, "board", "delete_note", id=key)
    session.do(session.lead, "board", "delete_note", id=key, reason="It was there twice.")
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


def test_nothing_is_put_back_onto_a_closed_board_but_by_who_leads(session: Session) -> None:
    mine, theirs = put(session, session.amal, "Shade"), put(session, session.gianni, "Sails")
    session.do(session.amal, "board", "delete_note", id=mine)
    session.do(session.lead, "board", "delete_note", id=theirs, reason="It was there twice.")
    session.do(session.lead, "board", "close", reason="Enough for today.")
    with pytest.raises(ValidationError) as refused:
        session.do(session.amal, "board", "restore_note")
    assert refused.value.error_dict["id"][0].code == "closed"
    session.do(session.lead, "board", "restore_note")
    assert set(board_of(session)) == {theirs}
    session.do(session.lead, "board", "open")
    session.do(session.amal, "board", "restore_note")
    assert set(board_of(session)) == {mine, theirs}


@pytest.mark.parametrize("how", ["beside", "under another"])
def test_nothing_is_put_back_into_a_locked_column(session: Session, how: str) -> None:
    one, two = put(session, session.amal, "Shade"), put(session, session.gianni, "Sails")
    if how == "under another":
        session.do(session.amal, "board", "merge_note", id=one, into=two)
    session.do(session.amal, "board", "delete_note", id=one)
    session.do(session.lead, "board", "lock_column", id="c1", reason="We sort these.")
    with pytest.raises(ValidationError) as refused:
        session.do(session.amal, "board", "restore_note", id=one)
    assert refused.value.error_dict["column"][0].code == "locked"
    session.do(session.lead, "board", "lock_column", id="c2", reason="And these.")
    session.do(session.lead, "board", "unlock_column", id="c1")
    session.do(session.amal, "board", "restore_note", id=one)
    assert set(board_of(session)) == {one, two}


def test_an_idea_whose_column_is_gone_comes_back_only_where_the_first_is_open(session: Session) -> None:
    key = put(session, session.amal, "Shade", "c3")
    session.do(session.amal, "board", "delete_note", id=key)
    session.do(session.lead, "board", "remove_column", id="c3")
    session.do(session.lead, "board", "lock_column", id="c1", reason="We sort these.")
    with pytest.raises(ValidationError):
        session.do(session.amal, "board", "restore_note", id=key)
    session.do(session.lead, "board", "unlock_column", id="c1")
    session.do(session.amal, "board", "restore_note", id=key)
    assert lane(session) == ["Shade"]


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


def test_an_idea_of_somebody_without_a_device_says_so(session: Session) -> None:
    session.do(session.lead, "door", "add", name="Nonna Pina")
    pina = next(each["id"] for each in session.see(session.lead, "door")["people"] if each["kind"] == "assisted")
    session.do(session.lead, "board", "add_note", column="c1", text="Shade", **{"for": pina})
    put(session, session.amal, "Seats")
    said, seen = document.read(store.updates_of(session.room.pk)[0]), session.see(session.amal, "board")
    marked = {seen["authors"][str(client)] for client in said.authors.values() if client in seen["assisted"]}
    assert marked == {"Nonna Pina"}
    assert session.see(None, "board")["assisted"] == []


def test_an_idea_of_somebody_without_a_device_is_mended_for_them_and_that_is_no_act(session: Session) -> None:
    pina = add_assisted(room=session.room, name="Pina", by=session.lead.person)
    whose = {"for": str(pina.pk)}
    session.do(session.lead, "board", "add_note", column="c1", text="A bensh", **whose)
    other = put(session, session.amal, "Seats")
    [key] = set(board_of(session)) - {other}
    session.do(session.lead, "board", "edit_note", id=key, text="A bench", **whose)
    assert board_of(session)[key]["text"] == "A bench"
    for command in ("edit_note", "delete_note"):
        with pytest.raises(PermissionDenied):  # theirs alone
            session.do(session.lead, "board", command, id=other, text="Not mine", **whose)
        with pytest.raises(PermissionDenied):
            session.do(session.amal, "board", command, id=key, text="Not mine", **whose)
    session.do(session.lead, "board", "delete_note", id=key, **whose)
    assert set(board_of(session)) == {other}
    session.do(session.lead, "board", "restore_note", id=key, **whose)
    assert board_of(session)[key]["text"] == "A bench"
    assert not acts_of(session.room).exists()
    assert set(session.see(session.lead, "board")["helped"].values()) == {str(pina.pk)}
    assert session.see(session.amal, "board")["helped"] == {}


def test_who_leads_sees_what_was_entered_in_silence_for_somebody_and_takes_it_back_for_them(session: Session) -> None:
    pina = add_assisted(room=session.room, name="Pina", by=session.lead.person)
    session.do(session.lead, "board", "silence")
    session.do(session.lead, "board", "add_note", column="c1", text="A bensh", **{"for": str(pina.pk)})
    session.do(session.amal, "board", "add_note", column="c1", text="Shade")
    [seen] = session.see(session.lead, "board")["mine"]
    assert (seen["text"], seen["name"], seen["for"]) == ("A bensh", "Pina", str(pina.pk))
    assert [each["text"] for each in session.see(session.amal, "board")["mine"]] == ["Shade"]
    with pytest.raises(ValidationError):
        session.do(session.lead, "board", "take_back", id=seen["id"])
    session.do(session.lead, "board", "take_back", id=seen["id"], **{"for": seen["for"]})
    assert session.see(session.lead, "board")["mine"] == []
