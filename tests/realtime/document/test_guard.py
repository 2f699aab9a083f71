"""What is known stays as it was said; what comes too early or was damaged changes nothing."""

import random
from typing import Any

import pytest
from pycrdt import Doc, Text

from realtime import document
from realtime.document import Broken, Gap, Known
from realtime.document.update import parse
from realtime.protocol import UPDATE_LIMIT
from tests.realtime.nodes import Node
from tests.realtime.updates import plain, typed


def test_what_comes_before_its_cause_is_a_gap_and_changes_nothing() -> None:
    first, second, third = typed(5, "abc")
    known = Known()
    known.take(first)
    with pytest.raises(Gap):
        known.take(third)
    known.take(second)
    known.take(third)
    assert known.clocks == {5: 3}


def test_what_is_known_already_says_nothing_new() -> None:
    updates = typed(5, "abc")
    known = Known()
    for update in updates:
        known.take(update)
    assert known.take(updates[0]).empty
    assert known.take(document.merge(updates)).empty


def test_only_the_new_part_of_an_overlapping_update_is_taken() -> None:
    doc: Doc[Any] = Doc(client_id=5)
    doc.get("plain", type=Text).insert(0, "abcdef")  # one struct
    known = Known()
    known.take(document.merge(typed(5, "abc")))
    change = known.take(doc.get_update())
    assert change.advances == {5: (3, 6)}
    assert [struct.text for struct in parse(change.data).blocks[0].structs] == ["def"]


def test_known_words_cannot_be_told_anew_in_other_words() -> None:
    known = Known()
    stored = [known.take(update).data for update in typed(5, "good")]
    stored.append(known.take(document.merge(typed(5, "EVIL!"))).data)
    doc: Doc[Any] = Doc()
    doc.apply_update(document.merge(stored))
    assert str(doc.get("plain", type=Text)) == "good!"


def test_the_rest_of_known_words_never_stands_beside_itself() -> None:
    """Read back without its beginning, it would stand on both sides of the very letter that it goes on from."""
    known = Known()
    known.take(document.merge(typed(5, "abc")))
    within_itself = bytes.fromhex("0101 0501 c4 0500 0502 03 78797a 00")  # "xyz" right before its own "y"
    with pytest.raises(Broken, match="beside itself"):
        known.check(within_itself)


def test_an_update_that_is_too_long_is_refused() -> None:
    [update] = typed(5, "x")
    with pytest.raises(Broken):
        Known().check(update + b"\0" * UPDATE_LIMIT)


def test_the_other_format_of_yjs_is_refused_and_never_read_as_an_empty_update() -> None:
    """As `encodeStateAsUpdateV2` writes a paragraph, an empty document, and a paragraph with a deleted word."""
    for update in (
        "00010002470102000200030701041a16646f63756d656e7470617261677261706868656c6c6f080905030100000203060001030000",
        "00000000000001000000000000",
        "0001000247000100000507000100001411646f63756d656e7470617261677261706808090301000001030201050103000107010105",
    ):
        with pytest.raises(Broken):
            Known().check(bytes.fromhex(update))


def damaged(rng: random.Random, update: bytes) -> bytes:
    data = bytearray(update)
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(data)) if data else 0
        what = rng.randrange(5)
        if what == 0 and data:
            data[place] = rng.randrange(256)
        elif what == 1 and data:
            del data[place]
        elif what == 2:
            data.insert(place, rng.choice([0, 1, 0x7F, 0x80, 0xFF, 0x84, 0x0A]))
        elif what == 3:
            data[place:place] = data[place : place + rng.randrange(12)]
        elif data:
            data[place] ^= 1 << rng.randrange(8)
    return bytes(data)


def test_damaged_updates_never_hurt_the_document(judge: Node) -> None:
    """What the guard lets through, the library takes, and Yjs reads the same from it."""
    taken = tried = 0
    for seed in range(4):
        rng = random.Random(seed)
        rows = [bytes.fromhex(each) for each in judge.call("honest", seed=seed)]
        known, scratch = Known(), document.Scratch()
        stored = []
        for row in rows:
            for _ in range(25):
                tried += 1
                try:
                    change, found = known.check(damaged(rng, row))
                    scratch.apply(document.mended(change.data, known.splits | change.splits))
                except (Broken, Gap):
                    continue
                known.accept(change, found)
                stored.append(change.data)
                taken += 1
                if change.splits:
                    scratch, _, _ = document.load(stored)
            try:
                change, found = known.check(row)
                known.accept(change, found)
                stored.append(change.data)
                scratch.apply(document.mended(change.data, known.splits))
            except (Broken, Gap):
                continue  # a damaged one took its clocks
        said = document.read(stored)
        newcomer = plain(judge.call("newcomer", updates=[document.merge(stored).hex()]))
        assert not newcomer["pending"]
        assert plain(said.content) == newcomer["content"]
        assert plain(said.board) == newcomer["board"]
    assert tried > 1500
    assert taken > 10
