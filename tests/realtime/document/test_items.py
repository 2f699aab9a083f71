"""Everything that ever stood in a document, with the moment at which each part came and went."""

from typing import Any

import pytest
from pycrdt import Doc, Map, Text

from realtime import document
from realtime.document.changes import Gap
from realtime.document.items import MERGE_LIMIT, Early, Items, is_low, units, whole
from realtime.document.update import utf16_length
from tests.realtime.updates import typed


def taken(rows: list[bytes]) -> Items:
    items = Items()
    for number, row in enumerate(rows, 1):
        items.take(number, row)
    return items


def test_letters_typed_one_behind_the_other_are_one_item_that_knows_when_each_came() -> None:
    items = taken(typed(5, "abc"))
    [item] = items.of(5)
    assert (item.text, [item.length_at(at) for at in range(5)]) == ("abc", [0, 1, 2, 3, 3])


def test_an_item_does_not_grow_without_end() -> None:
    items = taken(typed(5, "x" * (MERGE_LIMIT + 3)))
    assert [item.length for item in items.of(5)] == [MERGE_LIMIT, 3]


def test_what_comes_before_its_cause_leaves_everything_as_it_was() -> None:
    first, second, third = typed(5, "abc")
    items = taken([first])
    with pytest.raises(Gap):
        items.take(2, third)
    assert (items.clock(5), items.count) == (1, 1)
    items.take(2, second)
    items.take(3, third)
    assert items.clock(5) == 3


def test_it_says_what_is_lacked() -> None:
    first, second, third = typed(5, "abc")
    items = taken([first])
    with pytest.raises(Early) as early:
        items.take(2, third)
    assert early.value.lacked == (5, 1)
    doc: Doc[Any] = Doc(client_id=6)
    for row in (first, second):
        doc.apply_update(row)
    rows: list[bytes] = []
    subscription = doc.observe(lambda event: rows.append(event.update))
    words = doc.get("plain", type=Text)
    words += "!"
    del words[1:2]
    doc.unobserve(subscription)
    for row in rows:  # behind what has not come, and a deletion of it
        with pytest.raises(Early) as early:
            items.take(2, row)
        assert early.value.lacked == (5, 1)
    assert items.count == 1


def test_a_cut_leaves_both_parts_in_their_order_and_moment() -> None:
    items = taken(typed(5, "abcd"))
    rest = items.starting((5, 2))
    assert [item.text for item in items.of(5)] == ["ab", "cd"]
    assert rest.left is not None
    assert (rest.left.text, rest.origin, rest.length_at(2), rest.length_at(3)) == ("ab", (5, 1), 0, 1)
    assert items.starting((5, 2)) is rest, "and is made once"
    assert items.ending((5, 1)) is rest.left


def test_what_was_deleted_keeps_its_place_and_the_moment_it_went() -> None:
    doc: Doc[Any] = Doc(client_id=5)
    text = doc.get("plain", type=Text)
    rows: list[bytes] = []
    subscription = doc.observe(lambda event: rows.append(event.update))
    text += "abc"
    del text[1:2]
    doc.unobserve(subscription)
    assert [(item.text, item.died) for item in taken(rows).of(5)] == [("a", None), ("b", 2), ("c", None)]


def test_of_values_under_one_key_the_last_one_stands() -> None:
    doc: Doc[Any] = Doc(client_id=5)
    board = doc.get("board", type=Map)
    rows: list[bytes] = []
    subscription = doc.observe(lambda event: rows.append(event.update))
    board["n"] = "one"
    board["n"] = "two"
    doc.unobserve(subscription)
    items = taken(rows)
    last = items.roots["board"].last["n"]
    assert (last.value, last.died) == (["two"], None)
    assert last.left is not None
    assert (last.left.value, last.left.died) == (["one"], 2)


def test_two_who_wrote_at_the_same_place_stand_as_every_reader_has_them() -> None:
    rows = [document.merge(typed(client, text)) for client, text in ((7, "xy"), (5, "ab"))]
    item, order = taken(rows).roots["plain"].start, ""
    while item is not None:
        order, item = order + item.text, item.right
    doc: Doc[Any] = Doc()
    doc.apply_update(document.merge(rows))
    assert order == str(doc.get("plain", type=Text))


@pytest.mark.parametrize("text", ["", "abc", "perché", "a😀b"])
def test_text_is_counted_in_units_and_comes_back(text: str) -> None:
    assert len(units(text)) == utf16_length(text)
    assert whole(units(text)) == text


def test_half_a_character_alone_is_a_sign_for_one() -> None:
    high, low = units("😀")
    assert (is_low(low), is_low(high)) == (True, False)
    assert whole(f"a{high}") == "a\ufffd"
