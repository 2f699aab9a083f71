"""Somebody's words leave a log for good; what others wrote stays, and stays theirs."""

from typing import Any

import pytest
from pycrdt import Doc, Map, XmlElement, XmlFragment, XmlText

from realtime import document
from realtime.document import Broken, Gap, Known, Timeline
from realtime.document.erasing import Names, doomed, rewritten
from tests.realtime.nodes import Node
from tests.realtime.updates import plain


def timeline(rows: list[bytes]) -> Timeline:
    made = Timeline()
    for number, row in enumerate(rows, 1):
        made.append(number, row)
    return made


def without(rows: list[bytes], *clients: int) -> tuple[list[bytes], Names]:
    made = timeline(rows)
    names, gone = Names(made.clients()), doomed(made, clients)
    return [rewritten(row, gone, names) for row in rows], names


def test_what_is_left_is_sound_and_says_what_the_others_said_at_every_moment(judge: Node) -> None:
    for seed in range(20):
        session = judge.call("session", seed=seed + 7000, split=bool(seed % 4 == 0))
        guard = Known()
        rows = [guard.take(bytes.fromhex(each["hex"])).data for each in session["log"]]
        before = timeline(rows)
        fresh, names = without(rows, 1001)
        known = Known()
        stored = [known.take(row, limit=len(row)).data for row in fresh]
        assert stored == fresh, f"seed {seed}"
        assert not set(before.clients()) & set(timeline(fresh).clients())
        after = timeline(fresh)
        for number in range(1, len(fresh) + 1):
            want, got = before.read(number, without=[1001]), after.read(number)
            assert got.content == want.content, f"seed {seed}, update {number}"
            credits = [{names.of(client): n for client, n in each.items()} for each in want.credits]
            assert [dict(each) for each in got.credits] == credits, f"seed {seed}, update {number}"
        assert document.read(fresh).content == want.content, f"seed {seed}"
        newcomer = judge.call("newcomer", updates=[document.merge(fresh).hex()])
        assert not newcomer["pending"]
        # Yjs tidies formats by itself, so that what hung on those that went may look otherwise there.
        assert plain(unmarked(newcomer["content"])) == plain(unmarked(want.content)), f"seed {seed}"


def unmarked(value: Any) -> Any:
    """A reading without its formats."""
    if isinstance(value, list):
        return [unmarked(each) for each in value]
    if isinstance(value, dict):
        return {key: unmarked(each) for key, each in value.items() if key != "marks"}
    return value


class Writer:
    """A person with a document of their own; what they write goes into the log at once."""

    def __init__(self, log: list[bytes], client: int) -> None:
        self.log, self.doc = log, Doc(client_id=client)
        self.text: Any = self.doc.get("document", type=XmlFragment)
        self.board: Any = self.doc.get("board", type=Map)
        self.heard = 0
        self.hearing = False
        self.doc.observe(lambda event: None if self.hearing else log.append(event.update))

    def hear(self) -> "Writer":
        self.hearing = True
        for update in self.log:
            self.doc.apply_update(update)
        self.hearing = False
        return self

    def paragraph(self, text: str, place: int | None = None) -> None:
        with self.doc.transaction():
            at = len(self.text.children) if place is None else place
            self.text.children.insert(at, XmlElement("paragraph", {"id": f"p{len(self.log)}"}, [XmlText(text)]))


def test_words_that_another_moved_go_with_their_writer() -> None:
    log: list[bytes] = []
    amal, bo = Writer(log, 11), Writer(log, 22)
    amal.paragraph("My street is loud and my address is Via Po 3.")
    bo.hear()
    with bo.doc.transaction():  # as an editor does it when somebody presses Enter in the middle
        del bo.text.children[0].children[0][17:]
        bo.paragraph("and my address is Via Po 3.")
    bo.paragraph("We want benches.")
    made = timeline(log)
    assert made.read().credits == [{11: 17}, {11: 27}, {22: 16}]
    fresh, _ = without(log, 11)
    assert b"Via Po" in b"".join(log)
    assert b"Via Po" not in b"".join(fresh)
    assert b"loud" not in b"".join(fresh)
    said = [piece.get("content", []) for piece in timeline(fresh).read().content["content"]]
    assert said == [[], [], [{"type": "text", "text": "We want benches."}]]


def test_words_cut_out_now_and_put_in_later_stay_whose_they_were() -> None:
    log: list[bytes] = []
    amal, bo = Writer(log, 11), Writer(log, 22)
    amal.paragraph("The fountain should run in summer.")
    bo.hear()
    del bo.text.children[0:1]
    bo.paragraph("Opening hours.")
    bo.paragraph("The fountain should run in summer.", 0)
    assert timeline(log).read().credits == [{11: 34}, {22: 14}]


def test_a_note_goes_unless_somebody_else_gave_it_other_words() -> None:
    log: list[bytes] = []
    amal, bo = Writer(log, 11), Writer(log, 22)
    amal.board["mine"] = Map({"text": "Secret", "column": "c1", "order": 1})
    amal.board["ours"] = Map({"text": "Benhces", "column": "c1", "order": 2})
    bo.hear()
    bo.board["ours"]["text"] = "Benches"
    bo.board["theirs"] = Map({"text": "Shade", "column": "c1", "order": 3})
    amal.hear()
    amal.board["theirs"]["text"] = "Deep shade"
    fresh, _ = without(log, 11)
    whole = b"".join(fresh)
    assert b"Secret" not in whole
    assert b"Benhces" not in whole
    assert b"Deep" not in whole
    board = document.read(fresh).board
    assert board["ours"]["text"] == "Benches"
    assert "text" not in board["mine"]
    assert "text" not in board["theirs"]


def test_nothing_of_the_old_text_fits_the_new_one(judge: Node) -> None:
    """Whoever comes back with the old text sends either all of it, under names of old, or what hangs on it."""
    session = judge.call("session", seed=8123, split=False)
    rows = [bytes.fromhex(each["hex"]) for each in session["log"]]
    fresh, _ = without(rows, 1001)
    known = Known()
    for row in fresh:
        known.take(row)
    vector = known.vector()
    answer = document.diff(document.merge(rows), vector)
    change, _found = known.check(answer)
    assert set(change.advances) == {1000, 1001, 1002}  # names that nobody may go on with
    for row in rows[len(rows) // 2 :]:
        with pytest.raises((Gap, Broken)):
            known.check(row)
