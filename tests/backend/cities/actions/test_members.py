"""Belonging to a city."""

import pytest
from django.core.exceptions import PermissionDenied

from backend.cities import actions
from backend.cities.choices import MemberKind
from backend.cities.models import Membership
from tests.backend.cities.traces import verbs
from tests.factories import make_city, make_guest, make_person

pytestmark = pytest.mark.django_db


def test_someone_joins_a_city_once_and_may_change_as_what():
    city, nadia = make_city(), make_person("Nadia")
    actions.join_city(by=nadia, city=city)
    actions.join_city(by=nadia, city=city)
    actions.join_city(by=nadia, city=city, kind=MemberKind.MAKER)
    assert Membership.objects.in_city(city).get().kind == MemberKind.MAKER
    assert verbs() == ["membership.join", "membership.join"]  # asked again for the same, nothing is written


def test_a_guest_belongs_to_no_city():
    with pytest.raises(PermissionDenied):
        actions.join_city(by=make_guest("Pippo"), city=make_city())


def test_leaving_a_city_leaves_a_line():
    city, nadia = make_city(), make_person()
    actions.join_city(by=nadia, city=city)
    actions.leave_city(by=nadia, city=city)
    actions.leave_city(by=nadia, city=city)
    assert not Membership.objects.in_city(city).exists()
    assert verbs() == ["membership.join", "membership.leave"]
