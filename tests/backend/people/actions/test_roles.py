"""Roles are given by who may, for their kind of place, and end."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from backend.people import actions
from backend.people.choices import Role, Scope
from backend.people.models import ApiToken, Person, RoleGrant
from backend.people.permissions import has_role
from tests.backend.people.factories import make_account
from tests.backend.people.traces import verbs
from tests.factories import grant, make_admin, make_city, make_group, make_guest, make_person

pytestmark = pytest.mark.django_db


class TestRoles:
    def test_the_administrator_of_a_city_gives_its_roles_with_a_journal_line(self) -> None:
        city = make_city()
        admin, person = make_admin(city), make_person()
        where: dict[str, Any] = {"scope_kind": Scope.CITY, "scope_id": city.pk}
        given = actions.grant_role(person=person, role=Role.OFFICER, by=admin, scope=city.slug, **where)
        assert has_role(person, Role.OFFICER, **where)
        assert actions.grant_role(person=person, role=Role.OFFICER, by=admin, scope=city.slug, **where) == given
        actions.revoke_role(grant=given, by=admin, reason="moved", scope=city.slug)
        actions.revoke_role(grant=given, by=admin, reason="moved", scope=city.slug)
        assert not has_role(person, Role.OFFICER, **where)
        assert verbs(person) == ["role.grant", "role.revoke"]

    def test_nobody_else_does(self) -> None:
        city, other = make_city(), make_city()
        person = make_person()
        for by in (person, make_admin(other), make_guest()):
            with pytest.raises(PermissionDenied):
                actions.grant_role(person=person, role=Role.OFFICER, scope_kind=Scope.CITY, scope_id=city.pk, by=by)
        held = grant(person, Role.OFFICER, city)
        with pytest.raises(PermissionDenied):
            actions.revoke_role(grant=held, by=make_admin(other))

    def test_a_citys_administrator_makes_no_other_administrator(self) -> None:
        city = make_city()
        with pytest.raises(PermissionDenied):
            actions.grant_role(
                person=make_person(), role=Role.ADMIN, scope_kind=Scope.CITY, scope_id=city.pk, by=make_admin(city)
            )

    def test_a_role_belongs_to_its_kind_of_place(self) -> None:
        with pytest.raises(ValidationError) as refused:
            actions.grant_role(
                person=make_person(), role=Role.STEWARD, scope_kind=Scope.CITY, scope_id=make_city().pk, by=None
            )
        assert list(refused.value.message_dict) == ["role"]

    def test_changed_rights_in_a_city_end_sessions_and_keys(self, client: Client) -> None:
        city = make_city()
        person = make_account()
        client.force_login(person)
        actions.make_token(by=person)
        assert client.get("/api/v1/me/").status_code == 200
        actions.grant_role(person=person, role=Role.OFFICER, scope_kind=Scope.CITY, scope_id=city.pk, by=None)
        assert client.get("/api/v1/me/").status_code == 401
        assert not ApiToken.objects.exists()

    def test_a_role_in_a_group_ends_no_session(self, client: Client) -> None:
        person = make_account()
        client.force_login(person)
        group = make_group(make_city())
        actions.grant_role(person=person, role=Role.MEMBER, scope_kind=Scope.GROUP, scope_id=group.pk, by=None)
        assert client.get("/api/v1/me/").status_code == 200

    def test_a_role_for_a_time_ends_by_itself(self) -> None:
        city, person = make_city(), make_person()
        where: dict[str, Any] = {"scope_kind": Scope.CITY, "scope_id": city.pk}
        until = timezone.now() + timedelta(days=1)
        actions.grant_role(person=person, role=Role.OFFICER, by=None, until=until, **where)
        assert has_role(person, Role.OFFICER, **where)
        RoleGrant.objects.update(until=timezone.now())
        assert not has_role(Person.objects.get(pk=person.pk), Role.OFFICER, **where)
