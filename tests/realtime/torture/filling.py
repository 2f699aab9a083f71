"""A long room is cached again and again while people write in it: nobody notices, and newcomers are given less to read."""

import time
from typing import NamedTuple

from django.db import transaction

from realtime import document, store
from realtime.document import Known
from realtime.models import Participant, Snapshot
from realtime.store import Batch, Entry
from tests.realtime.pasts import first_rows
from tests.realtime.torture.ground import Ground, company, enter, served
from tests.realtime.updates import plain


class Filled(NamedTuple):
    rows: int
    snapshots: int  # that were made while they wrote
    smaller: float  # all rows merged, against the last snapshot
    slowest: float  # seconds from a question to its answer meanwhile
    newcomers: int
    faults: list[str]


def filled(ground: Ground, *, rows: int, writers: int, seconds: float, seed: int) -> Filled:
    """A room of `rows` rows that has no snapshot yet; `writers` go on in it for some seconds, with a worker beside."""
    crowd = ground.crowd
    people = company(writers + 1)
    room = people[0].room_id
    _fill(ground, people[-1], rows, seed)
    names = [f"w{place}" for place in range(writers)]
    made: list[int] = []
    slowest = 0.0
    with served(ground.folder / "filling") as server, server.worker():
        enter(ground, server, people[:-1], names)
        crowd.call("write", names=names, seed=seed, every=100)
        until = time.monotonic() + seconds
        while time.monotonic() < until or not made:
            took = crowd.call("ping", name=names[0], patience=20_000)
            assert took is not None, "no answer"
            slowest = max(slowest, took / 1000)
            number = store.snapshot_of(room)
            if number and number not in made:
                made.append(number)
                names.append(f"new{number}")
                enter(ground, server, [people[-1]], names[-1:])
                ground.say(f"a snapshot of {number} updates")
            assert time.monotonic() < until + 120, "no snapshot is made"
            time.sleep(0.1)
        crowd.call("rest", names=names)
        assert crowd.call("settled", names=names, patience=30_000) is not None
        assert crowd.call("agree", names=names, patience=30_000) is not None, crowd.call("state", names=names)
        server.kill()
        server.start()
        enter(ground, server, [people[-1]], ["after"])
        said, want = plain(crowd.call("reading", name="after")), plain(crowd.call("reading", name=names[0]))
        faults = list(store.verify(room).faults)
        if said != want:
            faults.append("who comes after the restart reads something else")
        read = document.read(store.updates_of(room)[0])
        if plain(read.content) != want["content"] or plain(read.board) != want["board"]:
            faults.append("the server reads something else")
    last = Snapshot.objects.get(room=room)
    whole = document.merge(first_rows(room, last.number))
    newcomers = len(names) - writers
    return Filled(last.number, len(made), len(whole) / len(bytes(last.data)), slowest, newcomers, faults)


def _fill(ground: Ground, who: Participant, rows: int, seed: int) -> None:
    """What somebody wrote on the days before."""
    known, head = Known(), 0
    for update in ground.crowd.call("honest", seed=seed, steps=rows, client=4_000_000):
        change = known.take(bytes.fromhex(update))
        if change.empty:
            continue
        with transaction.atomic():
            entry = Entry(change.data, who.person_id, who.pk, change.advances)
            head = store.append(Batch(who.room_id, head, who.room.epoch, [entry])).head
