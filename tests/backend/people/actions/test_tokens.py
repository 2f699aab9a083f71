"""Keys to the API, for a password and a second factor."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.core.exceptions import ValidationError
from django.utils import timezone

from backend.people import actions
from backend.people.models import ApiToken
from tests.backend.people.factories import add_passkey, add_recovery_codes, add_totp, make_account
from tests.factories import PASSWORD, make_person

pytestmark = pytest.mark.django_db


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
