"""A timeline kept as bytes says the same, and goes on."""

import json
import zlib

from realtime.document import keeping
from tests.realtime.nodes import Node
from tests.realtime.timelines import timeline
from tests.realtime.updates import typed


def test_kept_as_bytes_it_says_the_same_and_goes_on(judge: Node) -> None:
    for seed in range(10):
        session = judge.call("session", seed=seed + 900, split=bool(seed % 2))
        rows = [bytes.fromhex(each["hex"]) for each in session["log"]]
        half = len(rows) // 2
        kept = keeping.load(keeping.dump(timeline(rows[:half])))
        assert kept is not None
        for number, row in enumerate(rows[half:], half + 1):
            kept.append(number, row)
        fresh = timeline(rows)
        for number in range(len(rows) + 1):
            assert kept.read(number) == fresh.read(number), f"seed {seed}, update {number}"


def test_bytes_of_another_form_are_no_timeline() -> None:
    body = json.loads(zlib.decompress(keeping.dump(timeline(typed(5, "abc")))))
    assert keeping.load(zlib.compress(json.dumps(body | {"form": keeping.FORM - 1}).encode())) is None


def test_what_came_too_early_is_kept_until_it_can_be_taken() -> None:
    one, two, three = typed(5, "abc")
    kept = keeping.load(keeping.dump(timeline([one, three])))
    assert kept is not None
    kept.append(3, two)
    assert (kept.clock(5), kept.early) == (3, {})
