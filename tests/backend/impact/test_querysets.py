"""Reads of impact: scope, consent, pact."""

import pytest

from backend.cities.querysets import Unscoped
from backend.impact.models import Indicator, Observation, Study
from tests.backend.activities.factories import make_commons, make_pact
from tests.backend.impact.factories import make_indicator, make_observation, make_study
from tests.factories import make_city, make_group, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Study, Indicator, Observation])
def test_a_query_that_names_no_city_is_refused(model):
    with pytest.raises(Unscoped):
        list(model.objects.all())


def test_words_go_to_whom_their_author_said():
    city, author = make_city(), make_person()
    made = {consent: make_observation(city, consent, by=author, consent=consent) for consent in (
        "private", "research", "public", "research_and_public",
    )}  # fmt: skip
    rows = Observation.objects.in_city(city)
    open_to_all = {made["public"], made["research_and_public"]}
    assert set(rows.visible_to(None)) == open_to_all
    assert set(rows.visible_to(make_person())) == open_to_all
    assert set(rows.visible_to(author)) == set(made.values())
    assert set(rows.visible_to(make_person(), researcher=True)) == set(made.values())


def test_what_was_seen_at_a_place_belongs_to_its_pact():
    city = make_city()
    place = make_commons(city)
    pact = make_pact(city, make_group(city), commons=place)
    here, there = make_observation(city, "Here.", commons=place), make_observation(city, "There.")
    assert set(Observation.objects.in_city(city).about(pact)) == {here}
    assert set(Observation.objects.in_city(city).about(None)) == {here, there}


def test_indicators_come_in_the_order_that_researchers_gave_them():
    city = make_city()
    for order, key in ((2, "last"), (0, "first"), (1, "middle")):
        make_indicator(city, key=key, order=order)
    assert [each.key for each in Indicator.objects.in_city(city).about(None)] == ["first", "middle", "last"]


def test_a_study_knows_its_last_export():
    study = make_study(make_city())
    study.exports.create(city=study.city, by=study.by, state="ready")
    newest = study.exports.create(city=study.city, by=study.by)
    row = Study.objects.in_city(study.city).with_last_export().get()
    assert (row.export_key, row.export_state) == (newest.pk, "waiting")
