"""Who leaves takes along what is personal."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied

from backend.people import actions
from backend.people.choices import Purpose, Role
from backend.people.models import ApiToken, Person
from tests.backend.people.factories import add_totp, make_account
from tests.backend.people.traces import verbs
from tests.factories import grant, make_city, make_person

pytestmark = pytest.mark.django_db


class TestLeaving:
    def test_the_row_stays_and_tells_nothing(self) -> None:
        person = make_account("Ana Rossi", language="it")
        grant(person, Role.OFFICER, make_city())
        add_totp(person)
        actions.give_consent(person=person, purpose=Purpose.NEWS, by=person)
        actions.make_token(by=person)
        actions.leave(person=person, by=person)
        row = Person.objects.get(pk=person.pk)
        assert "Ana" not in row.name
        assert row.shown_name == "Former participant"
        assert (row.email, row.is_active, row.has_usable_password()) == (None, False, False)
        assert not (EmailAddress.objects.exists())
        assert not (Authenticator.objects.exists())
        assert not (ApiToken.objects.exists())
        assert not (row.consents.exists())
        assert not (row.held_roles)
        assert verbs(person)[-1] == "person.leave"
        with pytest.raises(PermissionDenied):
            actions.leave(person=person, by=person)

    def test_nobody_sends_another_away(self) -> None:
        with pytest.raises(PermissionDenied):
            actions.leave(person=make_person(), by=make_person())

    def test_children_go_with_the_one_who_answers_for_them(self) -> None:
        person = make_person()
        child = actions.add_ward(name="Leo", language="it", by=person)
        actions.leave(person=person, by=person)
        assert Person.objects.get(pk=child.pk).left_at is not None
