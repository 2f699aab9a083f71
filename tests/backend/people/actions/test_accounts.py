"""Accounts, and what their people say about themselves."""

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from backend.people import actions
from tests.backend.people.traces import verbs
from tests.factories import PASSWORD, make_guest, make_person

pytestmark = pytest.mark.django_db


class TestAccounts:
    def test_an_account_made_for_somebody_can_sign_in(self, client: Client) -> None:
        person = actions.make_account(name="Ana", email=" Ana@Example.org", language="it", password=PASSWORD, by=None)
        assert person.email == "ana@example.org"
        assert EmailAddress.objects.get().verified
        assert client.login(email="ana@example.org", password=PASSWORD)
        assert verbs(person) == ["person.account"]

    def test_an_address_that_is_none_is_refused_at_its_field(self) -> None:
        with pytest.raises(ValidationError) as refused:
            actions.make_account(name="Ana", email="ana", language="it", by=None)
        assert list(refused.value.message_dict) == ["email"]

    def test_people_change_what_stands_about_themselves_only(self) -> None:
        person, other = make_person(), make_person()
        actions.edit_person(person=person, name="Bea", language="ro", by=person)
        actions.edit_display(person=person, theme="dark", text_size="large", by=person)
        person.refresh_from_db()
        assert (person.name, person.language, person.theme, person.text_size) == ("Bea", "ro", "dark", "large")
        with pytest.raises(PermissionDenied):
            actions.edit_person(person=person, name="X", language="ro", by=other)
        with pytest.raises(PermissionDenied):
            actions.edit_display(person=person, theme="dark", text_size="large", by=other)
        with pytest.raises(ValidationError):
            actions.edit_display(person=person, theme="pink", text_size="large", by=person)

    def test_guests_are_told_nothing_since_they_would_never_see_it(self) -> None:
        person = make_person()
        for each in (person, make_guest()):
            actions.notify(person=each, kind="pact_active", reference={"title": "x"})
        assert person.notifications.count() == 1
        assert actions.read_notifications(by=person) == 1
        assert actions.read_notifications(by=person) == 0
