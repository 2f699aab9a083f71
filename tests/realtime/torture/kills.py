"""kill -9 in mid-sentence, again and again: what was saved or seen is there afterwards."""

import random
import time
from typing import NamedTuple

from realtime import document, store
from tests.realtime.torture.ground import Ground, come_back, company, enter, served
from tests.realtime.updates import plain


class Killed(NamedTuple):
    kills: int
    promised: int  # clocks that were acknowledged, over all kills
    seen: int  # clocks of others that somebody had, over all kills
    deletions: int
    lost: list[str]
    slowest: float  # seconds until all were of one mind again


def killed(ground: Ground, *, kills: int, writers: int, seed: int, longest: float = 2.0) -> Killed:
    dice = random.Random(seed)
    crowd = ground.crowd
    people = company(writers)
    names = [f"w{place}" for place in range(writers)]
    promised = seen = deletions = 0
    lost: list[str] = []
    slowest = 0.0
    with served(ground.folder / "killed") as server:
        enter(ground, server, people, names)
        for kill in range(kills):
            crowd.call("write", names=names, seed=seed * 1000 + kill * 50, every=100)
            time.sleep(dice.uniform(0.2, longest))
            server.kill()
            crowd.call("rest", names=names)
            assert crowd.call("gone", names=names, patience=10_000) is not None
            server.start()
            reader = f"r{kill}"
            enter(ground, server, people[:1], [reader])
            found = crowd.call("lacking", reader=reader, names=names)
            promised, seen, deletions = (
                promised + found["promised"],
                seen + found["seen"],
                deletions + found["deletions"],
            )
            lost += [f"kill {kill}: {each}" for each in found["lost"]]
            come_back(ground, server, people, names)
            assert crowd.call("here", names=names, patience=30_000) is not None, f"kill {kill}: they do not come back"
            took = crowd.call("agree", names=[*names, reader], patience=10_000)
            state = crowd.call("state", names=[*names, reader]) if took is None else ""
            assert took is not None, f"kill {kill}: they are not of one mind: {state}"
            slowest = max(slowest, took / 1000)
            crowd.call("leave", names=[reader])
            crowd.call("forget", names=[reader])
            ground.say(
                f"kill {kill + 1} of {kills}: {found['promised']} clocks saved, {found['seen']} seen,"
                f" {len(lost)} lost, of one mind after {took / 1000:.1f} s"
            )
        rows, head, damaged = store.updates_of(people[0].room_id)
        assert not damaged
        read, said = document.read(rows), plain(crowd.call("reading", name=names[0]))
        assert plain(read.content) == said["content"], "the server reads something else"
        assert plain(read.board) == said["board"]
        ground.say(f"{head} updates in the log")
    return Killed(kills, promised, seen, deletions, lost, slowest)
