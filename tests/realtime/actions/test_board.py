"""Changes of the board by its people's own hands: refused with a reason, and planned anew where others were faster."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from realtime.actions.board import (
    NOTE,
    Fresh,
    authors_of_notes,
    clear_column,
    delete_note,
    edit_note,
    into_text,
    merge_note,
    move_note,
    post_note,
    put_back,
    put_notes,
    rename_group,
    sort_column,
    split_note,
)
from realtime.document import read
from realtime.models import Participant
from realtime.store import updates_of
from tests.factories import make_citizen
from tests.realtime.boards import fields_of
from tests.realtime.factories import join, leader, make_room
from tests.realtime.pasts import said

pytestmark = pytest.mark.django_db

COLUMNS = ("c1", "c2")


@pytest.fixture
def amal(db: None) -> Participant:
    return join(make_room())


def put(who: Participant, text: str, column: str = "c1", **more: Any) -> str:
    return post_note(room=who.room, by=who.person, column=column, text=text, **more)


def lane(who: Participant, column: str = "c1") -> list[str]:
    notes = [note for note in fields_of(who.room).values() if note["column"] == column]
    return [note["text"] for note in sorted(notes, key=lambda note: note["order"])]


def code(refusal: pytest.ExceptionInfo[ValidationError]) -> str:
    return str(next(iter(refusal.value.error_dict.values()))[0].code)


def move(who: Participant, key: str, place: str, column: str = "c1", **more: Any) -> None:
    move_note(room=who.room, by=who.person, key=key, column=column, place=place, columns=COLUMNS, **more)


@pytest.mark.parametrize("text", ["", "  ", "x" * (NOTE + 1)])
def test_a_note_of_nothing_or_of_too_much_is_refused_at_its_words(amal: Participant, text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        put(amal, text)
    assert list(refusal.value.error_dict) == ["text"]
    assert fields_of(amal.room) == {}


def test_a_stranger_puts_nothing_on_the_board(amal: Participant) -> None:
    with pytest.raises(PermissionDenied):
        post_note(room=amal.room, by=make_citizen(amal.room.city), column="c1", text="Shade")


def test_a_note_that_came_already_is_put_there_once(amal: Participant) -> None:
    """A device that heard no answer sends its idea again under the same name."""
    for _time in range(2):
        put_notes(room=amal.room, notes=[Fresh(amal.person, "c1", "Shade", key="n1")])
    assert lane(amal) == ["Shade"]


@pytest.mark.parametrize(
    ("place", "order"),
    [("top", "CAB"), ("end", "ABC"), ("up", "ACB"), ("down", "ABC"), ("0", "CAB"), ("1", "ACB"), ("999", "ABC")],
)
def test_a_note_goes_where_it_is_put(amal: Participant, place: str, order: str) -> None:
    keys = [put(amal, text) for text in "ABC"]
    move(amal, keys[2], place)
    assert "".join(lane(amal)) == order


@pytest.mark.parametrize("place", ["-1", "first", "1e3", "9" * 30, ""])
def test_a_place_that_is_none_is_refused(amal: Participant, place: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        move(amal, put(amal, "A"), place)
    assert code(refusal) == "place"


def test_nothing_goes_into_or_out_of_a_locked_column(amal: Participant) -> None:
    here, there = put(amal, "here"), put(amal, "there", "c2")
    for key, column in ((here, "c2"), (there, "c1")):
        with pytest.raises(ValidationError) as refusal:
            move(amal, key, "end", column, locked=["c2"])
        assert code(refusal) == "locked"
    with pytest.raises(ValidationError):
        merge_note(room=amal.room, by=amal.person, key=here, into=there, locked=["c2"])
    assert (lane(amal), lane(amal, "c2")) == (["here"], ["there"])


def test_what_was_put_together_moves_together_and_stands_below_when_parted(amal: Participant) -> None:
    one, two, three = (put(amal, text) for text in ("one", "two", "three"))
    merge_note(room=amal.room, by=amal.person, key=two, into=one)
    for into in (one, two):
        with pytest.raises(ValidationError) as refusal:
            merge_note(room=amal.room, by=amal.person, key=one, into=into)
        assert code(refusal) == "same"
    split_note(room=amal.room, by=amal.person, key=two)
    assert lane(amal) == ["one", "two", "three"]
    with pytest.raises(ValidationError) as refusal:
        split_note(room=amal.room, by=amal.person, key=three)
    assert code(refusal) == "alone"


def test_only_its_writer_or_who_leads_changes_or_takes_a_note(amal: Participant) -> None:
    key, gianni = put(amal, "Shade"), join(amal.room, "Gianni")
    for change in (edit_note, delete_note):
        with pytest.raises(PermissionDenied):
            change(room=amal.room, by=gianni.person, key=key, **({"text": "x"} if change is edit_note else {}))
    edit_note(room=amal.room, by=leader(amal.room).person, key=key, text="More shade")
    assert lane(amal) == ["More shade"]
    with pytest.raises(ValidationError) as refusal:
        delete_note(room=amal.room, by=amal.person, key="nothing")
    assert code(refusal) == "gone"


def test_a_column_is_emptied_by_who_leads_and_comes_back_as_everyones_own(amal: Participant) -> None:
    gianni, lead = join(amal.room, "Gianni"), leader(amal.room)
    mine, theirs, other = put(amal, "mine"), put(gianni, "theirs"), put(amal, "elsewhere", "c2")
    with pytest.raises(PermissionDenied):
        clear_column(room=amal.room, by=amal.person, column="c1", columns=COLUMNS)
    taken = clear_column(room=amal.room, by=lead.person, column="c1", columns=COLUMNS)
    assert set(fields_of(amal.room)) == {other}
    for _time in range(2):  # a second press puts nothing there twice
        put_back(room=amal.room, by=lead.person, taken=taken)
    assert lane(amal) == ["mine", "theirs"]
    authors = authors_of_notes(amal.room, read(updates_of(amal.room.pk)[0]).authors)
    assert (authors[mine], authors[theirs]) == (amal.person_id, gianni.person_id)


def test_a_group_has_another_name_or_none_and_one_that_is_gone_is_refused(amal: Participant) -> None:
    put_notes(room=amal.room, notes=[Fresh(amal.person, "c1", text, group="Water") for text in ("tap", "well")])
    rename_group(room=amal.room, by=amal.person, column="c1", group=" Water ", title="Taps")
    assert {note["group"] for note in fields_of(amal.room).values()} == {"Taps"}
    rename_group(room=amal.room, by=amal.person, column="c1", group="Taps", title="")
    assert all("group" not in note for note in fields_of(amal.room).values())
    with pytest.raises(ValidationError) as refusal:
        rename_group(room=amal.room, by=amal.person, column="c1", group="Taps", title="x")
    assert code(refusal) == "gone"


def test_who_leads_sorts_by_words_without_regard_to_accents_or_by_colour(amal: Participant) -> None:
    for text, colour in (("zebra", 1), ("Éclair", 3), ("apple", 2)):
        put(amal, text, colour=colour)
    lead = leader(amal.room).person
    for sort, order in (("words", ["apple", "Éclair", "zebra"]), ("colour", ["zebra", "apple", "Éclair"])):
        sort_column(room=amal.room, by=lead, column="c1", sort=sort, columns=COLUMNS)
        assert lane(amal) == order
    with pytest.raises(ValidationError):
        sort_column(room=amal.room, by=lead, column="c1", sort="beauty", columns=COLUMNS)
    with pytest.raises(PermissionDenied):
        sort_column(room=amal.room, by=amal.person, column="c1", sort="words", columns=COLUMNS)


def test_an_idea_goes_into_the_text_with_all_that_was_put_into_it(amal: Participant) -> None:
    one, two = put(amal, "Shade\nsails"), put(amal, "Lime trees")
    merge_note(room=amal.room, by=amal.person, key=two, into=one)
    into_text(room=amal.room, by=amal.person, key=two)
    assert said(amal.room) == ["Shade sails", "Lime trees"]
    assert set(fields_of(amal.room)) == {one, two}, "and stays on the board"
