"""Who may look into a city, measure it and tell what they saw."""

import pytest

from backend.impact import permissions
from tests.backend.impact.factories import make_observation, make_study
from tests.factories import make_citizen, make_city, make_guest, make_officer, make_person, make_researcher

pytestmark = pytest.mark.django_db


def test_a_visitor_may_nothing():
    city = make_city()
    assert permissions.abilities(None, city) == dict.fromkeys(("open_study", "measure", "read_all", "observe"), False)


@pytest.mark.parametrize(
    ("make", "researches"), [(make_citizen, False), (make_officer, False), (make_researcher, True)]
)
def test_only_researchers_research_and_everyone_with_an_account_observes(make, researches):
    city = make_city()
    may = permissions.abilities(make(city), city)
    assert may == {"open_study": researches, "measure": researches, "read_all": researches, "observe": True}


def test_the_role_ends_at_the_border_of_the_city():
    study = make_study(make_city())
    stranger = make_researcher(make_city())
    assert not permissions.can_keep_study(stranger, study)
    assert not permissions.can_export(stranger, study)


def test_who_left_may_not_observe_and_a_guest_only_where_they_were_let_in():
    city = make_city()
    assert not permissions.can_observe(make_person(is_active=False), city)
    assert not permissions.can_observe(make_guest(), city)


def test_consent_is_the_authors_alone():
    city = make_city()
    seen = make_observation(city)
    assert permissions.can_change_consent(seen.by, seen)
    assert not permissions.can_change_consent(make_researcher(city), seen)
