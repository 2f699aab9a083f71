"""A volunteer types what is said; the lines go, unless the group keeps them."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from realtime.actions import close_room
from realtime.actions.captions import SHOWN
from realtime.models import Caption
from tests.realtime.sessions import Session


@pytest.fixture
def written(session: Session) -> Session:
    session.do(session.lead, "captions", "name", id=str(session.amal.pk))
    for number in range(SHOWN + 4):
        session.do(session.amal, "captions", "write", text=f"Line {number}")
    return session


def test_nothing_is_loaded_before_somebody_is_named(session: Session) -> None:
    seen = session.see(session.gianni, "captions")
    assert (seen["used"], seen["on"], seen["lines"]) == (False, False, [])


def test_all_read_the_last_lines_and_only_those_are_stored(written: Session) -> None:
    seen = written.see(written.gianni, "captions")
    assert [line["text"] for line in seen["lines"]] == [f"Line {number}" for number in range(4, 10)]
    assert (seen["on"], seen["mine"], seen["writer"]) == (True, False, "Amal")
    assert written.see(written.amal, "captions")["mine"] is True
    assert Caption.objects.filter(room=written.room).count() == SHOWN
    screen = written.see(None, "captions")
    assert len(screen["lines"]) == SHOWN
    assert "writer" not in screen


def test_only_who_was_named_writes(written: Session) -> None:
    for command in ("write", "undo"):
        with pytest.raises(PermissionDenied):
            written.do(written.gianni, "captions", command, text="No")
    with pytest.raises(PermissionDenied):
        written.do(written.amal, "captions", "name", id=str(written.gianni.pk))
    for odd in ("", "x" * 301, None):
        with pytest.raises(ValidationError):
            written.do(written.amal, "captions", "write", text=odd)


def test_a_line_is_taken_back_by_who_wrote_it(written: Session) -> None:
    written.do(written.amal, "captions", "undo")
    assert written.see(written.gianni, "captions")["lines"][-1]["text"] == "Line 8"
    written.do(written.lead, "captions", "name", id=str(written.gianni.pk))
    with pytest.raises(PermissionDenied):
        written.do(written.gianni, "captions", "undo")
    Caption.objects.all().delete()
    with pytest.raises(ValidationError):
        written.do(written.gianni, "captions", "undo")


def test_lines_go_when_the_notes_or_the_room_end(written: Session) -> None:
    written.do(written.lead, "captions", "name", id="")
    assert not Caption.objects.exists()
    assert written.see(written.gianni, "captions")["on"] is False
    written.do(written.lead, "captions", "name", id=str(written.amal.pk))
    written.do(written.amal, "captions", "write", text="Again")
    close_room(room=written.room, by=written.lead.person)
    assert not Caption.objects.exists()


def test_the_group_keeps_them_and_anybody_may_say_no(written: Session) -> None:
    with pytest.raises(PermissionDenied):
        written.do(written.amal, "captions", "keep")
    written.do(written.lead, "captions", "keep")
    for number in range(5):
        written.do(written.amal, "captions", "write", text=f"Kept {number}")
    assert Caption.objects.count() == SHOWN + 5
    assert written.see(written.gianni, "captions")["keeps"] is True
    written.do(written.gianni, "captions", "drop")
    assert Caption.objects.count() == SHOWN
    assert written.see(written.gianni, "captions")["keeps"] is False
    written.do(written.lead, "captions", "keep")
    close_room(room=written.room, by=written.lead.person)
    assert Caption.objects.count() == SHOWN


def test_nobody_without_a_device_is_named(session: Session) -> None:
    session.do(session.lead, "door", "add", name="Nonna Pina")
    pina = session.see(session.lead, "door")["people"][-1]["id"]
    with pytest.raises(ValidationError):
        session.do(session.lead, "captions", "name", id=pina)


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("captions", 4)
