"""The columns of the board: named, moved, removed by who leads, and locked with a reason that all read."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.journal import JournalEntry
from realtime.actions import acts_of
from realtime.tools.columns import COLUMNS
from tests.realtime.boards import lane, put
from tests.realtime.sessions import Session


def test_a_column_is_added_up_to_a_number(session: Session) -> None:
    for number in range(4, COLUMNS + 1):
        session.do(session.lead, "board", "add_column", title=f"Column {number}")
    with pytest.raises(ValidationError):
        session.do(session.lead, "board", "add_column", title="One more")
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "board", "add_column", title="Mine")


def test_the_facilitator_names_moves_sorts_locks_and_removes_columns(session: Session) -> None:
    put(session, session.amal, "Zebra", "c2")
    key = put(session, session.amal, "Apple", "c2")
    session.do(session.lead, "board", "rename_column", id="c2", title="Seats")
    session.do(session.lead, "board", "move_column", id="c2", to="left")
    seen = session.see(session.amal, "board")["columns"]
    assert (seen[0]["id"], seen[0]["title"]) == ("c2", "Seats")
    session.do(session.lead, "board", "sort_column", id="c2", sort="words")
    assert lane(session, "c2") == ["Apple", "Zebra"]
    session.do(session.lead, "board", "lock_column", id="c2", reason="We go on with the others.")
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


def test_a_lock_has_a_reason_that_all_read_and_stands_in_the_log(session: Session) -> None:
    for odd in ("", "x" * 401):
        with pytest.raises(ValidationError):
            session.do(session.lead, "board", "lock_column", id="c2", reason=odd)
    session.do(session.lead, "board", "lock_column", id="c2", reason="We go on with the others.")
    seen = session.see(session.amal, "board")["columns"][1]
    assert seen == {"id": "c2", "title": seen["title"], "locked": True, "why": "We go on with the others."}
    session.do(session.lead, "board", "unlock_column", id="c2")
    session.do(session.lead, "board", "unlock_column", id="c2")
    assert session.see(session.amal, "board")["columns"][1]["why"] == ""
    told = [(act.act, act.reason, act.concerns_id) for act in acts_of(session.room)]
    assert told == [("unlock_column", "", None), ("lock_column", "We go on with the others.", None)]
    assert JournalEntry.objects.get(verb="board.lock").reason == "We go on with the others."
