"""The facilitators' notes: theirs alone, and nothing that two write at once is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from realtime import tools
from realtime.models import Room
from realtime.tools.notes import LENGTH, together
from tests.realtime.sessions import Session

lines = st.lists(st.text("abc", min_size=1, max_size=3), max_size=6).map("\n".join)


@given(lines, lines, lines)
def test_no_line_of_either_is_lost(base: str, theirs: str, mine: str) -> None:
    both = together(base, theirs, mine).split("\n")
    assert set(theirs.split("\n")) <= set(both) | {""}
    assert set(mine.split("\n")) - set(base.split("\n")) <= set(both) | {""}


def test_notes_are_for_those_who_lead_alone(session: Session) -> None:
    session.do(session.lead, "notes", "save", text="Amal is shy; ask her first.", base=0)
    seen = session.see(session.lead, "notes")
    assert (seen["text"], seen["revision"], seen["by"]) == ("Amal is shy; ask her first.", 1, "Irene")
    for who in (session.amal, session.gianni, None):
        assert session.see(who, "notes") == {}
        room = Room.objects.across_cities().select_related("city", "thread").get(pk=session.room.pk)
        assert "shy" not in str(tools.show(room, tools.viewer_of(who)))
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "notes", "save", text="x", base=1)


def test_two_who_write_at_once_keep_both(session: Session) -> None:
    session.do(session.lead, "notes", "save", text="One", base=0)
    session.do(session.lead, "notes", "save", text="One\nTwo", base=1)
    session.do(session.lead, "notes", "save", text="One\nThree", base=1)
    assert session.see(session.lead, "notes")["text"] == "One\nTwo\nThree"


@pytest.mark.parametrize("text", ["x" * (LENGTH + 1)])
def test_too_long_notes_are_refused(session: Session, text: Any) -> None:
    with pytest.raises(ValidationError):
        session.do(session.lead, "notes", "save", text=text, base=0)


def test_the_same_again_is_no_new_text(session: Session) -> None:
    for _time in range(2):
        session.do(session.lead, "notes", "save", text="One", base=0)
    assert session.see(session.lead, "notes")["revision"] == 1


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("notes", 3)
