"""Two neighbours that stand the other way round are refused: readers would part for ever."""

from typing import Any

import pytest
from pycrdt import Doc, Text

from realtime import document
from realtime.document import Broken, Known
from realtime.protocol import write_uint
from tests.realtime.nodes import node
from tests.realtime.updates import typed


def between(client: int, origin: tuple[int, int], right: tuple[int, int], text: bytes = b"x") -> bytes:
    ids = b"".join(map(write_uint, (*origin, *right)))
    return b"\x01\x01" + write_uint(client) + b"\x00\xc4" + ids + write_uint(len(text)) + text + b"\x00"


def judged(rows: list[bytes], data: bytes) -> bool:
    """Whether the guard and the copy for trying on have nothing against `data`."""
    known, scratch = Known(), document.Scratch()
    for row in rows:
        known.take(row)
        scratch.apply(row)
    change = known.take(data)
    scratch.apply(change.data)
    return not change.doubts or scratch.in_order(change.doubts)


def test_what_is_written_between_two_neighbours_is_never_in_doubt() -> None:
    known = Known()
    for row in typed(5, "abcdef"):
        known.take(row)
    assert known.check(between(7, (5, 2), (5, 3)))[0].doubts == ()
    known.take(between(7, (5, 2), (5, 3), b"word"))
    assert known.check(between(8, (7, 3), (5, 3)))[0].doubts == ()
    assert known.check(between(8, (5, 2), (7, 0)))[0].doubts == ()
    assert known.check(between(8, (7, 1), (7, 2)))[0].doubts == ()


def test_the_wrong_way_round_is_noticed() -> None:
    assert not judged(typed(5, "abcdef"), between(7, (5, 4), (5, 1)))


@pytest.mark.parametrize("origin", [(5, 1), None], ids=["somewhere before", "the very start"])
def test_neighbours_that_never_stood_together_are_refused(origin: tuple[int, int] | None) -> None:
    """Another who wrote at the same moment would be put on either side, by who reads what first."""
    data = between(7, origin, (5, 4)) if origin else b"\x01\x01\x07\x00\x44\x05\x04\x01x\x00"
    with pytest.raises(Broken, match="never stood"):
        judged(typed(5, "abcdef"), data)


def test_nothing_stands_on_both_sides() -> None:
    with pytest.raises(Broken):
        judged(typed(5, "abc"), between(7, (5, 1), (5, 1)))


def test_neighbours_of_which_one_is_gone_for_good_are_refused() -> None:
    known = Known()
    for row in typed(5, "abc"):
        known.take(row)
    known.take(b"\x01\x01\x06\x00\x00\x02\x00")  # two clocks of client 6 that were collected
    with pytest.raises(Broken, match="places"):
        known.check(between(7, (5, 1), (6, 0)))


def test_sessions_of_honest_people_are_never_refused_for_their_order() -> None:
    doubted = 0
    with node("judge.mjs") as judge:
        for seed in range(12):
            known, rows = Known(), list[bytes]()
            for each in judge.call("session", seed=seed + 400, split=False, steps=80)["log"]:
                change = known.take(bytes.fromhex(each["hex"]))
                rows.append(change.data)
                if change.doubts:
                    doubted += 1
                    scratch, _, _ = document.load(rows)
                    assert scratch.in_order(change.doubts), f"seed {seed}"
    assert doubted


def test_deletions_of_a_client_come_once() -> None:
    """Of two lists of one client a merge keeps the last one only."""
    doc: Doc[Any] = Doc(client_id=5)
    doc.get("plain", type=Text).insert(0, "abcdef")
    known = Known()
    known.take(doc.get_update())
    with pytest.raises(Broken, match="twice"):
        known.check(b"\x00\x02\x05\x01\x00\x01\x05\x01\x03\x01")
