"""How people and their grants are read and made."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backend.people.choices import PersonKind, Role, Scope
from backend.people.models import Person, RoleGrant
from tests.factories import make_person

pytestmark = pytest.mark.django_db


def test_a_guest_has_no_password_that_could_be_guessed() -> None:
    guest = Person.objects.create_guest("Ana", "it")
    assert guest.kind == PersonKind.GUEST
    assert not guest.has_usable_password()


def test_a_grant_holds_from_its_beginning_to_its_end() -> None:
    now = timezone.now()
    person = make_person()
    RoleGrant.objects.create(
        person=person,
        scope_kind=Scope.SITE,
        role=Role.ADMIN,
        since=now - timedelta(days=1),
        until=now + timedelta(days=1),
    )
    held = [RoleGrant.objects.active(at).exists() for at in (None, now - timedelta(days=2), now + timedelta(days=2))]
    assert held == [True, False, False]
