"""Writing with somebody else's client id, in every way there is: nobody's text forks, nobody is pushed out of their own."""

import random
from collections import Counter
from typing import Any, NamedTuple

from realtime import document, protocol, store
from realtime.models import ClientClock
from realtime.protocol import Sync, write_bytes, write_uint
from tests.realtime.torture.ground import Ground, company, enter, served, url
from tests.realtime.updates import plain

STRANGERS = 4


class Forgeries(NamedTuple):
    tries: int
    answers: dict[str, int]
    apart: list[str]
    stolen: list[str]  # client ids that ended with somebody else


def forgeries(ground: Ground, *, tries: int, seed: int) -> Forgeries:
    dice = random.Random(seed)
    crowd = ground.crowd
    people = company(2 + STRANGERS + 1)
    names, clients = ["victim", "witness"], [5_000_001, 5_000_002]
    answers: Counter[str] = Counter()
    apart: list[str] = []
    with served(ground.folder / "forgeries") as server:
        enter(ground, server, people[:2], names, client=clients[0])
        urls = [url(server, one) for one in people[2:-1]]
        for step in range(6):
            crowd.call("edit", name="victim", seed=seed + step)
        sent = 0
        while sent < tries:
            crowd.call("write", names=names, seed=seed + sent, every=60)
            theirs = bytes.fromhex(crowd.call("update", name="victim"))
            batch = [
                _forged(dice, clients[0], theirs, store_clock(people[0], clients[0]))
                for _ in range(min(100, tries - sent))
            ]
            sent += len(batch)
            found = crowd.call("attack", urls=urls, frames=[each.hex() for each in batch])
            answers.update(found["answers"])
            crowd.call("rest", names=names)
            if crowd.call("settled", names=names, patience=10_000) is None:
                apart.append(f"after {sent}: the victim's words are not saved, {crowd.call('codes', names=names)}")
                break
            enter(ground, server, people[-1:], [f"new{sent}"])
            mind = [*names, f"new{sent}"]
            if crowd.call("agree", names=mind, patience=10_000) is None:
                apart.append(f"after {sent}: a fork")
            said, want = (
                document.read(store.updates_of(people[0].room_id)[0]),
                plain(crowd.call("reading", name=mind[-1])),
            )
            if plain(said.content) != want["content"]:
                apart.append(f"after {sent}: the server reads something else")
            crowd.call("leave", names=mind[2:])
            ground.say(f"{sent} of {tries} forgeries, {dict(answers)}, {len(apart)} apart")
    owners = dict(ClientClock.objects.filter(room=people[0].room_id).values_list("client", "person_id"))
    stolen = [f"{client}" for client, one in zip(clients, people, strict=False) if owners.get(client) != one.person_id]
    return Forgeries(sent, dict(answers), apart, stolen)


def store_clock(who: Any, client: int) -> int:
    found = ClientClock.objects.filter(room=who.room_id, client=client).values_list("clock", flat=True).first()
    return found or 0


def _forged(dice: random.Random, client: int, theirs: bytes, clock: int) -> bytes:
    """Going on with the victim's clock, telling it anew, ahead of it, or as a part of one's own update."""
    what = dice.randrange(6)
    at = max(
        0, (clock + dice.randrange(3), dice.randrange(clock + 1), clock + dice.randrange(1, 50), 0, clock, clock)[what]
    )
    words = dice.choice(("EVIL!", "x", "😀", "nothing of that"))
    if what in (0, 4):
        words *= 5_000  # past all that the victim writes meanwhile: not only what is known already
    block = (
        write_uint(1)
        + write_uint(client)
        + write_uint(at)
        + b"\x04\x01"
        + write_bytes(b"plain")
        + write_bytes(words.encode())
    )
    if what == 4:  # their id in the middle of an update whose other part is honest
        own = (
            write_uint(1)
            + write_uint(dice.randrange(2**31))
            + b"\0\x04\x01"
            + write_bytes(b"plain")
            + write_bytes(b"me")
        )
        data = b"\x02" + own + block + b"\0"
    elif what == 5:  # their whole text with a letter changed
        data = bytearray(theirs)
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        return protocol.sync(Sync.STEP2, bytes(data))
    else:
        data = b"\x01" + block + b"\0"
    return protocol.sync(dice.choice((Sync.UPDATE, Sync.STEP2)), bytes(data))
