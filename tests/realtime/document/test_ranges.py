"""Ranges of clocks: what is deleted of a long text."""

from hypothesis import given
from hypothesis import strategies as st

from realtime.document.ranges import covers, include, united, without

pieces = st.lists(
    st.tuples(st.integers(0, 300), st.integers(1, 12)).map(lambda one: (one[0], one[0] + one[1])), max_size=60
)


@given(
    pieces,
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 12)).map(lambda one: (one[0], one[0] + one[1])), max_size=3),
)
def test_what_is_added_in_place_is_what_all_of_it_is(
    known: list[tuple[int, int]], fresh: list[tuple[int, int]]
) -> None:
    held = united(known)
    include(held, fresh)
    assert held == united(known + fresh)


@given(pieces, st.integers(0, 320))
def test_a_clock_is_covered_where_a_range_holds_it(known: list[tuple[int, int]], clock: int) -> None:
    assert covers(united(known), clock) == any(start <= clock < end for start, end in known)


@given(pieces, st.integers(0, 300), st.integers(1, 40))
def test_what_is_left_is_what_no_range_covers(known: list[tuple[int, int]], start: int, length: int) -> None:
    held = united(known)
    left = without((start, start + length), held)
    clocks = {clock for low, high in left for clock in range(low, high)}
    assert clocks == {clock for clock in range(start, start + length) if not covers(held, clock)}
    assert left == united(left)
