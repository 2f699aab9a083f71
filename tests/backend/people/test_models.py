"""People's rows: what a race or a slip could break is refused by the database."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backend.people.choices import PersonKind, Role, Scope
from backend.people.models import ApiToken, Consent, Person, RoleGrant
from tests.factories import make_guest, make_person

pytestmark = pytest.mark.django_db


def test_only_accounts_have_an_address() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(kind=PersonKind.GUEST, name="x", email="x@example.org")


def test_a_role_is_held_once_while_it_is_open() -> None:
    person = make_person()
    RoleGrant.objects.create(person=person, scope_kind=Scope.SITE, role=Role.ADMIN)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(person=person, scope_kind=Scope.SITE, role=Role.ADMIN)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(person=person, scope_kind=Scope.CITY, role=Role.ADMIN)


def test_a_purpose_is_agreed_to_once_at_a_time() -> None:
    person = make_person()
    Consent.objects.create(person=person, purpose="research", withdrawn_at=timezone.now())
    Consent.objects.create(person=person, purpose="research")
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(person=person, purpose="research")


def test_roles_are_read_once_for_each_object(count_queries: object) -> None:
    person = make_person()
    assert count_queries(lambda: [person.held_roles, person.held_roles]) == 1  # type: ignore[operator]


def test_a_session_ends_with_the_password_and_with_rights() -> None:
    person = make_person()
    seen = {person.get_session_auth_hash()}
    person.set_password("another")
    seen.add(person.get_session_auth_hash())
    person.session_epoch += 1
    seen.add(person.get_session_auth_hash())
    assert len(seen) == 3


def test_a_name_for_readers() -> None:
    person = make_person("Ana")
    assert (str(person), person.get_full_name(), person.shown_name) == ("Ana", "Ana", "Ana")
    person.left_at = timezone.now()
    assert person.shown_name == "Former participant"
    assert person.has_account
    assert not make_guest().has_account


def test_only_who_set_the_site_up_has_djangos_permissions() -> None:
    assert not make_person().has_perm("x")
    root = Person.objects.create_superuser("root@example.org", "x", name="Root")
    assert root.has_perm("x")
    assert root.has_module_perms("x")


def test_rows_can_be_told_apart_in_lists() -> None:
    person = make_person("Ana")
    rows = [
        RoleGrant(person=person, scope_kind=Scope.SITE, role=Role.ADMIN),
        Consent(person=person, purpose="news"),
        ApiToken(person=person, label="cron"),
        person.notifications.create(kind="x"),
    ]
    assert all(str(person.pk) in str(row) for row in rows)
