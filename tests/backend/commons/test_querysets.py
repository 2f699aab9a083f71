"""How places are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.base.geo import Box
from backend.cities.querysets import Unscoped
from backend.commons.models import Commons
from tests.backend.commons.factories import make_place
from tests.factories import make_city

pytestmark = pytest.mark.django_db


def names(rows) -> list[str]:
    return [row.slug for row in rows]


def test_a_query_says_which_city():
    with pytest.raises(Unscoped):
        list(Commons.objects.all())


def test_a_search_cares_for_no_accents_and_takes_all_words():
    city = make_city()
    make_place(city, "Skwer przy ulicy Łąkowej", text={"it": "trzy lipy"})
    make_place(city, "Park Oruński")
    rows = Commons.objects.in_city(city)
    assert names(rows.search("lakowej")) == ["skwer-przy-ulicy-lakowej"]
    assert names(rows.search("SKWER Lipy")) == ["skwer-przy-ulicy-lakowej"]
    assert names(rows.search("skwer orunski")) == []
    assert len(rows.search("  ")) == 2


def test_filters_by_kind_state_quarter_access_and_box():
    city = make_city(
        map={"centre": [45.07, 7.69], "quarters": [{"key": "aurora", "name": "Aurora", "centre": [45, 7]}]}
    )
    make_place(city, "Orto", state="looking", quarter="aurora", access={"step_free": True})
    make_place(city, "Casa", kind="building", lat=45.2)
    rows = Commons.objects.in_city(city)
    assert names(rows.of_kind("building")) == ["casa"]
    assert names(rows.in_state("looking")) == ["orto"]
    assert names(rows.in_quarter("aurora")) == ["orto"]
    assert names(rows.offering("step_free")) == ["orto"]
    assert names(rows.search("aurora")) == ["orto"]
    assert names(rows.in_box(Box(45.0, 7.6, 45.1, 7.7))) == ["orto"]
    assert len(rows.of_kind("nonsense").in_state("x").in_quarter("").offering("nonsense")) == 2


def test_what_is_alive_comes_first():
    city = make_city()
    for name, state in [("A", "resting"), ("B", ""), ("C", "looking"), ("D", "pact_in_force"), ("E", "proposal_open")]:
        make_place(city, name, state=state)
    assert names(Commons.objects.in_city(city).for_list()) == ["d", "e", "c", "b", "a"]


def test_states_are_counted_in_one_query(max_queries):
    city = make_city()
    make_place(city, "A", state="looking")
    make_place(city, "B", state="looking")
    make_place(city, "C")
    with max_queries(1):
        assert Commons.objects.in_city(city).state_counts() == {"looking": 2, "mapped": 1}


@given(st.text(max_size=40))
def test_no_word_of_a_search_breaks_it(words):
    list(Commons.objects.across_cities().search(words))
