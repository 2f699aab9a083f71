"""Pages about oneself."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.conversations.choices import PostKind
from backend.pacts.actions.support import KINDS
from backend.people import actions
from backend.people.choices import NEWS, TEXT_COOKIE, THEME_COOKIE, Purpose
from tests.backend.people.factories import make_account
from tests.factories import make_citizen, make_city, make_person

pytestmark = pytest.mark.django_db
ACCOUNT = reverse("people:account")


@pytest.fixture
def person(client: Client) -> Any:
    account = make_account("Ana")
    client.force_login(account)
    return account


@pytest.mark.parametrize("name", ["account", "consents", "notifications", "export", "leave", "guest"])
def test_a_visitor_is_asked_to_sign_in_and_comes_back(client: Client, name: str) -> None:
    page = reverse(f"people:{name}")
    assert client.get(page).url == f"{reverse('account_login')}?next={page}"  # type: ignore[attr-defined]


def test_the_account_page_tells_who_one_is_here(client: Client, max_queries: Any) -> None:
    city = make_city()
    citizen = make_citizen(city, "Ana")
    client.force_login(citizen)
    with max_queries(12):
        page = client.get(ACCOUNT)
    assert city.label in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_name_and_language_are_changed_together(client: Client, person: Any) -> None:
    answer = client.post(ACCOUNT, {"name": " Bea ", "language": "it"})
    person.refresh_from_db()
    assert (person.name, person.language) == ("Bea", "it")
    assert answer.cookies["django_language"].value == "it"


def test_a_name_that_cannot_stand_stays_in_its_field(client: Client, person: Any) -> None:
    answer = client.post(ACCOUNT, {"name": "B\u202eea", "language": "it"})
    assert answer.status_code == 400
    assert answer.context["form"].errors["name"]
    assert "B\u202eea" in answer.content.decode()
    person.refresh_from_db()
    assert person.name == "Ana"


def test_a_visitor_chooses_how_it_looks_on_this_device(client: Client) -> None:
    page = reverse("people:display")
    assert client.get(page).status_code == 200
    answer = client.post(page, {"theme": "dark", "text_size": "large"})
    assert (answer.cookies[THEME_COOKIE].value, answer.cookies[TEXT_COOKIE].value) == ("dark", "large")
    shown = client.get(page).content.decode()
    assert 'data-theme="dark"' in shown
    assert 'data-text="large"' in shown
    assert client.post(page, {"theme": "pink", "text_size": "large"}).status_code == 400


def test_an_account_chooses_for_all_its_devices(client: Client, person: Any) -> None:
    client.post(reverse("people:display"), {"theme": "dark", "text_size": "larger"})
    client.cookies.pop(THEME_COOKIE), client.cookies.pop(TEXT_COOKIE)
    assert 'data-theme="dark"' in client.get(ACCOUNT).content.decode()


def test_each_purpose_is_answered_by_itself(client: Client, person: Any) -> None:
    page = reverse("people:consents")
    client.post(page, {"purpose": Purpose.RESEARCH, "answer": "yes"})
    assert [each.purpose for each in person.consents.all()] == [Purpose.RESEARCH]
    assert client.get(page).status_code == 200
    client.post(page, {"purpose": Purpose.RESEARCH, "answer": "no"})
    assert person.consents.get().withdrawn_at is not None
    assert client.post(page, {"purpose": "all", "answer": "yes"}).status_code == 404


def test_for_ones_own_children_only(client: Client, person: Any) -> None:
    page = reverse("people:consents")
    client.post(reverse("people:add_child"), {"name": "Leo"})
    child = person.wards.get()
    client.post(page, {"person": child.pk, "purpose": Purpose.PICTURES, "answer": "yes"})
    assert child.consents.filter(purpose=Purpose.PICTURES).exists()
    assert "Leo" in client.get(page).content.decode()
    other = actions.add_ward(name="Mia", language="it", by=make_person())
    answer = client.post(page, {"person": other.pk, "purpose": Purpose.PICTURES, "answer": "yes"})
    assert answer.status_code == 404
    assert client.post(reverse("people:add_child"), {"name": " "}).status_code == 400


def test_the_page_of_consents_asks_as_much_with_three_children(client: Client, person: Any, count_queries: Any) -> None:
    page = reverse("people:consents")
    client.get(page)
    counts = []
    for _ in range(2):
        counts.append(count_queries(lambda: client.get(page)))
        for name in ("Leo", "Mia", "Tom"):
            actions.add_ward(name=name, language="it", by=person)
    assert counts[0] == counts[1] <= 12


def test_news_are_listed_and_read(client: Client, person: Any, count_queries: Any) -> None:
    page = reverse("people:notifications")
    client.get(page)
    counts = []
    for wanted in (1, 50):
        while person.notifications.count() < wanted:
            actions.notify(person=person, kind="pact_active", reference={"title": "The pact", "url": "/x/"})
        counts.append(count_queries(lambda: client.get(page)))
    assert counts[0] == counts[1] <= 12
    assert "The pact" in client.get(page).content.decode()
    client.post(page)
    assert not person.notifications.filter(read_at=None).exists()


def test_a_key_of_ones_own_is_ended_here(client: Client, person: Any) -> None:
    own, other = actions.make_token(by=person, label="cron").row, actions.make_token(by=make_person()).row
    assert "cron" in client.get(ACCOUNT).content.decode()
    assert client.post(reverse("people:end_key", args=[other.pk])).status_code == 404
    client.post(reverse("people:end_key", args=[own.pk]))
    assert not person.api_tokens.exists()


def test_every_kind_of_news_has_its_words() -> None:
    """Kinds stand in the code as plain strings; those put together begin with what they are about."""
    written: set[str] = set()
    for folder in ("backend", "realtime", "marketplace"):
        for file in Path(folder).rglob("*.py"):
            if calls := re.findall(r"(?:notify|tell|_turn)\([^\n]*", file.read_text("utf-8")):
                written.update(
                    re.findall(
                        r'(?<!f)"((?:proposal|pact|party|report|post|appeal|signature|listing|order|output)_[a-z_]+)"',
                        " ".join(calls),
                    )
                )
    assert written <= set(NEWS)
    put_together = {f"proposal_{kind}" for kind in (*KINDS, PostKind.ANSWER)} | {
        "proposal_rejected",
        "proposal_reformulate",
    }
    assert put_together <= set(NEWS)


@pytest.mark.django_db
def test_easy_reading_is_a_switch_that_leads_back_to_the_page(client: Client) -> None:
    answer = client.post(reverse("people:easy"), {"on": "yes", "next": "/how/"})
    assert answer.headers["Location"] == "/how/"
    assert "data-easy" in client.get("/how/").content.decode()
    client.post(reverse("people:easy"), {"on": "no"})
    assert "data-easy" not in client.get("/how/").content.decode()
    assert client.post(reverse("people:easy"), {"on": "yes", "next": "https://evil.example/"}).headers[
        "Location"
    ] == reverse("people:display")


@pytest.mark.django_db
def test_easy_reading_of_an_account_holds_on_every_device(client: Client) -> None:
    person = make_person()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(reverse("people:easy"), {"on": "yes"})
    person.refresh_from_db()
    assert person.easy_to_read
    client.cookies.pop("copact_easy")
    assert "data-easy" in client.get("/how/").content.decode()
