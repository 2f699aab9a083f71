"""What can be done to people."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from backend.base.journal import JournalEntry
from backend.people import actions
from backend.people.choices import PersonKind, Purpose, Role, Scope
from backend.people.models import ApiToken, Consent, Person, RoleGrant
from backend.people.permissions import has_role
from tests.backend.people.factories import add_passkey, add_recovery_codes, add_totp, make_account
from tests.factories import PASSWORD, grant, make_admin, make_city, make_group, make_guest, make_person

pytestmark = pytest.mark.django_db


def verbs(person: Person) -> list[str]:
    return list(JournalEntry.objects.filter(subject_id=str(person.pk)).order_by("id").values_list("verb", flat=True))


class TestGuests:
    def test_a_guest_has_a_name_and_no_way_to_sign_in(self) -> None:
        guest = actions.make_guest(name="  Ana ", language="hu-HU")
        assert (guest.kind, guest.name, guest.language, guest.email) == (PersonKind.GUEST, "Ana", "hu", None)
        assert not guest.has_usable_password()

    def test_a_language_that_the_site_does_not_speak_becomes_its_first(self) -> None:
        assert actions.make_guest(name="Ana", language="xx").language == "en"

    @pytest.mark.parametrize("name", ["", "a\x07", "\u202eana", "x" * 200])
    def test_a_name_that_cannot_stand_is_refused_at_its_field(self, name: str) -> None:
        with pytest.raises(ValidationError) as refused:
            actions.make_guest(name=name, language="en")
        assert list(refused.value.message_dict) == ["name"]
        assert not Person.objects.exists()

    def test_an_assisted_person_is_entered_by_somebody(self) -> None:
        assert actions.make_assisted(name="Józef", language="pl", by=make_person()).kind == PersonKind.ASSISTED


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


class TestConsents:
    def test_each_yes_and_each_no_leaves_a_trace(self) -> None:
        person = make_person()
        for _ in range(2):
            actions.give_consent(person=person, purpose=Purpose.RESEARCH, by=person)
        actions.withdraw_consent(person=person, purpose=Purpose.RESEARCH, by=person)
        actions.withdraw_consent(person=person, purpose=Purpose.RESEARCH, by=person)
        actions.give_consent(person=person, purpose=Purpose.RESEARCH, by=person)
        assert Consent.objects.count() == 2
        assert verbs(person) == ["consent.give", "consent.withdraw", "consent.give"]

    def test_for_a_child_the_guardian_alone_says_yes(self) -> None:
        guardian, other = make_person(), make_person()
        child = actions.add_ward(name="Leo", language="it", by=guardian)
        actions.give_consent(person=child, purpose=Purpose.PICTURES, by=guardian)
        for by in (child, other):
            with pytest.raises(PermissionDenied):
                actions.give_consent(person=child, purpose=Purpose.RESEARCH, by=by)
        with pytest.raises(PermissionDenied):
            actions.withdraw_consent(person=child, purpose=Purpose.PICTURES, by=other)
        actions.withdraw_consent(person=child, purpose=Purpose.PICTURES, by=child)

    def test_a_guest_or_a_child_answers_for_nobody(self) -> None:
        guardian = make_person()
        for by in (make_guest(), actions.add_ward(name="Leo", language="it", by=guardian)):
            with pytest.raises(PermissionDenied):
                actions.add_ward(name="Mia", language="it", by=by)

    def test_there_is_no_other_purpose(self) -> None:
        person = make_person()
        with pytest.raises(ValidationError):
            actions.give_consent(person=person, purpose="everything", by=person)


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


class TestMerging:
    def test_a_guest_is_closed_and_points_at_the_account(self) -> None:
        guest, account = make_guest("Ana"), make_person("Ana Rossi")
        actions.merge_guest(guest=guest, into=account, by=account)
        assert (guest.merged_into, guest.is_active, guest.name) == (account, False, "Ana Rossi")
        assert verbs(guest) == ["person.merge"]
        with pytest.raises(PermissionDenied):
            actions.merge_guest(guest=guest, into=account, by=account)

    def test_neither_accounts_nor_assisted_persons_nor_into_another(self) -> None:
        account, other = make_person(), make_person()
        for guest in (other, make_guest(kind=PersonKind.ASSISTED)):
            with pytest.raises(PermissionDenied):
                actions.merge_guest(guest=guest, into=account, by=account)
        with pytest.raises(PermissionDenied):
            actions.merge_guest(guest=make_guest(), into=other, by=account)


class TestTokens:
    def ask(self, email: str, password: str = PASSWORD, code: str = "") -> actions.NewToken:
        return actions.sign_in_for_token(email=email, password=password, code=code, address="192.0.2.1")

    def refused(self, *args: str) -> str:
        with pytest.raises(ValidationError) as refused:
            self.ask(*args)
        error = refused.value
        return str(error.error_dict["code"][0].code if hasattr(error, "error_dict") else error.code)

    def test_a_key_is_held_as_its_hash_only(self) -> None:
        person = make_account()
        given = self.ask(str(person.email).upper())
        assert given.row.digest == ApiToken.digest_of(given.secret)
        assert given.secret not in str(ApiToken.objects.values())

    def test_unknown_and_wrong_get_one_answer(self) -> None:
        person = make_account()
        assert self.refused("nobody@example.org") == self.refused(str(person.email), "wrong") == "wrong_credentials"
        actions.leave(person=person, by=person)
        assert self.refused(str(person.email)) == "wrong_credentials"

    def test_a_second_factor_is_asked_for(self) -> None:
        person = make_account()
        secret = add_totp(person)
        code = add_recovery_codes(person)[0]
        email = str(person.email)
        assert self.refused(email) == "code_required"
        assert self.refused(email, PASSWORD, "000000") == "wrong_code"
        assert self.ask(email, PASSWORD, code)
        assert self.refused(email, PASSWORD, code) == "wrong_code"
        number = hotp_value(secret, next(iter(yield_hotp_counters_from_time())))
        assert self.ask(email, PASSWORD, f"{number:06}")

    def test_a_passkey_can_not_be_written(self) -> None:
        person = make_account()
        add_passkey(person)
        assert self.refused(str(person.email)) == "no_code_possible"

    def test_tries_are_counted_and_successes_are_not(self) -> None:
        person = make_account()
        for _ in range(10):
            self.ask(str(person.email))
        for _ in range(5):
            assert self.refused(str(person.email), "wrong") == "wrong_credentials"
        with pytest.raises(actions.TooMany):
            self.ask(str(person.email))

    def test_the_oldest_key_ends_and_expired_ones_are_forgotten(self) -> None:
        person = make_person()
        first = actions.make_token(by=person)
        for _ in range(20):
            actions.make_token(by=person)
        assert person.api_tokens.count() == 20
        assert not ApiToken.objects.filter(pk=first.row.pk).exists()
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(days=1))
        assert actions.forget_expired_tokens() == 20

    def test_nobody_ends_the_key_of_another(self) -> None:
        person, other = make_person(), make_person()
        key = actions.make_token(by=person).row
        actions.revoke_token(token=key, by=other)
        assert ApiToken.objects.filter(pk=key.pk).exists()
        actions.revoke_token(token=key, by=person)
        assert not ApiToken.objects.exists()
