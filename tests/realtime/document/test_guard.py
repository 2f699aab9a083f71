"""The guard before the shared text, with Yjs in Node as the judge of what it lets through."""

import contextlib
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Map, Text, XmlElement, XmlFragment, XmlText

from realtime import document
from realtime.document import Block, Broken, Gap, Known
from realtime.document.update import low_halves, parse, utf16_length
from realtime.protocol import UPDATE_LIMIT
from tests.realtime.nodes import Node
from tests.realtime.updates import POISON, plain, typed


# --- What Yjs reads, the server reads ----------------------------------------------------
@pytest.mark.parametrize("split", [False, True], ids=["whole characters", "characters cut in two"])
def test_a_newcomer_and_the_server_read_what_the_authors_read(judge: Node, split: bool) -> None:
    for seed in range(20):
        session = judge.call("session", seed=seed + 1000 * split, split=split)
        assert session["equal"], f"Yjs disagrees with itself, seed {seed}"
        want = plain(session["reads"][0])
        known, stored = Known(), []
        for each in session["log"]:
            stored.append(known.take(bytes.fromhex(each["hex"])).data)
        said = document.read(stored)
        assert plain(said.content) == want["content"], f"seed {seed}"
        assert plain(said.board) == want["board"], f"seed {seed}"
        assert said.damaged == []
        newcomer = plain(judge.call("newcomer", updates=[document.merge(stored).hex()]))
        assert newcomer["content"] == want["content"], f"seed {seed}"
        assert not newcomer["pending"]
        assert bytes.fromhex(newcomer["vector"])  # it can be asked from again


def test_someone_who_was_offline_may_send_their_whole_text_with_its_garbage(judge: Node) -> None:
    for seed in range(30):
        sent = judge.call("returned", seed=seed)
        known = Known()
        change = known.take(bytes.fromhex(sent["update"]))
        assert plain(document.read([change.data]).content) == plain(sent["content"]), f"seed {seed}"
        assert known.take(bytes.fromhex(sent["update"])).empty


def test_a_returning_reader_gets_what_is_lacking_from_stored_bytes_alone(judge: Node) -> None:
    session = judge.call("session", seed=7, split=False)
    rows = [bytes.fromhex(each["hex"]) for each in session["log"]]
    half = rows[: len(rows) // 2]
    vector = bytes.fromhex(judge.call("newcomer", updates=[document.merge(half).hex()])["vector"])
    rest = document.diff(document.merge(rows), vector)
    caught_up = judge.call("newcomer", updates=[document.merge(half).hex(), rest.hex()])
    assert plain(caught_up["content"]) == plain(session["reads"][0]["content"])


# --- What is refused ---------------------------------------------------------------------
def test_the_poison_of_29_bytes_is_refused() -> None:
    with pytest.raises(Broken):
        Known().check(POISON)


@pytest.mark.parametrize(
    "data",
    ["", "00", "01", "deadbeef", "ff" * 40, "0001", "01" * 200, "000000"],
    ids=["nothing", "half", "cut", "noise", "huge numbers", "half a deletion", "ones", "too much"],
)
def test_bytes_that_are_no_update_are_refused(data: str) -> None:
    with pytest.raises(Broken):
        Known().check(bytes.fromhex(data))


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


def test_an_update_that_is_too_long_is_refused() -> None:
    [update] = typed(5, "x")
    with pytest.raises(Broken):
        Known().check(update + b"\0" * UPDATE_LIMIT)


def test_a_text_nested_beyond_measure_is_refused() -> None:
    doc: Doc[Any] = Doc(client_id=9)
    here: Any = doc.get("document", type=XmlFragment)
    for _ in range(80):
        here.children.append(XmlElement("blockquote"))
        here = here.children[0]
    with pytest.raises(Broken, match="nested"):
        Known().check(doc.get_update())


def test_words_directly_in_the_fragment_are_refused() -> None:
    """y-prosemirror in every browser would fail on them."""
    with pytest.raises(Broken, match="belong"):
        Known().check(typed(5, "x", root="document")[0])


def test_a_note_of_the_board_is_a_map() -> None:
    doc: Doc[Any] = Doc(client_id=9)
    doc.get("board", type=Map)["n"] = Text("x")
    with pytest.raises(Broken, match="note"):
        Known().check(doc.get_update())


def test_an_update_says_which_part_of_the_room_it_touches() -> None:
    doc: Doc[Any] = Doc(client_id=9)
    known = Known()
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    fragment, board = doc.get("document", type=XmlFragment), doc.get("board", type=Map)
    fragment.children.append(XmlElement("paragraph", {"id": "a"}, [XmlText("x")]))
    board["n"] = Map({"text": "idea"})
    del board["n"]
    del fragment.children[0]
    doc.unobserve(subscription)
    assert [known.take(update).touches for update in updates] == [{"text"}, {"board"}, {"board"}, {"text"}]


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


@given(st.binary(max_size=200))
def test_noise_raises_nothing_but_a_refusal(data: bytes) -> None:
    with contextlib.suppress(Broken, Gap):
        Known().check(data)


@given(st.text(max_size=40))
def test_clocks_are_counted_as_javascript_counts(text: str) -> None:
    units = text.encode("utf-16-le", "surrogatepass")
    assert utf16_length(text) == len(units) // 2
    assert len(low_halves(text)) == sum(char > "\uffff" for char in text)
    assert all(0xDC <= units[low * 2 + 1] <= 0xDF for low in low_halves(text))


# --- What the server writes --------------------------------------------------------------
def test_what_the_server_writes_passes_its_own_guard() -> None:
    scratch, known = document.Scratch(), Known()
    names = iter(f"b{n}" for n in range(100))
    blocks = [
        Block("heading", "Perché 😀"),
        Block("list_item", "uno"),
        Block("list_item", "due parole in più 😀 e ancora"),
        Block("paragraph", "fine", 2),
    ]
    updates = scratch.appended(4, blocks, lambda: next(names), words=2)
    for update in updates:
        assert known.take(update).data == update
    said = document.read(updates)
    kinds = [each["type"] for each in said.content["content"]]
    assert kinds == ["heading", "bulletList", "paragraph"]
    assert said.content["content"][1]["content"][1]["content"][0]["content"] == [
        {"type": "text", "text": "due parole in più 😀 e ancora"}
    ]
    assert said.written == {4: utf16_length("Perché 😀" + "uno" + "due parole in più 😀 e ancora" + "fine")}
    assert len(updates) > len(blocks)


def test_a_damaged_row_is_left_out_and_named() -> None:
    rows = [*typed(5, "ab"), b"\x01\x02\x03", *typed(6, "cd", root="other")]
    said = document.read(rows)
    assert said.damaged == [2]
