"""The text at any moment, and whose words stand in it; Yjs in Node is the judge of what it said."""

import pytest

from realtime import document
from tests.realtime.nodes import Node
from tests.realtime.timelines import timeline
from tests.realtime.updates import plain


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
