"""The factories make rows that hold together."""

import pytest

from backend.people.choices import Role
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_city_has_an_office_and_a_group_has_its_steward():
    city = factories.make_city()
    steward = factories.make_citizen(city)
    group = factories.make_group(city, steward=steward)
    office = factories.make_office(city)
    assert ("group", str(group.pk), Role.STEWARD) in steward.held_roles
    assert office.city == city


def test_a_grant_is_seen_by_a_person_who_was_asked_before():
    city = factories.make_city()
    person = factories.make_person()
    assert not person.held_roles
    factories.grant(person, Role.OFFICER, city)
    assert person.held_roles == {("city", str(city.pk), "officer")}


def test_a_guest_can_not_sign_in():
    assert not factories.make_guest().has_usable_password()
