"""Rooms opened, written in and left, one after the other: the memory comes back."""

import time
from typing import Any, NamedTuple

import psutil

from tests.realtime.torture.ground import Ground, company, enter, served


class Comings(NamedTuple):
    rooms: int
    before: float  # megabytes, after as many rooms as are open at once have come and gone
    most: float
    after: float
    loaded: float  # rooms that are still in memory


def comings(ground: Ground, *, rooms: int, at_once: int, free_after: float = 1.0, edits: int = 5) -> Comings:
    crowd = ground.crowd
    people = [company(2) for _ in range(at_once)]
    with served(ground.folder / "comings", ROOMS_FREED_AFTER=str(free_after)) as server:
        process = psutil.Process(server.process.pid)
        most = before = 0.0
        done = 0
        while done < rooms + at_once:
            for place, both in enumerate(people):
                names = [f"{place}a", f"{place}b"]
                enter(ground, server, both, names)
                for edit in range(edits):
                    crowd.call("edit", name=names[edit % 2], seed=done + place * 10 + edit)
                assert crowd.call("settled", names=names, patience=10_000) is not None
                crowd.call("leave", names=names)
                crowd.call("forget", names=names)
            most = max(most, _megabytes(process))
            _wait_until_free(server, free_after)
            done += at_once
            if done == at_once:
                before = _megabytes(process)
            ground.say(f"{done - at_once} of {rooms} rooms, {_megabytes(process):.1f} MB (began with {before:.1f})")
            people = [company(2) for _ in range(at_once)] if done < rooms + at_once else people
        return Comings(rooms, before, most, _megabytes(process), loaded(server))


def loaded(server: Any) -> float:
    found = server.metrics()
    return next(float(line.split()[1]) for line in found.splitlines() if line.startswith("copact_rooms_loaded "))


def _wait_until_free(server: Any, free_after: float) -> None:
    until = time.monotonic() + free_after + 30
    while loaded(server) and time.monotonic() < until:
        time.sleep(0.2)
    assert not loaded(server), "rooms stay in memory"


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1024 / 1024
