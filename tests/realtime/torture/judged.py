"""Random sessions of three told by Yjs itself, through guard and store and out again; Yjs is the judge of what comes out."""

from typing import Any, NamedTuple

from django.db import transaction

from realtime import document, protocol, store
from realtime.document import Known
from realtime.hub.text import LiveText
from realtime.models import Participant, Snapshot
from realtime.store import Batch, Entry, Stored
from tests.realtime.nodes import Node
from tests.realtime.pasts import first_rows
from tests.realtime.torture.ground import company
from tests.realtime.updates import plain


class Judged(NamedTuple):
    sessions: int
    apart: list[str]
    snapshots: int
    compacted: int  # of them made through a document
    cut: int  # sessions in which characters were cut in two
    smaller: float  # rows of a snapshot against it


def judged(judge: Node, *, count: int, seed: int, steps: int = 60, say: Any = print) -> Judged:
    """Every second one with a snapshot in the middle, every third with characters cut in two."""
    apart: list[str] = []
    snapshots = compacted = cut = large = small = 0
    for place in range(count):
        split = place % 3 == 0
        session = judge.call("session", seed=seed + place, split=split, steps=steps)
        people = company(3)
        room = people[0].room_id
        rows = [bytes.fromhex(each["hex"]) for each in session["log"]]
        owners = {each["by"]: people[each["by"] % 1000] for each in session["log"]}
        half = len(rows) // 2 if place % 2 else len(rows)
        known = Known()
        head = _store(room, known, session["log"][:half], owners, 0)
        if place % 2:
            assert store.snapshot(room), f"session {place}: no snapshot"
            made = Snapshot.objects.get(room=room)
            snapshots += 1
            compacted += bytes(made.data) != document.merge(first_rows(room, head))
            large, small = large + sum(map(len, rows[:half])), small + len(bytes(made.data))
        _store(room, known, session["log"][half:], owners, head)
        cut += bool(known.splits)
        if not session["equal"]:
            apart.append(f"session {seed + place}: Yjs is not of one mind with itself")
        elif (fault := _apart(judge, room, plain(session["reads"][0]))) is not None:
            apart.append(f"session {seed + place}: {fault}")
            say(apart[-1])
        if place % 50 == 49:
            say(f"{place + 1} of {count} sessions, {len(apart)} apart")
    return Judged(count, apart, snapshots, compacted, cut, large / max(1, small))


def _store(room: Any, known: Known, log: list[Any], owners: dict[int, Participant], head: int) -> int:
    for each in log:
        change = known.take(bytes.fromhex(each["hex"]))
        if change.empty:
            continue
        who = owners[each["by"]]
        with transaction.atomic():
            outcome = store.append(Batch(room, head, 1, [Entry(change.data, who.person_id, who.pk, change.advances)]))
        assert isinstance(outcome, Stored)
        head = outcome.head
    return head


def _apart(judge: Node, room: Any, want: Any) -> str | None:
    """As after a restart: from the database alone, for a newcomer and for somebody who has the first half."""
    text = LiveText(store.load(room))
    payloads = [_payload(frame) for frame in text.first_frames(b"\0")]
    found = plain(judge.call("newcomer", updates=payloads))
    if found["content"] != want["content"] or found["board"] != want["board"] or found["pending"]:
        return "a newcomer reads something else"
    rows = [row.data for row in store.rows_after(room, 0)]
    first = document.merge(rows[: len(rows) // 2])
    vector = bytes.fromhex(judge.call("newcomer", updates=[first.hex()])["vector"])
    rest = [_payload(frame) for frame in text.first_frames(vector)]
    again = plain(judge.call("newcomer", updates=[first.hex(), *rest]))
    if again["content"] != want["content"] or again["board"] != want["board"] or again["pending"]:
        return "somebody who comes back reads something else"
    said = document.read(store.updates_of(room)[0])
    if plain(said.content) != want["content"] or plain(said.board) != want["board"]:
        return "the server reads something else"
    return None


def _payload(frame: bytes) -> str:
    """What a frame as the server writes it carries."""
    length = frame[1]
    head = 2 if length < 126 else 4 if length == 126 else 10
    return protocol.read(frame[head:]).payload.hex()
