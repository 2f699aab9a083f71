"""Roles are given and taken back by a city's administrator."""

import pytest
from django.core.exceptions import PermissionDenied

from backend.cities import actions
from backend.cities.permissions import has_city_role
from backend.people.choices import Role
from tests.factories import make_admin, make_city, make_officer, make_person

pytestmark = pytest.mark.django_db


def test_an_administrator_gives_and_takes_roles_of_their_own_city_only():
    city, elsewhere, nadia = make_city(), make_city(), make_person()
    boss = make_admin(city)
    grant = actions.grant_role(by=boss, city=city, person=nadia, role=Role.FACILITATOR)
    assert has_city_role(nadia, city, Role.FACILITATOR)
    with pytest.raises(PermissionDenied):
        actions.grant_role(by=boss, city=elsewhere, person=nadia, role=Role.FACILITATOR)
    with pytest.raises(PermissionDenied):
        actions.grant_role(by=boss, city=city, person=nadia, role=Role.ADMIN)
    with pytest.raises(PermissionDenied):
        actions.revoke_role(by=make_admin(elsewhere), city=elsewhere, grant=grant, reason="mine")
    actions.revoke_role(by=boss, city=city, grant=grant, reason="Ended")
    assert not has_city_role(nadia, city, Role.FACILITATOR)


def test_an_officer_gives_no_roles():
    city = make_city()
    with pytest.raises(PermissionDenied):
        actions.grant_role(by=make_officer(city), city=city, person=make_person(), role=Role.OFFICER)
