"""Pages about oneself that reach into every app."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.people.models import Person
from tests.backend.people.factories import make_account, sign_in
from tests.factories import PASSWORD, make_guest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["export", "leave"])
def test_an_old_session_is_asked_again_and_what_was_sent_goes_through_then(client: Client, name: str) -> None:
    person = make_account("Ana")
    sign_in(client, person, seconds_ago=3600)
    page = reverse(f"people:{name}")
    assert client.get(page).status_code == 200
    answer: Any = client.post(page, {"sure": "on", "form": "json"})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert Person.objects.get().is_active
    finished: Any = client.post(answer.url, {"password": PASSWORD})
    assert Person.objects.get().is_active == (name == "export")
    assert finished.status_code == (200 if name == "export" else 302)


@pytest.mark.parametrize(("form", "kind"), [("zip", "application/zip"), ("json", "application/json")])
def test_ones_data_come_as_a_file(client: Client, form: str, kind: str) -> None:
    sign_in(client, make_account())
    answer = client.post(reverse("people:export"), {"form": form})
    assert answer["Content-Type"] == kind
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]


def test_five_times_a_day_is_enough(client: Client) -> None:
    sign_in(client, make_account())
    answers = [client.post(reverse("people:export")).status_code for _ in range(6)]
    assert answers == [200] * 5 + [302]


def test_leaving_is_asked_twice_and_ends_the_session(client: Client) -> None:
    person = make_account("Ana")
    sign_in(client, person)
    page = reverse("people:leave")
    assert client.post(page).status_code == 400
    assert client.post(page, {"sure": "on"}).status_code == 302
    person.refresh_from_db()
    assert not person.is_active
    assert client.get(reverse("people:account")).status_code == 302
    assert client.post(reverse("account_login"), {"login": "x", "password": PASSWORD}).status_code == 200


def test_without_a_guest_of_this_browser_there_is_nothing_to_take_in(client: Client) -> None:
    make_guest()
    sign_in(client, make_account())
    answer: Any = client.get(reverse("people:guest") + "?next=/torino/")
    assert answer.url == "/torino/"
    answer = client.get(reverse("people:guest") + "?next=https://evil.example/")
    assert answer.url == reverse("people:account")
    assert client.post(reverse("people:guest")).status_code == 404
