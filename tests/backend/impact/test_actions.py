"""Studies, instruments, indicators, measurements, observations and exports: who may, and what is refused."""

import math
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.impact import actions
from backend.impact.models import Indicator, Measurement, Observation
from tests.backend.impact.factories import make_indicator, make_observation, make_study
from tests.factories import make_citizen, make_city, make_guest, make_officer, make_person, make_researcher

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make_city()


def test_a_researcher_opens_a_study_and_the_journal_tells_it(city):
    study = make_study(city, title="Gardens, before and after", question="Is it better?")
    assert (study.slug, study.state) == ("gardens-before-and-after", "open")
    assert JournalEntry.objects.filter(verb="study.open", subject_id=str(study.pk)).count() == 1


def test_two_studies_of_one_title_get_addresses_of_their_own(city):
    assert make_study(city).slug != make_study(city).slug


@pytest.mark.parametrize("make", [make_citizen, make_officer])
def test_only_researchers_open_studies_and_measure(city, make):
    somebody = make(city)
    with pytest.raises(PermissionDenied):
        actions.open_study(by=somebody, city=city, title="Mine")
    with pytest.raises(PermissionDenied):
        actions.set_indicator(by=somebody, city=city, key="k", name="Mine")
    indicator = make_indicator(city)
    with pytest.raises(PermissionDenied):
        actions.measure(by=somebody, indicator=indicator, value=1, day=date(2026, 1, 1))


def test_a_researcher_of_another_city_may_not_touch_this_one(city):
    stranger = make_researcher(make_city())
    study = make_study(city)
    for call in (
        lambda: actions.close(by=stranger, study=study),
        lambda: actions.tell_finding(by=stranger, study=study, finding="Yes."),
        lambda: actions.add_instrument(by=stranger, study=study, key="survey", items=[{"key": "a"}]),
        lambda: actions.start_export(by=stranger, study=study),
    ):
        with pytest.raises(PermissionDenied):
            call()


def test_a_study_closes_once_and_takes_no_more_questions(city):
    researcher = make_researcher(city)
    study = make_study(city, by=researcher)
    actions.close(by=researcher, study=study, reason="The pact has ended.")
    with pytest.raises(Conflict):
        actions.close(by=researcher, study=study)
    with pytest.raises(ValidationError):
        actions.add_instrument(by=researcher, study=study, key="survey", items=[{"key": "a"}])


def test_the_same_instrument_again_is_its_next_version(city):
    researcher = make_researcher(city)
    study = make_study(city, by=researcher)
    first = actions.add_instrument(by=researcher, study=study, key="survey", items=[{"key": "a"}])
    second = actions.add_instrument(by=researcher, study=study, key="survey", items=[{"key": "a"}, {"key": "b"}])
    assert (first.version, second.version) == (1, 2)
    with pytest.raises(ValidationError):
        actions.add_instrument(by=researcher, study=study, key="survey", items=[])


def test_an_indicator_said_again_is_said_better_not_twice(city):
    researcher = make_researcher(city)
    make_indicator(city, by=researcher, name="Sat here")
    make_indicator(city, by=researcher, name="Sat here last week")
    assert Indicator.objects.in_city(city).get().name == "Sat here last week"


@pytest.mark.parametrize(("field", "given"), [("better", "sideways"), ("key", "Not a key"), ("name", "  ")])
def test_an_indicator_that_says_nothing_clear_is_refused_at_its_field(city, field, given):
    with pytest.raises(ValidationError) as refused:
        make_indicator(city, **{field: given})
    assert field in refused.value.error_dict


def test_measured_again_on_the_same_day_the_newer_value_stands(city):
    researcher = make_researcher(city)
    indicator = make_indicator(city, by=researcher, now=(40, 100))
    actions.measure(by=researcher, indicator=indicator, value=58, day=date(2026, 7, 1))
    assert Measurement.objects.in_city(city).get().value == 58


@pytest.mark.parametrize(
    ("field", "given"),
    [("value", math.nan), ("value", math.inf), ("margin", -1.0), ("day", date(2100, 1, 1))],
)
def test_a_measurement_that_can_not_be_is_refused_at_its_field(city, field, given):
    researcher = make_researcher(city)
    indicator = make_indicator(city, by=researcher)
    facts = {"value": 1.0, "day": date(2026, 1, 1), field: given}
    with pytest.raises(ValidationError) as refused:
        actions.measure(by=researcher, indicator=indicator, **facts)
    assert field in refused.value.error_dict


def test_anyone_with_an_account_tells_what_they_saw(city):
    seen = make_observation(city, "  Two women move the bench.  ", tags=["shade", "", "shade", " older  people "])
    assert (seen.text, seen.tags) == ("Two women move the bench.", ["shade", "older people"])


def test_a_guest_without_a_room_here_may_not_observe(city):
    with pytest.raises(PermissionDenied):
        make_observation(city, by=make_guest())


@pytest.mark.parametrize(
    ("field", "given"), [("text", " "), ("text", "x" * 4001), ("consent", "all"), ("kind", "rumour")]
)
def test_an_observation_that_can_not_be_kept_is_refused_at_its_field(city, field, given):
    with pytest.raises(ValidationError) as refused:
        make_observation(city, **{field: given})
    assert field in refused.value.error_dict
    assert not Observation.objects.in_city(city).exists()


def test_what_is_of_another_city_can_not_be_named(city):
    elsewhere = make_study(make_city())
    with pytest.raises(ValidationError) as refused:
        make_observation(city, study=elsewhere)
    assert "study" in refused.value.error_dict


def test_only_the_author_says_anew_how_far_words_may_go(city):
    author = make_person()
    seen = make_observation(city, by=author)
    with pytest.raises(PermissionDenied):
        actions.change_consent(by=make_researcher(city), observation=seen, consent="public")
    actions.change_consent(by=author, observation=seen, consent="private")
    seen.refresh_from_db()
    assert seen.consent == "private"
    assert JournalEntry.objects.get(verb="observation.consent").after == "private"


def test_an_observation_may_be_of_an_earlier_day(city):
    then = timezone.now() - timedelta(days=30)
    assert make_observation(city, at=then).seen_at == then
