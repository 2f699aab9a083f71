"""Updates put together again from their structs say what they said, from any point on."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Array, Doc, Text

from realtime import document
from realtime.document.update import Broken, parse
from realtime.document.writing import Piece, mend, write

CUT = "a😀b"


def said(data: bytes) -> list[Piece]:
    pieces = []
    for block in parse(data).blocks:
        clock = block.clock
        for struct in block.structs:
            pieces.append(Piece(block.client, clock, struct))
            clock += struct.length
    return pieces


def one_text(text: str) -> bytes:
    doc: Doc[Any] = Doc(client_id=5)
    doc.get("plain", type=Text).insert(0, text)
    return doc.get_update()


@given(st.lists(st.tuples(st.integers(1, 3), st.text("ab é😀", min_size=1, max_size=5)), min_size=1, max_size=6))
def test_all_pieces_together_are_the_update_again(writers: list[tuple[int, str]]) -> None:
    doc: Doc[Any] = Doc(client_id=5)
    for client, text in writers:
        other: Doc[Any] = Doc(client_id=10 + client)
        other.apply_update(doc.get_update())
        other.get("plain", type=Text).insert(0, text)
        doc.apply_update(other.get_update())
    data = doc.get_update()
    assert write(data, said(data), parse(data).deletes) == data


def test_the_rest_of_a_text_goes_on_behind_what_is_known() -> None:
    whole = one_text("abcdef")
    [piece] = said(whole)
    rest = write(whole, [piece._replace(clock=4, offset=4)], {})
    doc: Doc[Any] = Doc()
    doc.apply_update(document.merge([one_text("abcd"), rest]))
    assert str(doc.get("plain", type=Text)) == "abcdef"


def test_the_rest_of_several_values_is_their_last_ones() -> None:
    doc: Doc[Any] = Doc(client_id=5)
    doc.get("list", type=Array).extend(["one", {"two": 2}, 3])
    whole = doc.get_update()
    [piece] = said(whole)
    assert piece.struct.length == 3
    rest = parse(write(whole, [piece._replace(clock=1, offset=1)], {})).blocks[0]
    assert (rest.clock, [struct.length for struct in rest.structs]) == (1, [2])


def test_nothing_begins_with_half_a_character() -> None:
    whole = one_text(CUT)
    [piece] = said(whole)
    with pytest.raises(Broken):
        write(whole, [piece._replace(clock=2, offset=2)], {})


def test_a_character_that_was_cut_in_two_is_two_signs_of_the_same_length() -> None:
    whole = one_text(CUT)
    mended = mend(whole, {(5, 2)})
    [struct] = parse(mended).blocks[0].structs
    assert (struct.text, struct.length) == ("a\ufffd\ufffdb", 4)


def test_where_no_character_was_cut_the_bytes_are_those_that_came() -> None:
    whole = one_text(CUT)
    assert mend(whole, set()) is whole
    assert mend(whole, {(5, 1), (6, 2)}) is whole
