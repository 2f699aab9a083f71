"""Signing up, in and out: each way in, and what guards it."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.urls import reverse

from backend.people.actions import make_token
from backend.people.models import ApiToken, Person
from tests.backend.people.factories import add_recovery_codes, add_totp, make_account, sign_in
from tests.factories import PASSWORD, make_person

pytestmark = pytest.mark.django_db
NEW = {"name": "Ana Maria", "email": "ana@example.org", "password1": "a-very-good-password", "language": "hu"}


def code(secret: str) -> str:
    return f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06}"


def link_in_mail(pattern: str) -> str:
    found = re.search(rf"http://testserver(/account/{pattern}\S*)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found.group(1)


def enter(client: Client, person: Person, password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": person.email, "password": password, **more})


class TestSigningUp:
    def test_an_account_opens_when_its_address_is_confirmed(self, client: Client) -> None:
        answer = client.post(reverse("account_signup"), NEW)
        assert answer.status_code == 302, answer.context["form"].errors
        person = Person.objects.get()
        assert (person.name, person.language, person.email) == ("Ana Maria", "hu", "ana@example.org")
        assert client.get(reverse("people:account")).status_code == 302
        confirm = link_in_mail("confirm-email")
        client.post(confirm)
        assert EmailAddress.objects.get().verified
        assert enter(client, person, NEW["password1"]).status_code == 302
        assert client.get(reverse("people:account")).status_code == 200

    def test_in_the_demo_it_opens_at_once(self, client: Client, settings: Any) -> None:
        settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
        client.post(reverse("account_signup"), NEW)
        assert client.get(reverse("people:account")).status_code == 200

    def test_no_page_tells_who_has_an_account(self, client: Client) -> None:
        make_account(email=NEW["email"])
        known = client.post(reverse("account_signup"), NEW)
        unknown = client.post(reverse("account_signup"), {**NEW, "email": "bea@example.org"})
        assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
        reset = [client.post(reverse("account_reset_password"), {"email": e}) for e in (NEW["email"], "no@example.org")]
        assert reset[0].url == reset[1].url

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", "a\x00b"),
            ("name", "   "),
            ("name", "x" * 200),
            ("email", "ana"),
            ("password1", "12345678"),
            ("language", "xx"),
        ],
    )
    def test_bad_input_is_said_at_its_field_and_the_rest_stays(self, client: Client, field: str, value: str) -> None:
        answer = client.post(reverse("account_signup"), {**NEW, field: value})
        form = answer.context["form"]
        assert list(form.errors) == [field]
        assert form["name"].value() == ({**NEW, field: value})["name"]
        assert not Person.objects.exists()

    def test_the_account_speaks_the_language_of_the_page(self, client: Client) -> None:
        page = client.get(reverse("account_signup") + "?lang=pl").content.decode()
        assert re.search(r'name="language" value="pl"', page)
        client.post(reverse("account_signup"), {**NEW, "language": ""}, HTTP_ACCEPT_LANGUAGE="ro")
        assert Person.objects.get().language == "ro"


class TestSigningIn:
    def test_the_way_goes_on_where_it_began(self, client: Client) -> None:
        answer = enter(client, make_account(), next="/torino/")
        assert answer.url == "/torino/"

    def test_a_way_to_another_site_is_not_taken(self, client: Client) -> None:
        answer = enter(client, make_account(), next="https://evil.example/")
        assert answer.url == reverse("people:account")

    def test_wrong_and_unknown_look_the_same(self, client: Client) -> None:
        wrong = enter(client, make_account(), "wrong")
        unknown = client.post(reverse("account_login"), {"login": "no@example.org", "password": "wrong"})
        assert wrong.context["form"].errors == unknown.context["form"].errors

    def test_tries_are_limited_whatever_the_header_says(self, client: Client) -> None:
        person = make_account()
        for _ in range(5):
            enter(client, person, "wrong")
        answer = client.post(
            reverse("account_login"),
            {"login": person.email, "password": PASSWORD},
            HTTP_X_FORWARDED_FOR="198.51.100.7",
        )
        assert answer.context["form"].errors.as_data()["__all__"][0].code == "too_many_login_attempts"

    def test_the_session_gets_a_new_name(self, client: Client) -> None:
        client.get(reverse("account_login"))
        session = client.session
        session["x"] = 1
        session.save()
        before = session.session_key
        client.cookies["sessionid"] = str(before)
        enter(client, make_account())
        assert client.session.session_key != before

    def test_who_left_stays_out(self, client: Client) -> None:
        person = make_account()
        Person.objects.filter(pk=person.pk).update(is_active=False)
        enter(client, person)
        assert client.get(reverse("people:account")).status_code == 302

    def test_signing_out_needs_a_press(self, client: Client) -> None:
        client.force_login(make_account())
        assert client.get(reverse("account_logout")).status_code == 200
        client.post(reverse("account_logout"))
        assert client.get(reverse("people:account")).status_code == 302


class TestSecondStep:
    def test_it_is_switched_on_with_a_code_and_recovery_codes_follow(self, client: Client) -> None:
        person = make_account()
        sign_in(client, person)
        page = client.get(reverse("mfa_activate_totp"))
        assert page.status_code == 200
        secret = client.session["mfa.totp.secret"]
        assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).context["form"].errors
        client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
        assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
        assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
        assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))

    def test_the_password_alone_then_opens_nothing(self, client: Client) -> None:
        person = make_account()
        secret = add_totp(person)
        answer = enter(client, person, next="/torino/")
        assert answer.url.startswith(reverse("mfa_authenticate"))
        assert client.get(reverse("people:account")).status_code == 302
        assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).context["form"].errors
        assert client.post(reverse("mfa_authenticate"), {"code": code(secret)}).url == "/torino/"
        assert client.get(reverse("people:account")).status_code == 200

    def test_a_recovery_code_opens_once(self, client: Client) -> None:
        person = make_account()
        add_totp(person)
        word = add_recovery_codes(person)[0]
        for expected in (302, 200):
            client.post(reverse("account_logout"))
            enter(client, person)
            assert client.post(reverse("mfa_authenticate"), {"code": word}).status_code == expected

    def test_secrets_written_under_an_older_key_of_the_site_can_be_read(self, settings: Any) -> None:
        person = make_account()
        secret = add_totp(person)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another" * 10
        assert Authenticator.objects.get().wrap().validate_code(code(secret))

    @pytest.mark.parametrize("name", ["mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "account_email"])
    def test_the_pages_about_it_open_after_a_fresh_sign_in(self, client: Client, name: str) -> None:
        sign_in(client, make_account())
        assert client.get(reverse(name)).status_code == 200

    def test_an_old_session_is_asked_again_first(self, client: Client) -> None:
        person = sign_in_old = make_account()
        sign_in(client, sign_in_old, seconds_ago=3600)
        answer = client.get(reverse("mfa_activate_totp"))
        assert answer.url.startswith(reverse("account_reauthenticate"))
        again = client.post(answer.url, {"password": PASSWORD})
        assert again.url == reverse("mfa_activate_totp")
        assert person.pk


class TestPasswords:
    def test_a_new_one_ends_all_other_sessions_and_keys(self, client: Client) -> None:
        person, other = make_account(), Client()
        sign_in(client, person), sign_in(other, person)
        make_token(by=person)
        new = "another-good-password"
        client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
        assert client.get(reverse("people:account")).status_code == 200
        assert other.get(reverse("people:account")).status_code == 302
        assert not ApiToken.objects.exists()

    def test_a_forgotten_one_is_set_by_a_mail_in_the_persons_language(self, client: Client) -> None:
        person = make_account()
        other = sign_in(Client(), person)
        client.post(reverse("account_reset_password"), {"email": person.email})
        page = client.get(link_in_mail("password/reset/key"), follow=True)
        new = "another-good-password"
        client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
        assert other.get(reverse("people:account")).status_code == 302
        assert enter(client, person, new).status_code == 302

    def test_mails_come_in_the_language_of_who_gets_them(self, client: Client) -> None:
        person = make_account(language="it")
        sign_in(client, person)
        new = "another-good-password"
        client.post(
            reverse("account_change_password") + "?lang=en",
            {"oldpassword": PASSWORD, "password1": new, "password2": new},
        )
        assert "password" in str(mail.outbox[-1].body).lower()
        assert mail.outbox[-1].to == [person.email]


class TestOtherSites:
    @pytest.fixture(autouse=True)
    def _a_city_signs_its_people_in(self, settings: Any) -> None:
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "APPS": [
                    {
                        "provider_id": "city",
                        "name": "City account",
                        "client_id": "copact",
                        "secret": "s",
                        "settings": {"server_url": "https://id.example"},
                    }
                ]
            }
        }

    def finish(self, client: Client, **told: Any) -> Any:
        """What follows once the other site has vouched for somebody."""
        from allauth.socialaccount.adapter import get_adapter
        from allauth.socialaccount.internal.flows.login import complete_login
        from allauth.socialaccount.models import SocialLogin

        request = client.get(reverse("account_login")).wsgi_request
        from allauth.core import context

        with context.request_context(request):
            provider = get_adapter().get_provider(request, "city")
            login: SocialLogin = provider.sociallogin_from_response(request, {"userinfo": {"sub": "42", **told}})
            answer = complete_login(request, login)
        request.session.save()
        client.cookies["sessionid"] = request.session.session_key
        return answer

    def test_the_sign_in_page_offers_it(self, client: Client) -> None:
        assert "City account" in client.get(reverse("account_login")).content.decode()

    def test_a_new_person_is_asked_for_name_and_language(self, client: Client) -> None:
        answer = self.finish(client, name="Ana \u202eMaria", email="ana@city.example", email_verified=True)
        assert answer.url == reverse("socialaccount_signup")
        form = client.get(answer.url).context["form"]
        assert form["email"].value() == "ana@city.example"
        client.post(answer.url, {"name": "Ana", "email": "ana@city.example", "language": "it"})
        person = Person.objects.get()
        assert (person.name, person.language, person.has_usable_password()) == ("Ana", "it", False)
        assert SocialAccount.objects.get().uid == "42"

    def test_it_does_not_open_an_account_that_only_shares_the_address(self, client: Client) -> None:
        make_account(email="ana@city.example")
        self.finish(client, email="ana@city.example", email_verified=True)
        assert client.get(reverse("people:account")).status_code == 302


def test_the_address_for_limits_is_never_missing(rf: Any) -> None:
    from backend.people.adapters import AccountAdapter

    request = rf.get("/")
    request.META["REMOTE_ADDR"] = ""
    assert AccountAdapter().get_client_ip(request) == "unknown"
    assert make_person().has_account
