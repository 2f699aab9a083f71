"""What the numbers are: verdicts with their doubt, small counts hidden, figures counted from the tables."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from backend.impact.choices import Better, Verdict
from backend.impact.indicators import Point, Scope, by_month, counted, reading, readings, sessions, verdict
from tests.backend.activities.factories import make_pact
from tests.backend.impact.factories import make_indicator
from tests.factories import make_citizen, make_city, make_group, make_person

numbers = st.floats(-1e6, 1e6, allow_nan=False)
margins = st.floats(0, 1e6, allow_nan=False)


def at(value: float, margin: float = 0.0) -> Point:
    return Point(None, value, None, margin)


@given(numbers, numbers, margins, margins, st.sampled_from(Better.values))
def test_a_verdict_is_clear_only_where_the_margins_do_not_meet(before, now, doubt_before, doubt_now, better):
    said = verdict(better, at(before, doubt_before), at(now, doubt_now))
    apart = abs(now - before) > doubt_before + doubt_now
    assert (said != Verdict.UNCLEAR) == apart


@given(numbers, numbers)
def test_what_is_better_one_way_is_worse_the_other_way(before, now):
    swap = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER, Verdict.UNCLEAR: Verdict.UNCLEAR}
    assert verdict("lower", at(before), at(now)) == swap[verdict("higher", at(before), at(now))]


def test_without_a_baseline_a_number_is_new():
    assert verdict("higher", None, at(3)) == Verdict.NEW


@pytest.mark.django_db
class TestReadings:
    def test_shares_of_people_have_the_margin_of_their_number(self):
        city = make_city()
        indicator = make_indicator(city, unit="%", people=True, before=(38, 174), now=(44, 186))
        told = reading(indicator, indicator.measurements.all())
        assert told.latest.margin == pytest.approx(7.1, abs=0.05)
        assert told.verdict == Verdict.UNCLEAR

    def test_a_rise_beyond_the_margins_is_better(self):
        indicator = make_indicator(make_city(), unit="%", people=True, before=(17, 174), now=(58, 186))
        assert reading(indicator, indicator.measurements.all()).verdict == Verdict.BETTER

    def test_a_start_at_zero_of_nobody_is_no_baseline(self):
        indicator = make_indicator(make_city(), unit="h", before=(0, 0), now=(327, 41))
        told = reading(indicator, indicator.measurements.all())
        assert (told.baseline, told.verdict) == (None, Verdict.NEW)

    def test_a_share_of_fewer_than_five_people_is_not_told(self):
        indicator = make_indicator(make_city(), unit="%", people=True, before=(50, 40), now=(75, 4))
        assert reading(indicator, indicator.measurements.all()).latest is None

    def test_all_indicators_are_read_in_two_statements(self, max_queries):
        city = make_city()
        for key in ("a", "b", "c"):
            make_indicator(city, key=key, before=(1, 9), now=(2, 9))
        with max_queries(2):
            assert len(readings(Scope(city))) == 3


@pytest.mark.django_db
class TestCounted:
    def figures(self, scope):
        return {figure.key: figure for figure in counted(scope, sessions(scope))}

    def test_an_empty_city_counts_nothing_and_fails_nowhere(self):
        figures = self.figures(Scope(make_city()))
        assert {figure.value for figure in figures.values()} == {0}

    def test_a_person_counts_once_however_much_they_do(self):
        city = make_city()
        pact = make_pact(city, make_group(city))
        people = [make_citizen(city) for _ in range(5)]
        for person in people:
            for number in range(2):
                pact.thread.posts.create(city=city, kind="comment", by=person, text=str(number), language="en")
        assert self.figures(Scope(city))["people"].value == 5
        assert self.figures(Scope(city, pact))["people"].value == 5

    def test_fewer_than_five_people_are_hidden(self):
        city = make_city()
        pact = make_pact(city, make_group(city))
        pact.thread.posts.create(city=city, kind="comment", by=make_person(), text="Hello", language="en")
        figure = self.figures(Scope(city))["people"]
        assert figure.hidden
        assert figure.value is None

    def test_another_city_is_not_counted(self):
        city, other = make_city(), make_city()
        make_pact(other, make_group(other))
        assert self.figures(Scope(city))["pacts"].value == 0
        assert self.figures(Scope(other))["pacts"].value == 1

    def test_a_period_is_held_against_the_same_time_before(self):
        city = make_city()
        now = timezone.now()
        for days in (10, 40, 45):
            make_pact(city, make_group(city), signed_at=now - timedelta(days=days))
        figure = self.figures(Scope(city, since=now - timedelta(days=30)))["pacts"]
        assert (figure.value, figure.before) == (1, 2)

    def test_the_statements_do_not_grow_with_what_there_is(self, count_queries):
        city = make_city()
        empty = count_queries(lambda: self.figures(Scope(city)))
        for _ in range(3):
            make_pact(city, make_group(city))
        assert count_queries(lambda: self.figures(Scope(city))) == empty == 2

    def test_every_month_is_in_the_row_also_the_quiet_ones(self):
        scope = Scope(make_city())
        months = by_month(scope, sessions(scope))
        assert len(months) in {12, 13}
        assert {month.people for month in months} == {0}
