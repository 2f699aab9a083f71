"""Reporting, the page of a decision, and the public log."""

import pytest
from django.test import Client
from django.urls import reverse

from backend.conversations import actions
from tests.backend.conversations.factories import Talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """A reader of English, so that sentences can be looked for."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_reporting_from_its_page(client, talk):
    url = reverse("conversations:flag", args=[talk.city.slug, talk.post.pk])
    assert client.get(url).status_code == 302
    client.force_login(talk.reader)
    assert talk.post.text in client.get(url).text
    empty = client.post(url, {"note": "Offende una persona."})
    assert empty.status_code == 422
    assert "Offende una persona." in empty.text
    done = client.post(url, {"reason": "insult", "note": "", "next": "https://elsewhere.example/"})
    assert done["Location"] == reverse("city", args=[talk.city.slug])
    assert talk.post.flags.count() == 1
    client.post(url, {"reason": "insult"})
    assert talk.post.flags.count() == 1


def test_a_hidden_post_cannot_be_reported_or_read_there(client, talk):
    actions.hide_post(post=talk.post, by=talk.moderator, reason="Rude.")
    client.force_login(talk.reader)
    assert client.get(reverse("conversations:flag", args=[talk.city.slug, talk.post.pk])).status_code == 404


def test_the_author_reads_the_reason_and_asks_for_a_second_look(client, talk):
    act = actions.hide_post(post=talk.post, by=talk.moderator, reason="It names a private person.")
    url = reverse("conversations:act", args=[talk.city.slug, act.pk])
    client.force_login(talk.reader)
    assert client.get(url).status_code == 404
    client.force_login(talk.author)
    assert "It names a private person." in client.get(url).text
    long = client.post(url, {"text": "perché " * 1000})
    assert long.status_code == 422
    assert "perché perché" in long.text
    assert "Waits for an answer" in client.post(url, {"text": "È un proverbio."}, follow=True).text


def test_the_log_is_open_to_all_and_asks_little(client, talk, max_queries):
    log = reverse("conversations:log", args=[talk.city.slug])
    assert "Nothing was decided yet" in client.get(log).text
    for number in range(3):
        post = talk.say(f"Frase {number}")
        actions.hide_post(post=post, by=talk.moderator, reason=f"Reason {number}")
    with max_queries(6):
        text = client.get(log).text
    assert "Reason 2" in text
    assert talk.author.name not in text
