"""Random sessions of three over bad lines, restarts between, Yjs as the judge: a newcomer reads what the authors read."""

import random
from typing import Any, Final, NamedTuple

from realtime import document, store
from realtime.models import Participant, Snapshot
from tests.realtime.torture.ground import Ground, company, enter, served, url
from tests.realtime.updates import plain

AT_ONCE: Final = 25


class Sessions(NamedTuple):
    sessions: int
    apart: list[str]
    snapshots: int
    compacted: float  # size of the snapshots against the rows they stand for
    cut: int  # rooms in which a character was cut in two


def sessions(ground: Ground, *, count: int, seed: int, steps: int = 40) -> Sessions:
    """Every second room has a snapshot taken in the middle; every third has characters cut in two."""
    dice = random.Random(seed)
    rooms: dict[int, list[Participant]] = {}
    apart: list[str] = []
    snapshots = cut = small = large = 0
    with served(ground.folder / "sessions") as server:
        for start in range(0, count, AT_ONCE):
            group = range(start, min(start + AT_ONCE, count))
            rooms = {place: company(4) for place in group}
            first = _speak(ground, server, rooms, group, seed, steps, part=0)
            for place in group:
                if place % 2:
                    rows = sum(map(len, store.updates_of(rooms[place][0].room_id)[0]))
                    assert store.snapshot(rooms[place][0].room_id), f"session {place}: no snapshot"
                    snapshots += 1
                    large += rows
                    small += len(bytes(Snapshot.objects.get(room=rooms[place][0].room_id).data))
            if dice.randrange(3) == 0 or start == 0:
                server.kill()
                server.start()
            second = _speak(ground, server, rooms, group, seed + 7919, steps, part=1)
            server.kill()
            server.start()
            for place, *told in zip(group, first, second, strict=True):
                fault = _faulty(ground, server, rooms[place], place, told)
                if fault:
                    apart.append(f"session {place}, seed {seed}: {fault}")
                    ground.say(apart[-1])
                cut += bool(document.load(store.updates_of(rooms[place][0].room_id)[0])[1].splits)
            ground.say(f"{group.stop} of {count} sessions, {len(apart)} apart")
    return Sessions(count, apart, snapshots, small / max(1, large), cut)


def _speak(ground: Ground, server: Any, rooms: Any, group: range, seed: int, steps: int, *, part: int) -> list[Any]:
    asked = [
        {
            "names": [f"{part}-{place}-{one}" for one in range(3)],
            "urls": [url(server, who) for who in rooms[place][:3]],
            "seed": seed + place,
            "steps": steps,
            "split": place % 3 == 0,
            "client": 10_000 + place * 100 + part * 10,
        }
        for place in group
    ]
    told: list[Any] = ground.crowd.call("sessions", all=asked)
    ground.crowd.call("leave", names=[name for each in asked for name in each["names"]])
    return told


def _faulty(ground: Ground, server: Any, people: Any, place: int, told: list[Any]) -> str | None:
    """What is wrong with what a newcomer reads after the restart."""
    for part in told:
        if part.get("took") is None:
            return f"the three are not of one mind: {part}"
    want = plain(told[-1]["reads"])
    name = f"new-{place}"
    enter(ground, server, people[3:], [name])
    found = plain(ground.crowd.call("reading", name=name))
    ground.crowd.call("leave", names=[name])
    ground.crowd.call("forget", names=[name, *(f"{part}-{place}-{one}" for part in (0, 1) for one in range(3))])
    if found["content"] != want["content"] or found["board"] != want["board"] or found["pending"]:
        return "a newcomer reads something else"
    said = document.read(store.updates_of(people[0].room_id)[0])
    if plain(said.content) != want["content"] or plain(said.board) != want["board"]:
        return "the server reads something else"
    return None
