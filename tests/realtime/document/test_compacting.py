"""Many updates as one small one: a sixth of the size, and proved to say the same before anybody reads it."""

from contextlib import suppress
from typing import Any

import pytest
from pycrdt import Doc, Map, Text, XmlElement, XmlFragment, XmlText

from realtime import document
from realtime.document import Known
from realtime.document.compacting import same
from realtime.document.update import parse
from realtime.protocol import write_uint
from tests.realtime.nodes import Node
from tests.realtime.steps import steps_of
from tests.realtime.torture.heavy import heavy
from tests.realtime.updates import plain, typed


def taken(session: Any) -> tuple[Known, list[bytes]]:
    known = Known()
    rows = [known.take(bytes.fromhex(each["hex"])).data for each in session["log"]]
    return known, rows


@pytest.mark.parametrize("split", [False, True], ids=["whole characters", "characters cut in two"])
def test_yjs_reads_from_the_small_one_what_the_authors_read(judge: Node, split: bool) -> None:
    for seed in range(12):
        session = judge.call("session", seed=seed + 7000 + 1000 * split, split=split, steps=80)
        want = plain(session["reads"][0])
        _known, rows = taken(session)
        half = len(rows) // 2
        first = document.compacted(rows[:half])
        assert first is not None, f"seed {seed}"
        whole = document.compacted([first, *rows[half:]])
        assert whole is not None, f"seed {seed}"
        for updates in ([whole], [first, *rows[half:]]):
            newcomer = plain(judge.call("newcomer", updates=[document.merge(updates).hex()]))
            assert newcomer["content"] == want["content"], f"seed {seed}"
            assert newcomer["board"] == want["board"], f"seed {seed}"
            assert not newcomer["pending"]


def test_keystrokes_take_a_fraction_of_their_room() -> None:
    rows = typed(5, "The bench by the river is for all of us, and so is the shade. " * 20)
    small = document.compacted(rows)
    assert small is not None
    assert len(small) * 5 < len(document.merge(rows))


def test_a_document_that_the_library_read_otherwise_than_yjs_is_refused(judge: Node) -> None:
    """Its own reading of a character that was cut in two, without the mending."""
    refused = 0
    for seed in range(12):
        known, rows = taken(judge.call("session", seed=9000 + seed, split=True))
        if not known.splits:
            continue
        scratch = document.Scratch()
        try:
            for row in rows:
                scratch.apply(row)
            whole = scratch.whole()
            refused += not same(rows, known, whole)
        except (document.Broken, document.Gap):
            refused += 1
    assert refused >= 8


def test_whatever_is_changed_in_it_the_proof_fails() -> None:
    """Every bit of the small update, turned: it is no update any more, or one that says something else."""
    doc: Doc[Any] = Doc(client_id=9)
    updates: list[bytes] = []
    held = doc.observe(lambda event: updates.append(event.update))
    text = doc.get("plain", type=Text)
    text += "Perché 😀 no"
    text.format(0, 4, {"bold": {"a": 1.5}})
    del text[1:3]
    doc.get("board", type=Map)["n"] = Map({"text": "x", "order": 2, "deep": [1, {"k": None}]})
    doc.get("board", type=Map)["n"]["order"] = 7
    doc.unobserve(held)
    known = Known()
    rows = [known.take(update).data for update in updates]
    small = document.compacted(rows)
    assert small is not None
    for place in range(len(small) * 8):
        broken = bytearray(small)
        broken[place // 8] ^= 1 << place % 8
        try:
            # A bit that no reader looks at changes nothing.
            assert not same(rows, known, bytes(broken)) or parse(bytes(broken)) == parse(small), f"bit {place}"
        except (document.Broken, document.Gap):
            continue


def test_what_two_wrote_under_one_key_at_once_has_one_winner(judge: Node) -> None:
    """Deletions that follow from a rule and were never sent are told from those that nobody made."""
    hands = []
    for client in (30, 20, 10):
        doc: Doc[Any] = Doc(client_id=client)
        doc.get("board", type=Map)["n"] = Map({"text": f"by {client}"})
        hands.append(doc.get_update())
    for order in (hands, hands[::-1]):
        small = document.compacted(order)
        assert small is not None
        want = judge.call("newcomer", updates=[each.hex() for each in order])["board"]
        assert judge.call("newcomer", updates=[small.hex()])["board"] == want
        assert want == {"n": {"text": "by 30"}}
        parsed = Known()
        parsed.take(small)
        assert set(parsed.deleted) == {10, 20}
    loser: Doc[Any] = Doc()
    loser.apply_update(document.merge(hands))
    loser.get("board", type=Map)["other"] = 1
    known = Known()
    for each in hands:
        known.take(each)
    forged: Doc[Any] = Doc()
    forged.apply_update(document.merge(hands))
    del forged.get("board", type=Map)["n"]
    assert not same(hands, known, forged.get_update())


@pytest.mark.parametrize("name", list(dict(heavy(1_000))))
def test_what_was_made_to_take_long_is_made_small_in_line_with_its_size(name: str) -> None:
    sizes = (20_000, 40_000) if name.startswith("far back") else (1_250, 2_500)
    small, large = (_steps(*dict(heavy(size))[name]) for size in sizes)
    assert large < 3 * small + 2_000


def _steps(before: list[bytes], update: bytes) -> int:
    """How many lines run until what the guard took of an update is compacted."""
    known = Known()
    rows = [known.take(row, limit=len(row)).data for row in before]
    with suppress(document.Broken, document.Gap):
        rows.append(known.take(update).data)
    return steps_of(lambda: document.compacted(rows))


@pytest.mark.parametrize("kind", ["collected", "in the text", "under a key"])
def test_a_run_of_nothing_costs_no_more_for_being_long(kind: str) -> None:
    doc: Doc[Any] = Doc(client_id=9)
    doc.get("board", type=Map)["n"] = Map({"text": "idea"})
    doc.get("document", type=XmlFragment).children.append(XmlElement("paragraph", {"id": "a"}, [XmlText("xy")]))
    known = Known()
    known.take(doc.get_update())
    clock = known.clocks[9]
    head = {
        "collected": b"\0",
        "in the text": b"\x81\x09" + write_uint(clock - 1),
        "under a key": b"\x21\0\x09\0\x04text",
    }[kind]

    def steps(length: int) -> int:
        long = b"\x01\x01\x09" + write_uint(clock) + head + write_uint(length) + b"\0"
        Known().take(document.merge([doc.get_update(), long]))
        return steps_of(lambda: small.append(document.compacted([doc.get_update(), long])))

    small: list[bytes | None] = []
    assert steps(2**24) < steps(2) + 1_000
    assert [each is None for each in small] == [kind == "under a key", False]
