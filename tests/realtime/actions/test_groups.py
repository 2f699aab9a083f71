"""Groups are dealt by lot: everyone in exactly one, as even as can be."""

import random

from hypothesis import given
from hypothesis import strategies as st

from realtime.actions.groups import deal


# --- The lot -----------------------------------------------------------------------------
@given(st.integers(0, 80), st.integers(0, 80), st.integers(1, 20), st.booleans(), st.integers())
def test_everyone_is_in_exactly_one_group_and_sizes_differ_by_one_at_most(
    hall: int, online: int, count: int, mixed: bool, seed: int
) -> None:
    people = [("hall", n) for n in range(hall)], [("online", n) for n in range(online)]
    dealt = deal(*people, count, mixed=mixed, lot=random.Random(seed))
    assert len(dealt) == count
    assert sorted(each for group in dealt for each in group) == sorted([*people[0], *people[1]])
    sizes = [len(group) for group in dealt]
    assert max(sizes) - min(sizes) <= 1


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 10), st.integers())
def test_mixed_groups_share_the_hall_as_evenly(hall: int, online: int, count: int, seed: int) -> None:
    dealt = deal(["hall"] * hall, ["online"] * online, count, mixed=True, lot=random.Random(seed))
    inside = [group.count("hall") for group in dealt]
    assert max(inside) - min(inside) <= 1


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 10), st.integers())
def test_apart_at_most_one_group_has_both(hall: int, online: int, count: int, seed: int) -> None:
    dealt = deal(["hall"] * hall, ["online"] * online, count, mixed=False, lot=random.Random(seed))
    assert sum(len(set(group)) > 1 for group in dealt) <= 1
