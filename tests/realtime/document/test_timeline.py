"""The text at any moment, and whose words stand in it; Yjs in Node is the judge of what it said."""

import random

import pytest

from realtime import document
from tests.realtime.nodes import Node
from tests.realtime.timelines import timeline
from tests.realtime.updates import plain, typed


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


def test_what_came_too_early_stands_there_from_when_what_it_rests_on_came(judge: Node) -> None:
    for seed in range(12):
        rows = [bytes.fromhex(each["hex"]) for each in judge.call("session", seed=seed + 300, split=False)["log"]]
        chance = random.Random(seed)
        for _ in range(3):  # rows were damaged, and brought again later, some of them twice
            row = rows.pop(chance.randrange(len(rows)))
            rows += [row] * chance.randint(1, 2)
        made = timeline(rows)
        assert (made.damaged, made.early) == ([], {})
        for number in range(len(rows) + 1):
            assert plain(made.read(number).content) == plain(document.read(rows[:number]).content), f"{seed}, {number}"


def test_what_waits_for_something_else_after_it_came_too_early_goes_on_waiting() -> None:
    one, two, three, four = typed(5, "abcd")
    made = timeline([four, three, one])
    assert (made.clock(5), sum(map(len, made.early.values()))) == (1, 2)
    assert [row for row, _data in made.coming(4, two)] == [4, 2, 1]
    assert (made.clock(5), made.early) == (4, {})


def test_of_words_that_were_brought_again_in_one_piece_only_what_is_new_is_taken() -> None:
    one, two, three, four = typed(5, "a😀cd")
    made = timeline([one, document.merge([two, three]), document.merge([three, four]), document.merge([one, two])])
    assert [item.text for item in made.of(5)] == ["a\ud83d\ude00cd"]
    assert made.damaged == []


def test_the_text_of_now_is_the_text_after_the_last_update_also_where_words_of_two_share_a_character(
    judge: Node,
) -> None:
    """Words that are whose they were are cut where their writer changes; no character falls apart by it."""
    for seed in (16, 51):
        rows = [bytes.fromhex(each["hex"]) for each in judge.call("session", seed=seed + 7000, split=True)["log"]]
        made = timeline(rows)
        assert made.read().content == made.read(len(rows)).content
        assert plain(made.read().content) == plain(document.read(rows).content)
