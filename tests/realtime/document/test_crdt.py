"""What Yjs reads, the server reads; what the server writes, it takes itself."""

import pytest
from pycrdt import Doc, Snapshot, Text

from realtime import document
from realtime.document import Block, Broken, Known
from realtime.document.crdt import _guarded as guarded
from realtime.document.update import utf16_length
from tests.realtime.nodes import Node
from tests.realtime.updates import plain, typed


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


def test_a_panic_of_the_library_is_a_refusal_like_any_other() -> None:
    """Its Rust side panics with what is no Exception in Python; here, by a look at a document that was collected."""
    doc = Doc()
    words = doc.get("plain", type=Text)
    words += "abc"
    del words[0]

    def look() -> object:
        return Doc.from_snapshot(Snapshot.from_doc(doc), doc)

    with pytest.raises(BaseException, match="Gc") as panic:
        look()
    assert not isinstance(panic.value, Exception)
    with pytest.raises(Broken, match="Gc"):
        guarded(look)
