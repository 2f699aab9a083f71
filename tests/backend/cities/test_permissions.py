"""Who may do what in a city and its groups."""

import pytest
from django.contrib.auth.models import AnonymousUser

from backend.cities.permissions import (
    abilities,
    can_act_for,
    can_found_group,
    can_grant_role,
    can_join_city,
    city_roles,
)
from backend.people.choices import Role
from tests.factories import (
    grant,
    make_admin,
    make_city,
    make_facilitator,
    make_group,
    make_guest,
    make_office,
    make_officer,
    make_person,
)

pytestmark = pytest.mark.django_db


def test_a_visitor_may_nothing():
    city = make_city()
    group = make_group(city)
    for nobody in (None, AnonymousUser()):
        assert not can_join_city(nobody, city)
        assert not can_found_group(nobody, city)
        assert not can_grant_role(nobody, city, Role.OFFICER)
        assert not any(abilities(nobody, group).values())


def test_a_guest_founds_no_group():
    assert not can_found_group(make_guest(), make_city())


def test_a_closed_city_takes_nobody_in():
    assert not can_join_city(make_person(), make_city(is_open=False))


def test_roles_hold_in_their_own_city():
    here, there = make_city(), make_city()
    officer = make_officer(here)
    assert city_roles(officer, here) == {Role.OFFICER}
    assert city_roles(officer, there) == frozenset()


def test_who_set_the_site_up_is_administrator_of_each_city():
    root = make_person(is_superuser=True)
    assert city_roles(root, make_city()) == {Role.ADMIN}
    assert can_grant_role(root, make_city(), Role.ADMIN)


def test_someone_who_left_holds_nothing():
    city = make_city()
    boss = make_admin(city)
    boss.is_active = False
    assert not can_grant_role(boss, city, Role.OFFICER)


def test_keepers_and_contacts_speak_for_a_group_and_members_do_not():
    group = make_group(make_city())
    answers = {}
    for role in (Role.STEWARD, Role.CONTACT, Role.MEMBER):
        person = make_person()
        grant(person, role, group)
        answers[role] = can_act_for(person, group)
    assert answers == {Role.STEWARD: True, Role.CONTACT: True, Role.MEMBER: False}


def test_officers_speak_for_the_city_and_facilitators_do_not():
    city = make_city()
    office = make_office(city)
    assert can_act_for(make_officer(city), office)
    assert not can_act_for(make_facilitator(city), office)
    assert not can_act_for(make_officer(make_city()), office)


def test_only_a_keeper_removes():
    group = make_group(make_city(), steward=(keeper := make_person()))
    contact = make_person()
    grant(contact, Role.CONTACT, group)
    assert abilities(keeper, group) == {"edit": True, "invite": True, "leave": True, "remove": True}
    assert abilities(contact, group) == {"edit": True, "invite": True, "leave": True, "remove": False}
