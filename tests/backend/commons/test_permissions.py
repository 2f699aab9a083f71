"""Who puts a place on the map and who keeps what it says."""

import pytest
from django.contrib.auth.models import AnonymousUser

from backend.commons.permissions import abilities, can_add_commons
from tests.backend.commons.factories import make_place
from tests.factories import (
    make_admin,
    make_city,
    make_facilitator,
    make_guest,
    make_officer,
    make_person,
    make_researcher,
)

pytestmark = pytest.mark.django_db

NOTHING = {"edit": False, "change_state": False}
ALL = {"edit": True, "change_state": True}


def test_accounts_tell_about_places_and_visitors_and_guests_do_not():
    city = make_city()
    assert can_add_commons(make_person(), city)
    for nobody in (None, AnonymousUser(), make_guest()):
        assert not can_add_commons(nobody, city)


def test_the_citys_people_keep_its_places():
    city = make_city()
    place = make_place(city)
    for make in (make_officer, make_facilitator, make_admin):
        assert abilities(make(city), place) == ALL
        assert abilities(make(make_city()), place) == NOTHING
    for nobody in (None, AnonymousUser(), make_guest(), make_person(), make_researcher(city)):
        assert abilities(nobody, place) == NOTHING


def test_whoever_told_about_a_place_changes_it_until_someone_cares_for_it():
    nadia = make_person()
    place = make_place(make_city(), by=nadia)
    assert abilities(nadia, place) == {"edit": True, "change_state": False}
    place.state = "pact_in_force"
    assert abilities(nadia, place) == NOTHING
