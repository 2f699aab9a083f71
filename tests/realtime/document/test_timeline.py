"""The text at any moment, and whose words stand in it; Yjs in Node is the judge of what it said."""

import pytest

from realtime import document
from realtime.document import keeping
from realtime.document.timeline import Timeline
from tests.realtime.nodes import Node
from tests.realtime.updates import plain


def timeline(rows: list[bytes]) -> Timeline:
    made = Timeline()
    for number, row in enumerate(rows, 1):
        made.append(number, row)
    return made


@pytest.mark.parametrize("split", [False, True], ids=["whole characters", "characters cut in two"])
def test_at_every_moment_it_says_what_yjs_said(judge: Node, split: bool) -> None:
    for seed in range(12):
        session = judge.call("session", seed=seed + 500 * split, split=split)
        rows = [bytes.fromhex(each["hex"]) for each in session["log"]]
        made = timeline(rows)
        assert made.damaged == []
        said = judge.call("moments", updates=[row.hex() for row in rows])
        for number, content in enumerate(said, 1):
            assert plain(made.read(number).content) == plain(content), f"seed {seed}, update {number}"
        assert plain(made.read().content) == plain(document.read(rows).content), f"seed {seed}"


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
