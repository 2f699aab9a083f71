"""Keys and news over the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from backend.people import actions
from backend.people.choices import Role, Scope
from backend.people.models import ApiToken
from tests.backend.people.factories import add_recovery_codes, add_totp, make_account
from tests.factories import PASSWORD, make_city, make_guest, make_officer, make_person

pytestmark = pytest.mark.django_db
TOKEN = "/api/v1/auth/token/"


def ask(client: Client, **fields: Any) -> Any:
    return client.post(TOKEN, fields, content_type="application/json")


def key(client: Client, **fields: Any) -> dict[str, str]:
    answer = ask(client, **fields)
    assert answer.status_code == 201, answer.content
    return {"HTTP_AUTHORIZATION": f"Token {answer.json()['token']}"}


def test_a_key_opens_the_api_until_it_is_ended(client: Client) -> None:
    person = make_account("Ana")
    given = key(client, email=person.email, password=PASSWORD, label="cron")
    me = client.get("/api/v1/me/", **given)  # type: ignore[arg-type]
    assert me.json()["name"] == "Ana"
    assert ApiToken.objects.get().used_at is not None
    assert client.delete(TOKEN, **given).status_code == 204  # type: ignore[arg-type]
    answer = client.get("/api/v1/me/", **given)  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Token"


def test_an_expired_key_and_one_of_somebody_who_left_open_nothing(client: Client) -> None:
    person = make_account()
    given = key(client, email=person.email, password=PASSWORD)
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get("/api/v1/me/", **given).status_code == 401  # type: ignore[arg-type]
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    type(person).objects.update(is_active=False)
    assert client.get("/api/v1/me/", **given).status_code == 401  # type: ignore[arg-type]


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token x", "token \u00ff"])
def test_a_broken_key_is_no_key(client: Client, header: str) -> None:
    assert client.get("/api/v1/me/", HTTP_AUTHORIZATION=header).status_code == 401


def test_wrong_words_tell_nothing_and_are_counted(client: Client) -> None:
    person = make_account()
    answers = [ask(client, email=person.email, password="wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert answers[0].json()["errors"]["non_field_errors"][0]["code"] == "wrong_credentials"
    assert answers[5]["Retry-After"] == "300"
    assert ask(client, email="nobody@example.org", password="wrong").json() == answers[0].json()
    assert set(ask(client).json()["errors"]) == {"email", "password"}


def test_a_second_factor_is_part_of_it(client: Client) -> None:
    person = make_account()
    add_totp(person)
    code = add_recovery_codes(person)[0]
    answer = ask(client, email=person.email, password=PASSWORD)
    assert answer.json()["errors"]["code"][0]["code"] == "code_required"
    key(client, email=person.email, password=PASSWORD, code=code)


def test_a_browsers_cookie_plays_no_part_in_asking_for_a_key() -> None:
    client = Client(enforce_csrf_checks=True)
    person = make_account()
    client.force_login(person)
    assert ask(client, email=person.email, password=PASSWORD).status_code == 201
    assert client.delete(TOKEN).status_code == 403


def test_a_session_has_no_key_to_end(client: Client) -> None:
    client.force_login(make_account())
    assert client.delete(TOKEN).status_code == 404


def test_roles_are_told_to_their_holder(client: Client) -> None:
    city = make_city()
    client.force_login(make_officer(city))
    roles = client.get("/api/v1/me/").json()["roles"]
    assert roles == [{"scope": Scope.CITY, "scope_id": str(city.pk), "role": Role.OFFICER}]


def test_an_ended_session_is_a_problem_that_programs_understand(client: Client) -> None:
    answer = client.get("/api/v1/me/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_news_are_ones_own_and_paged(client: Client, count_queries: Any) -> None:
    person = make_person()
    client.force_login(person)
    actions.notify(person=make_person(), kind="x", reference={})
    client.get("/api/v1/notifications/")
    counts = []
    for wanted in (1, 30):
        while person.notifications.count() < wanted:
            actions.notify(person=person, kind="pact_active", reference={"title": "Pact"})
        counts.append(count_queries(lambda: client.get("/api/v1/notifications/")))
    assert counts[0] == counts[1] <= 6
    answer = client.get("/api/v1/notifications/").json()
    assert (answer["count"], len(answer["results"])) == (30, 24)
    assert client.post("/api/v1/notifications/read/").status_code == 204
    assert not person.notifications.filter(read_at=None).exists()


def test_guests_are_not_let_in_by_these_doors(client: Client) -> None:
    guest = make_guest()
    assert ask(client, email="", password="").status_code == 400
    assert client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Token {guest.pk}").status_code == 401
