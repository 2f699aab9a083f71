"""Letters about the account, in our words."""

import pytest
from django.core import mail

from tests.factories import make_person

pytestmark = pytest.mark.django_db


def test_a_forgotten_password_brings_a_letter_in_plain_words(client):
    make_person(email="nadia@example.org", password="a-good-password")
    client.post("/account/password/reset/", {"email": "nadia@example.org"}, headers={"accept-language": "en"})
    letter = mail.outbox[0]
    assert letter.subject == "Copact: A new password"
    assert "/account/password/reset/key/" in letter.body
    assert letter.body.startswith("Hello,")
    assert "&" not in letter.body


def test_a_forgotten_password_tells_nobody_whether_there_is_an_account(client):
    make_person(email="nadia@example.org", password="a-good-password")
    one = client.post("/account/password/reset/", {"email": "nadia@example.org"})
    other = client.post("/account/password/reset/", {"email": "nobody@example.org"})
    assert one.url == other.url
    assert mail.outbox[1].to == ["nobody@example.org"]
    assert "There is no account with this address." in mail.outbox[1].body


@pytest.mark.parametrize("path", ["/account/login/", "/account/signup/", "/account/password/reset/"])
def test_the_doors_to_an_account_look_like_the_rest(client, path):
    page = client.get(path).content.decode()
    assert page.count("<h1>") == 1
    assert 'class="top"' in page
    assert "style=" not in page


def test_a_wrong_password_is_told_with_a_summary_and_the_address_stays(client):
    page = client.post("/account/login/", {"login": "a@example.org", "password": "wrong"}).content.decode()
    assert "callout--stop" in page
    assert 'value="a@example.org"' in page
    assert "wrong" not in page


@pytest.mark.parametrize("path", ["/account/2fa/", "/account/email/", "/account/logout/"])
def test_ones_own_pages_look_like_the_rest(client, path):
    client.force_login(make_person())
    answer = client.get(path)
    if answer.status_code == 200:
        assert "style=" not in answer.content.decode()
    assert answer.status_code in {200, 302}
