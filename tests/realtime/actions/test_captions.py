"""Captions: so many lines are kept as are in sight, unless the group keeps all, and one's own last line comes back."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.journal import JournalEntry
from realtime.actions.captions import (
    LINE,
    SHOWN,
    clear_captions,
    forget_captions,
    keep_captions,
    keeps_captions,
    take_back_caption,
    write_caption,
)
from realtime.models import Caption, Participant, ToolState
from tests.realtime.factories import join, make_room


@pytest.fixture
def amal(db: None) -> Participant:
    return join(make_room())


def lines(who: Participant) -> list[str]:
    return list(Caption.objects.filter(room=who.room).order_by("id").values_list("text", flat=True))


def write(who: Participant, *texts: str, keeps: bool = False) -> None:
    for text in texts:
        write_caption(room=who.room, by=who.person, text=text, keeps=keeps)


def test_only_what_is_in_sight_is_stored_and_another_room_loses_nothing(amal: Participant) -> None:
    other = join(make_room())
    write(other, *"ab", keeps=True)
    write(amal, *(f"Line {number}" for number in range(SHOWN + 3)))
    assert lines(amal) == [f"Line {number}" for number in range(3, SHOWN + 3)]
    assert lines(other) == ["a", "b"]


def test_fewer_lines_than_are_in_sight_all_stay(amal: Participant) -> None:
    write(amal, "one", "two", keeps=True)
    forget_captions(room=amal.room)
    assert lines(amal) == ["one", "two"]
    clear_captions(room=amal.room)
    assert lines(amal) == []


def test_where_the_group_keeps_them_all_stay_and_the_journal_says_who_said_so(amal: Participant) -> None:
    write(amal, *(str(number) for number in range(SHOWN + 3)), keeps=True)
    assert len(lines(amal)) == SHOWN + 3
    assert not keeps_captions(amal.room)
    ToolState.objects.create(room=amal.room, tool="captions", state={"keeps": True})
    assert keeps_captions(amal.room)
    keep_captions(room=amal.room, by=amal.person)
    assert JournalEntry.objects.get(verb="room.captions.keep").actor == amal.person_id


def test_a_line_is_one_line_of_some_words(amal: Participant) -> None:
    write(amal, " two words ")
    assert lines(amal) == ["two words"]
    for odd in ("", "  ", "two\nlines", "x" * (LINE + 1)):
        with pytest.raises(ValidationError):
            write(amal, odd)


def test_only_the_last_line_is_taken_back_and_only_by_its_writer(amal: Participant) -> None:
    gianni = join(amal.room, "Gianni")
    write(amal, "misheard"), write(gianni, "mine")
    with pytest.raises(PermissionDenied):
        take_back_caption(room=amal.room, by=amal.person)
    take_back_caption(room=amal.room, by=gianni.person)
    take_back_caption(room=amal.room, by=amal.person)
    with pytest.raises(ValidationError):
        take_back_caption(room=amal.room, by=amal.person)
