"""Letters being typed are recognised without taking them apart, and judged exactly as the full check judges them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text, XmlElement, XmlFragment, XmlText

from realtime.document import Known, Pen
from realtime.document.update import Broken
from tests.realtime.updates import typed

Step = tuple[int, int, int, str]
steps = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 9), st.integers(0, 400), st.text("ab é😀", min_size=1, max_size=4)),
    max_size=60,
)


def session(script: list[Step]) -> list[bytes]:
    """Three people who write, jump and delete in one paragraph and in a text of no page, each hearing the others."""
    docs: list[Doc[Any]] = [Doc(client_id=client) for client in (7, 300, 2**32 - 1)]
    updates: list[bytes] = []
    for who, what, where, words in [(0, 3, 0, "x"), *script]:
        caught: list[bytes] = []
        subscription = docs[who].observe(lambda event, caught=caught: caught.append(event.update))
        write(docs[who], what, where, words)
        docs[who].unobserve(subscription)
        for other in docs:
            for update in caught if other is not docs[who] else ():
                other.apply_update(update)
        updates.extend(caught)
    return updates


def write(doc: Doc[Any], what: int, where: int, words: str) -> None:
    paragraphs: Any = doc.get("document", type=XmlFragment).children
    if not len(paragraphs):
        paragraphs.append(XmlElement("paragraph", {"id": "p"}, [XmlText("x")]))
    text: Any = doc.get("plain", type=Text) if what == 0 else paragraphs[0].children[0]
    size, plain = len(str(text).encode()), str(text).isascii()
    if what == 1 and size > 2 and plain:
        del text[where % (size - 1)]
    elif what == 2 and plain:
        text.insert(where % (size + 1), words)
    else:
        text += words


def same(known: Known, data: bytes) -> bool:
    """Whether what is recognised is what the full check says; tells whether anything was recognised."""
    short = known._everyday(data)
    if short is None:
        return False
    change, found = known.check_fully(data)
    assert short[0]._replace(plain=False) == change
    assert short[1] == found
    return True


@settings(max_examples=150, deadline=None)
@given(steps)
def test_what_is_recognised_is_what_the_full_check_says(script: list[Step]) -> None:
    known = Known()
    for update in session(script):
        same(known, update)
        known.take(update)


@settings(max_examples=150, deadline=None)
@given(steps, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 255)), min_size=1, max_size=3), st.integers(0, 60))
def test_so_it_is_of_damaged_updates(script: list[Step], damage: list[tuple[int, int]], which: int) -> None:
    known = Known()
    updates = session(script)
    for place, update in enumerate(updates):
        if place == which % len(updates):
            data = bytearray(update)
            for at, byte in damage:
                data[at % len(data)] = byte
            try:
                same(known, bytes(data))
            except Broken as problem:
                raise AssertionError("recognised, and refused by the full check") from problem
        known.take(update)


def test_somebody_who_types_is_recognised() -> None:
    known = Known()
    first, *letters = typed(77, "hello, how are you?")
    assert not same(known, first)
    known.take(first)
    for letter in letters:
        assert same(known, letter)
        assert known.take(letter).plain


@settings(max_examples=150, deadline=None)
@given(steps)
def test_a_pen_takes_what_the_full_check_takes_and_knows_the_same_afterwards(script: list[Step]) -> None:
    known, twin = Known(), Known()
    pens: dict[int, Pen] = {}
    taken = 0
    for update in session(script):
        change, found = twin.check_fully(update)
        twin.accept(change, found)
        client = next(iter(change.advances), 0)
        pen = pens.get(client)
        if pen is not None and (count := pen.letters(update)) and known.typed(pen, count):
            assert (pen.clock - count, pen.clock) == change.advances[client]
            assert pen.touches == change.touches
            taken += 1
        else:
            change = known.take(update)
            if change.plain and (new := known.pen(update)) is not None:
                pens[client] = new
        assert (known.clocks, known.written, known._runs) == (twin.clocks, twin.written, twin._runs)
        assert (known.heads.items(), known.gaps) == (twin.heads.items(), twin.gaps)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 255)), min_size=1, max_size=3), st.integers(1, 3))
def test_a_pen_refuses_a_damaged_letter_unless_the_full_check_takes_it_too(
    damage: list[tuple[int, int]], count: int
) -> None:
    known = Known()
    updates = typed(300, "abcdefgh" + "x" * count)
    for update in updates[:-1]:
        change = known.take(update)
    pen = known.pen(change.data)
    assert pen is not None
    data = bytearray(updates[-1])
    for at, byte in damage:
        data[at % len(data)] = byte
    if letters := pen.letters(bytes(data)):
        taken, _ = known.check_fully(bytes(data))
        assert taken.advances == {300: (pen.clock, pen.clock + letters)}


def test_a_length_of_two_bytes_is_not_read_as_one() -> None:
    """150 letters, which the update does not have: what Yjs reads as the last one is the end of the update."""
    known = Known()
    for update in typed(7, "ab"):
        change = known.take(update)
    pen = known.pen(change.data)
    assert pen is not None
    clock = known.clocks[7]
    head = bytes((1, 1, 7, clock, 0x84, 7, clock - 1, 0x96, 0x01))
    assert pen.letters(head + b"x" * 149 + b"\0") == 0
    with pytest.raises(Broken):
        known.check(head + b"x" * 149 + b"\0")
    assert known.check(head + b"x" * 150 + b"\0")[0].advances == {7: (clock, clock + 150)}


def test_a_pen_of_another_reading_of_the_document_writes_nothing() -> None:
    first, second = Known(), Known()
    for update in typed(7, "ab"):
        change = first.take(update)
        second.take(update)
    pen = first.pen(change.data)
    assert pen is not None
    assert not second.typed(pen, 1)
    assert first.typed(pen, 1)
