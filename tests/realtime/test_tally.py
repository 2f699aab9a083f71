"""Sums over ballots: each counted once, whatever order they come in."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from realtime.choices import PollKind
from realtime.tally import count

OPTIONS = ["a", "b", "c", "d"]
ONE = st.lists(st.sampled_from(OPTIONS), max_size=60)
SOME = st.lists(st.lists(st.sampled_from(OPTIONS), unique=True, min_size=1), max_size=40)
DOTS = st.lists(st.dictionaries(st.sampled_from(OPTIONS), st.integers(1, 5), min_size=1), max_size=40)


def counts(kind: str, values: list[Any]) -> dict[str, float]:
    return {row["id"]: row["count"] for row in count(kind, OPTIONS, values)["rows"]}


@given(ONE)
def test_every_single_vote_is_counted_once(values: list[str]) -> None:
    found = count(PollKind.SINGLE, OPTIONS, values)
    assert counts(PollKind.SINGLE, values) == {option: values.count(option) for option in OPTIONS}
    assert sum(row["voters"] for row in found["rows"]) == found["votes"] == len(values)
    assert bool(found["first"]) == bool(values)


@given(SOME)
def test_of_several_answers_each_counts_and_nobody_twice_for_one(values: list[list[str]]) -> None:
    found = count(PollKind.MULTIPLE, OPTIONS, values)
    assert sum(row["count"] for row in found["rows"]) == sum(map(len, values))
    assert all(row["voters"] <= found["votes"] for row in found["rows"])


@given(DOTS)
def test_dots_are_neither_lost_nor_made(values: list[dict[str, int]]) -> None:
    found = counts(PollKind.DOTS, values)
    assert sum(found.values()) == sum(sum(value.values()) for value in values)


@given(SOME)
def test_every_ranking_gives_away_the_same_number_of_points_however_long_it_is(values: list[list[str]]) -> None:
    pairs = len(OPTIONS) * (len(OPTIONS) - 1) // 2
    assert sum(counts(PollKind.RANKING, values).values()) == len(values) * pairs


@given(SOME, st.randoms(use_true_random=False))
def test_neither_the_order_of_the_ballots_nor_that_of_the_options_matters(
    values: list[list[str]], dice: random.Random
) -> None:
    mixed = dice.sample(values, len(values))
    turned = OPTIONS[::-1]
    again = {row["id"]: row["count"] for row in count(PollKind.RANKING, turned, mixed)["rows"]}
    assert again == counts(PollKind.RANKING, values)


@given(SOME.filter(bool), st.integers(0, 39), st.sampled_from(OPTIONS))
def test_to_put_an_option_higher_never_harms_it(values: list[list[str]], place: int, option: str) -> None:
    before = counts(PollKind.RANKING, values)
    ballot = values[place % len(values)]
    lifted = [*values]
    lifted[place % len(values)] = [option, *(each for each in ballot if each != option)]
    after = counts(PollKind.RANKING, lifted)
    assert after[option] >= before[option]
    assert all(after[each] <= before[each] for each in OPTIONS if each != option)


@given(SOME)
def test_turned_round_the_whole_order_turns_round(values: list[list[str]]) -> None:
    whole = [[*value, *(each for each in OPTIONS if each not in value)] for value in values]
    before, after = counts(PollKind.RANKING, whole), counts(PollKind.RANKING, [value[::-1] for value in whole])
    most = len(whole) * (len(OPTIONS) - 1)
    assert after == {option: most - points for option, points in before.items()}


@given(SOME)
def test_what_beats_all_others_one_by_one_is_said_and_never_last(values: list[list[str]]) -> None:
    found = count(PollKind.RANKING, OPTIONS, values)
    if (best := found["beats_all"]) is not None:
        points = counts(PollKind.RANKING, values)
        assert points[best] > min(points.values())


def test_the_points_of_a_ranking_can_be_added_by_hand() -> None:
    found = count(PollKind.RANKING, OPTIONS[:3], [["a", "b", "c"], ["a"], ["b", "c", "a"]])
    # First ballot 2-1-0, second 2-½-½, third 0-2-1.
    assert [row["count"] for row in found["rows"]] == [4, 3.5, 1.5]
    assert [row["on_top"] for row in found["rows"]] == [2, 1, 0]
    assert (found["first"], found["beats_all"]) == (["a"], "a")


@given(ONE)
def test_the_middle_of_a_scale_has_half_on_each_side(values: list[str]) -> None:
    found = count(PollKind.SCALE, OPTIONS, values)
    if not values:
        assert (found["median"], found["mean"]) == ([], None)
        return
    steps = sorted(OPTIONS.index(value) for value in values)
    for step in map(OPTIONS.index, found["median"]):
        assert sum(each < step for each in steps) * 2 <= len(steps)
        assert sum(each > step for each in steps) * 2 <= len(steps)
    assert 1 <= found["mean"] <= len(OPTIONS)


def test_without_votes_nobody_is_first() -> None:
    for kind in PollKind.values:
        found = count(kind, OPTIONS, [])
        assert (found["votes"], found["first"]) == (0, [])
