"""Damaged and hostile frames: nobody dies, nobody waits, and what is let through every reader reads alike."""

import contextlib
import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from realtime import document, protocol, store
from realtime.document import Broken, Gap, Known
from realtime.protocol import Close, Sync
from tests.realtime.nodes import Node
from tests.realtime.served import Server
from tests.realtime.torture.ground import Ground, company, enter, served, url
from tests.realtime.torture.heavy import heavy
from tests.realtime.updates import POISON, joined, plain

BATCH: Final = 250
STRANGERS: Final = 8
# Numbers at which readers part: the ends of one, two and more bytes, of 31, 32 and 53 bits.
EDGES: Final = [
    b"\x00",
    b"\x01",
    b"\x7f",
    b"\x80\x01",
    b"\xff\xff\x03",
    b"\xff\xff\xff\xff\x07",
    b"\xff\xff\xff\xff\x0f",
]


def damaged(dice: random.Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """`data` with one to three faults in it, of the kinds that readers stumble over."""
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        place = dice.randrange(len(out) + 1)
        fault = dice.choice(FAULTS)
        fault(dice, out, place, others or [data])
    return bytes(out)


def _cut(dice: random.Random, out: bytearray, place: int, others: Sequence[bytes]) -> None:
    del out[place : place + dice.choice((1, 1, 2, 5))]


def _noise(dice: random.Random, out: bytearray, place: int, others: Sequence[bytes]) -> None:
    out[place:place] = dice.randbytes(dice.choice((1, 1, 2, 4)))


def _known(dice: random.Random, out: bytearray, place: int, others: Sequence[bytes]) -> None:
    """A byte that means something: the kind of a struct, flags, the start of a long number."""
    out[place : place + 1] = bytes(
        (dice.choice((0, 1, 0x7F, 0x80, 0xFF, 0x84, 0x0A, 0x28, 0xC4, 0x21, 0xA8, 0x46, 7)),)
    )


def _twice(dice: random.Random, out: bytearray, place: int, others: Sequence[bytes]) -> None:
    out[place:place] = out[place : place + dice.randrange(1, 12)]


def _edge(dice: random.Random, out: bytearray, place: int, others: Sequence[bytes]) -> None:
    out[place : place + 1] = dice.choice(EDGES)


def _foreign(dice: random.Random, out: bytearray, place: int, others: Sequence[bytes]) -> None:
    other = dice.choice(others)
    start, length = dice.randrange(len(other)), dice.randrange(1, 12)
    out[place : place + length] = other[start : start + length]


def _near(dice: random.Random, out: bytearray, place: int, others: Sequence[bytes]) -> None:
    for byte in out[place : place + 1]:
        out[place] = (byte + dice.choice((1, -1))) % 256


def _bit(dice: random.Random, out: bytearray, place: int, others: Sequence[bytes]) -> None:
    for byte in out[place : place + 1]:
        out[place] = byte ^ 1 << dice.randrange(8)


FAULTS: Final = (_cut, _noise, _known, _twice, _edge, _foreign, _near, _bit, _bit)


class Hunted(NamedTuple):
    tried: int
    taken: int
    apart: list[str]  # where two readers read different things


def hunted(judge: Node, *, tries: int, seed: int, every: int = 40, say: Callable[..., None] = print) -> Hunted:
    """What the guard lets through of damaged updates, read by Yjs and by the server's library."""
    tried = taken = 0
    apart: list[str] = []
    session = seed
    while tried < tries:
        dice = random.Random(session)
        rows = [bytes.fromhex(each) for each in judge.call("honest", seed=session)]
        known, stored, fresh = Known(), list[bytes](), list[str]()
        for row in rows:
            for _ in range(every):
                tried += 1
                if _take(known, stored, damaged(dice, row, rows)):
                    taken += 1
                    fresh.append(stored[-1].hex())
            _take(known, stored, row)
        if (fault := _apart(judge, stored)) is not None:
            apart.append(f"session {session}: {fault}; damaged ones taken: {fresh}")
            say(apart[-1])
        session += 1
    return Hunted(tried, taken, apart)


def _take(known: Known, stored: list[bytes], data: bytes) -> bool:
    """As the hub does: judged, tried on, then counted."""
    try:
        change, found = known.check(data)
        if change.empty:
            return False
        scratch, _, _ = document.load(stored)
        scratch.apply(document.mended(change.data, known.splits | change.splits))
        if change.doubts and not scratch.in_order(change.doubts):
            return False
    except (Broken, Gap):
        return False
    known.accept(change, found)
    stored.append(change.data)
    return True


def _apart(judge: Node, stored: list[bytes]) -> str | None:
    said = document.read(stored)
    want = plain(judge.call("newcomer", updates=[document.merge(stored).hex()]))
    one_by_one = plain(judge.call("newcomer", updates=[each.hex() for each in stored]))
    if said.damaged:
        return f"rows {said.damaged} cannot be read again"
    if want["pending"]:
        return "Yjs waits for something"
    if bare(want["content"]) != bare(one_by_one["content"]) or want["board"] != one_by_one["board"]:
        return "merged bytes read otherwise than single ones"
    if worded(plain(said.content)) != worded(want["content"]):
        return "the text differs"
    if plain(said.board) != want["board"]:
        return "the board differs"
    small = document.compacted(stored)
    if small is not None:
        read = plain(judge.call("newcomer", updates=[small.hex()]))
        if worded(read["content"]) != worded(want["content"]) or read["board"] != want["board"]:
            return "a snapshot that was proved reads otherwise"
    return None


def worded(node: Any) -> Any:
    """A reading without words of no letters: a NUL is left out by the server, and so is what was nothing else."""
    if isinstance(node, dict):
        tidy = {key: worded(each) for key, each in node.items()}
        return {key: each for key, each in tidy.items() if key != "content" or each}
    if isinstance(node, list):
        return joined([worded(each) for each in node if not (isinstance(each, dict) and each.get("text") == "")])
    return node


def bare(node: Any) -> Any:
    """A reading without marks: browsers tidy those after each other's updates, and tell the server so."""
    if isinstance(node, dict):
        if node.get("type") == "text":
            return node["text"]
        return {key: bare(each) for key, each in node.items()}
    if isinstance(node, list):
        found: list[Any] = []
        for each in map(bare, node):
            if isinstance(each, str) and found and isinstance(found[-1], str):
                found[-1] += each
            else:
                found.append(each)
        return found
    return node


THROWN_OUT: Final = str(Close.BAD_UPDATE.value)
JUDGED: Final = {"taken", THROWN_OUT}  # how a frame is answered that came to be judged


class Mutants(NamedTuple):
    frames: int
    answers: dict[str, int]
    slowest: float  # seconds until an honest one got an answer
    later: int  # times that an honest one was asked to come again
    heaviest: dict[str, float]  # seconds until what was made to take long was judged
    apart: list[str]


def mutants(ground: Ground, *, frames: int, seed: int, heavy_size: int = 250_000) -> Mutants:
    """Strangers throw damaged frames at a room in which three write, and then ones that were made to take long."""
    dice = random.Random(seed)
    crowd = ground.crowd
    people = company(3 + STRANGERS + 1)
    names, strangers = ["a", "b", "c"], people[3:-1]
    answers: Counter[str] = Counter()
    slowest = 0.0
    with served(ground.folder / "mutants") as server:
        enter(ground, server, people[:3], names)
        crowd.call("write", names=names, seed=seed, every=300)
        urls = [url(server, one) for one in strangers]
        sent = 0
        while sent < frames:
            batch = _batch(dice, crowd, min(BATCH, frames - sent), seed + sent)
            sent += len(batch)
            found = crowd.call("attack", urls=urls, frames=[each.hex() for each in batch])
            answers.update(found["answers"])
            took = crowd.call("ping", name="a", patience=20_000)
            assert server.process.poll() is None, "the server has died"
            assert took is not None, "the server does not answer"
            slowest = max(slowest, took / 1000)
            assert crowd.call("codes", names=names) == [None] * 3, "an honest one was thrown out"
            ground.say(f"{sent} of {frames} frames, {dict(answers)}, slowest answer {slowest:.2f} s")
        heaviest = _weighed(ground, server, heavy_size)
        assert crowd.call("codes", names=names) == [None] * 3, "an honest one was thrown out"
        crowd.call("rest", names=names)
        enter(ground, server, people[-1:], ["newcomer"])
        apart = _of_one_mind(crowd, [*names, "newcomer"], people[0].room_id)
        later = crowd.call("laters", names=names)
    return Mutants(sent, dict(answers), slowest, later, heaviest, apart)


def _weighed(ground: Ground, server: Server, size: int) -> dict[str, float]:
    """How long the server was busy with each heavy update, in rooms of their own."""
    found = {}
    for name, one in heavy(size):
        frames = [protocol.sync(Sync.UPDATE, each).hex() for each in (*one.before, one.update)]
        told = ground.crowd.call("attack", urls=[url(server, *company(1))], frames=frames)
        assert server.process.poll() is None, f"the server has died of {name}"
        assert set(told["answers"]) <= JUDGED, f"{name}: {told['answers']}"
        found[name] = told["slowest"] / 1000
    ground.say(f"heaviest: {max(found.items(), key=lambda each: each[1])}")
    return found


def _batch(dice: random.Random, crowd: Node, count: int, seed: int) -> list[bytes]:
    """Damaged updates of strangers and of the honest, damaged frames, and the poison that killed others."""
    own = [bytes.fromhex(each) for each in crowd.call("honest", seed=seed, steps=12, client=2**31 + seed)]
    theirs = bytes.fromhex(crowd.call("update", name=dice.choice("abc")))
    found: list[bytes] = []
    for place in range(count):
        what = dice.randrange(20)
        base = dice.choice(own)
        if what < 12:
            found.append(protocol.sync(dice.choice((Sync.UPDATE, Sync.STEP2)), damaged(dice, base, own)))
        elif what < 15 and len(theirs) < 20_000:
            found.append(protocol.sync(Sync.STEP2, damaged(dice, theirs, own)))
        elif what < 18:
            found.append(damaged(dice, protocol.sync(dice.choice(tuple(Sync)), base), own) or b"\0")
        elif what == 18:
            found.append(protocol.sync(Sync.UPDATE, base))
        else:
            found.append(damaged(dice, protocol.room({"tool": "chat", "do": "say", "id": "1", "args": {}})) or b"\0")
        if place % 100 == 50:
            found[-1] = protocol.sync(dice.choice((Sync.UPDATE, Sync.STEP2)), POISON)
    return found


def _of_one_mind(crowd: Node, names: list[str], room: Any) -> list[str]:
    """What is not as it should be, of: all agree, nothing pends, the server reads the same."""
    if crowd.call("settled", names=names[:-1], patience=10_000) is None:
        return ["somebody's words are not saved"]
    if crowd.call("agree", names=names, patience=10_000) is None:
        return ["they are not of one mind"]
    rows, _, broken = store.updates_of(room)
    said, want = document.read(rows), plain(crowd.call("reading", name=names[-1]))
    faults = [f"damaged rows {broken or said.damaged}"] if broken or said.damaged else []
    with contextlib.suppress(KeyError):
        if plain(said.content) != want["content"]:
            faults.append("the server reads another text")
        if plain(said.board) != want["board"]:
            faults.append("the server reads another board")
    return faults
