"""What a row said is known again, in whatever pieces somebody else brings it, and nothing else passes for it."""

from typing import Any

import pytest
from pycrdt import Doc, Text

from realtime import document
from realtime.document import Known
from realtime.document.sealing import found_again, seal, seal_letters, spans_of
from realtime.document.update import GC, parse
from tests.realtime.nodes import Node


def written(client: int, *words: str) -> tuple[Doc[Any], list[bytes]]:
    doc: Doc[Any] = Doc(client_id=client)
    updates: list[bytes] = []
    held = doc.observe(lambda event: updates.append(event.update))
    text = doc.get("plain", type=Text)
    for each in words:
        text += each
    doc.unobserve(held)
    return doc, updates


def test_letters_are_found_in_the_words_that_they_became() -> None:
    doc, rows = written(7, "Sh", "a", "de 😀 here")
    for row in rows:
        again = found_again(seal(row), doc.get_update())
        assert again is not None
        assert parse(again).blocks[0].clock == parse(row).blocks[0].clock
        known = Known()
        for before in rows[: rows.index(row)]:
            known.take(before)
        assert known.take(again).advances == {7: (spans_of(seal(row))[0].start, spans_of(seal(row))[0].end)}


def test_letters_typed_on_have_the_same_seal_however_it_is_made() -> None:
    doc, rows = written(7, "Sh", "a", "de", " by the river")
    for row in rows[1:]:
        client, start, end = spans_of(seal(row))[0]
        assert seal_letters(row, {client: (start, end)}) == seal(row)
        assert found_again(seal_letters(row, {client: (start, end)}), doc.get_update()) == row
    del doc.get("plain", type=Text)[0:5]
    assert found_again(seal_letters(rows[1], {7: (2, 3)}), doc.get_update()) is not None


def test_other_words_in_the_same_clocks_are_not_them() -> None:
    _, rows = written(7, "Yes", ", gladly")
    liar, _ = written(7, "Yes", ", if I m")
    for row in rows[1:]:
        assert found_again(seal(row), liar.get_update()) is None
    assert found_again(seal(rows[1]), rows[0]) is None


def test_words_that_were_deleted_since_are_known_by_their_place() -> None:
    doc, rows = written(7, "abc", "X", "def")
    del doc.get("plain", type=Text)[3:4]
    again = found_again(seal(rows[1]), doc.get_update())
    assert again is not None
    assert b"X" not in again
    # But nobody deletes others' words by saying that they were.
    other, _ = written(7, "abc", "Xdef")
    del other.get("plain", type=Text)[0:1]
    assert found_again(seal(rows[2]), other.get_update()) is not None
    assert found_again(seal(rows[0]), other.get_update()) is None


def test_of_a_random_session_every_row_is_found_with_who_was_there(judge: Node) -> None:
    """Also where it was one of many in an update; but not of what Yjs had thrown away before it was sent."""
    found = bare = 0
    for seed in range(6):
        session = judge.call("session", seed=seed + 400, steps=60, split=False)
        known = Known()
        whole = document.merge([bytes.fromhex(each["hex"]) for each in session["log"]])
        for each in session["log"]:
            data = known.take(bytes.fromhex(each["hex"])).data
            structs = [struct for block in parse(data).blocks for struct in block.structs]
            again = found_again(seal(data), whole) if structs else None
            if any(struct.kind == GC for struct in structs):
                bare += 1
                assert again is None
            elif structs:
                found += 1
                assert again is not None
                assert seal(again) == seal(data)
    assert found > 200 > 10 > bare


@pytest.mark.parametrize("place", range(0, 30, 3))
def test_a_seal_that_is_damaged_itself_proves_nothing(place: int) -> None:
    doc, rows = written(7, "Yes", ", gladly")
    broken = bytearray(seal(rows[1]))
    broken[place % len(broken)] ^= 0x41
    assert found_again(bytes(broken), doc.get_update()) is None
