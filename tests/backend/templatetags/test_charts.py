"""Charts: scales that hold every value in round steps, labels that do not cover each other, numbers as people write them."""

import datetime as dt
import itertools
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from backend.templatetags.charts import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    _spread,
    amount,
    axis,
    figure,
    line_chart,
    month_chart,
    pair_chart,
)

VALUES = st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 2)), min_size=1, max_size=8)


@given(VALUES, st.booleans())
def test_a_scale_holds_every_value_and_few_even_steps(values: list[float], zero: bool) -> None:
    scale = axis(values, zero=zero)
    ticks = scale.ticks()
    slack = 1e-6 * max(1, *map(abs, values))
    assert scale.low - slack <= min(values)
    assert max(values) <= scale.high + slack
    assert 2 <= len(ticks) <= 8
    assert not zero or scale.low <= 0


def test_nothing_and_all_the_same_still_have_a_scale() -> None:
    assert axis([]).high > axis([]).low
    assert axis([5, 5]).high > axis([5, 5]).low


@pytest.mark.parametrize(
    ("language", "value", "unit", "sign", "said"),
    [
        ("en", 58, "%", "", "58%"),
        ("it", 58, "%", "", "58\xa0%"),
        ("it", 1234.56, "h", "", "1.234,6\xa0h"),
        ("en", -7.4, "°C", "", "−7.4°"),
        ("en", 3, "", "any", "+3"),
        ("en", 0, "", "any", "0"),
        ("en", None, "%", "", ""),
    ],
)
def test_a_value_is_written_as_the_reader_writes_it(language: str, value: Any, unit: str, sign: str, said: str) -> None:
    with translation.override(language):
        assert amount(value, unit, sign) == said


def test_no_value_is_no_figure() -> None:
    assert figure(None) == ""


@given(st.lists(st.integers(0, 360), max_size=20).map(sorted), st.integers(1, 100))
def test_labels_leave_room_for_each_other_and_the_last_one_stands(places: list[int], least: int) -> None:
    labels = [{"x": x} for x in places]
    kept = _spread(labels, least)
    assert not labels or kept[-1] is labels[-1]
    gaps = [after["x"] - before["x"] for before, after in itertools.pairwise(kept)]
    assert all(gap >= least for gap in gaps[:-1])


def point(day: int, value: float, margin: float = 0.0) -> SimpleNamespace:
    return SimpleNamespace(day=dt.date(2026, 3, day), value=value, margin=margin)


def reading(before: list[Any], since: list[Any], unit: str = "%") -> SimpleNamespace:
    ends = {"baseline": before[-1] if before else None, "latest": since[-1] if since else None}
    return SimpleNamespace(before=before, since=since, indicator=SimpleNamespace(unit=unit), **ends)


def test_a_single_value_is_a_dot_within_the_frame() -> None:
    drawn = line_chart(reading([], [point(1, 58)]), "Now", "Before")
    [(x, y)] = drawn["dots"]
    assert (x, drawn["then"], drawn["band"], drawn["then_end"]) == (LEFT, "", "", None)
    assert TOP <= y <= BOTTOM


def test_one_baseline_is_a_line_from_side_to_side_with_its_band() -> None:
    drawn = line_chart(reading([point(1, 40, 5)], [point(2, 50), point(9, 60)]), "Now", "Before")
    assert drawn["then"].startswith(f"M{float(LEFT)} ")
    assert f"L{float(RIGHT)} " in drawn["then"]
    assert drawn["band"].endswith("z")


def test_names_of_two_lines_that_end_at_one_place_stand_apart() -> None:
    drawn = line_chart(reading([point(1, 50)], [point(2, 40), point(9, 50)]), "Now", "Before")
    assert abs(drawn["then_end"][1] - drawn["now_end"][1]) >= 14


def test_pairs_are_rows_below_each_other_with_their_words_on_the_outer_sides() -> None:
    drawn = pair_chart([reading([point(1, 20)], [point(2, 60)]), reading([point(1, 60)], [point(2, 20)])], "Answers")
    up, down = drawn["rows"]
    assert up["y"] < down["y"] < drawn["bottom"]
    assert (up["now_anchor"], down["now_anchor"]) == ("start", "end")
    assert up["before"] < up["now"]
    assert down["now"] < down["before"]


def test_no_pairs_are_an_empty_drawing() -> None:
    assert pair_chart([], "Answers")["rows"] == []


def test_bars_stand_on_one_line_and_no_one_has_none() -> None:
    months = [
        SimpleNamespace(first=dt.date(2026, month, 1), people=people) for month, people in ((1, 0), (2, 30), (3, 60))
    ]
    bars = month_chart(months, "People", "Month")["bars"]
    assert {round(bar["y"] + bar["height"], 1) for bar in bars} == {BOTTOM + 4}
    assert [bar["height"] for bar in bars] == sorted(bar["height"] for bar in bars)
    assert bars[0]["height"] == 0
