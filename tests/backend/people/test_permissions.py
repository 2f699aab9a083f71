"""Who holds which role, and who may do what about people."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from backend.people.choices import PersonKind, Role, Scope
from backend.people.permissions import can_consent, can_edit, can_grant, can_merge, has_role, is_present, is_site_admin
from tests.factories import grant, make_admin, make_city, make_group, make_guest, make_person

pytestmark = pytest.mark.django_db


def test_a_visitor_and_someone_who_left_hold_nothing() -> None:
    city = make_city()
    person = make_admin(city)
    where: dict[str, Any] = {"scope_kind": Scope.CITY, "scope_id": city.pk}
    assert has_role(person, Role.OFFICER, Role.ADMIN, **where)
    person.is_active = False
    for nobody in (None, AnonymousUser(), person):
        assert not is_present(nobody)
        assert not has_role(nobody, Role.ADMIN, **where)
        assert not is_site_admin(nobody)
        assert not can_grant(nobody, Role.OFFICER, Scope.CITY, city.pk)


def test_a_role_counts_in_its_own_place_only() -> None:
    city, other = make_city(), make_city()
    person = make_admin(city)
    assert not has_role(person, Role.ADMIN, scope_kind=Scope.CITY, scope_id=other.pk)
    assert not has_role(person, Role.ADMIN, scope_kind=Scope.GROUP, scope_id=city.pk)
    assert not is_site_admin(person)


def test_who_set_the_site_up_and_its_administrators_run_it() -> None:
    admin = make_person()
    admin.grants.create(scope_kind=Scope.SITE, role=Role.ADMIN)
    assert is_site_admin(admin)
    assert is_site_admin(make_person(is_superuser=True))
    assert can_grant(admin, Role.ADMIN, Scope.CITY, make_city().pk)


def test_a_steward_gives_the_roles_of_the_group() -> None:
    group = make_group(make_city())
    steward, member = make_person(), make_person()
    grant(steward, Role.STEWARD, group), grant(member, Role.MEMBER, group)
    assert can_grant(steward, Role.CONTACT, Scope.GROUP, group.pk)
    assert not can_grant(steward, Role.OFFICER, Scope.GROUP, group.pk)
    assert not can_grant(member, Role.CONTACT, Scope.GROUP, group.pk)
    assert not can_grant(steward, Role.FACILITATOR, Scope.ROOM, group.pk)


def test_a_guardian_answers_for_the_child() -> None:
    guardian, other = make_person(), make_person()
    child = make_guest(kind=PersonKind.ASSISTED, guardian=guardian)
    assert can_edit(guardian, child)
    assert can_consent(guardian, child)
    assert not can_consent(child, child)
    assert not can_edit(other, child)
    assert can_consent(other, other)


def test_only_an_account_takes_a_guest_in_and_only_into_itself() -> None:
    account, guest = make_person(), make_guest()
    assert can_merge(account, guest, account)
    assert not can_merge(guest, guest, guest)
    assert not can_merge(account, guest, make_person())
    assert not can_merge(None, guest, account)
