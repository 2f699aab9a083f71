"""A polite end while many write: what was received is stored, everyone hears "we are coming back", and it is quick."""

import time
from typing import NamedTuple

from realtime.protocol import Close
from tests.realtime.torture.ground import Ground, come_back, company, enter, served


class Stopped(NamedTuple):
    sockets: int
    seconds: float
    codes: set[int | None]
    promised: int
    lost: list[str]


def stopped(ground: Ground, *, sockets: int, seed: int) -> Stopped:
    crowd = ground.crowd
    people = company(10)
    crew = [people[place % 10] for place in range(sockets)]
    names = [f"s{place}" for place in range(sockets)]
    with served(ground.folder / "stopped") as server:
        enter(ground, server, crew, names)
        crowd.call("write", names=names, seed=seed, every=150)
        time.sleep(1.5)
        seconds = server.stop()  # in mid-sentence: frames are on their way
        crowd.call("rest", names=names)
        crowd.call("gone", names=names, patience=10_000)
        codes = set(crowd.call("codes", names=names))
        server.start()
        enter(ground, server, people[:1], ["reader"])
        found = crowd.call("lacking", reader="reader", names=names)
        come_back(ground, server, crew, names)
        lost = found["lost"]
        if crowd.call("agree", names=[*names, "reader"], patience=10_000) is None:
            lost.append("they are not of one mind afterwards")
    assert {int(code) for code in codes if code} <= set(Close), codes
    return Stopped(sockets, seconds, codes, found["promised"], lost)
