"""Each kind of place says what it may hold, and which part of a room it belongs to."""

from realtime.document import update as u
from realtime.document.places import BOARD, CONTENT, GONE, NOTE, OPEN, PLAIN, ROOT_OF

KINDS = set(range(GONE + 1, OPEN + 2))


def test_every_kind_of_place_is_of_a_part_of_the_room_and_holds_something() -> None:
    assert set(ROOT_OF) == KINDS
    assert {kind for kind, _keyed in CONTENT} == KINDS


def test_a_board_and_a_note_hold_nothing_but_what_is_under_a_key() -> None:
    assert [keyed for kind, keyed in CONTENT if kind in (BOARD, NOTE)] == [True, True]


def test_what_only_browsers_can_say_is_no_plain_value() -> None:
    assert not PLAIN & {u.XML_ELEMENT, u.XML_FRAGMENT, u.XML_TEXT, u.XML_HOOK}
