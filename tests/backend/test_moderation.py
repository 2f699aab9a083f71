"""The moderation queue: who sees it, what each decision does, and what it asks of the database."""

import pytest
from django.test import Client
from django.urls import reverse

from backend import moderation
from backend.conversations import actions
from tests.backend.conversations.factories import Talk
from tests.factories import make_citizen, make_city, make_moderator, make_officer
from tests.marketplace.factories import Market
from tests.realtime.factories import join, leader, make_room
from tests.realtime.looks import asked, moderate
from tests.realtime.sessions import Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """A reader of English, so that sentences can be looked for."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def talk() -> Talk:
    return Talk()


def queue(talk, **query):
    return reverse("moderation", args=[talk.city.slug], query=query)


def test_only_those_who_moderate_see_it(client, talk):
    assert client.get(queue(talk))["Location"].startswith("/account/login/")
    for person in (talk.reader, make_officer(talk.city)):
        client.force_login(person)
        assert client.get(queue(talk)).status_code == 404
    client.force_login(talk.facilitator)
    assert "Nothing waits" in client.get(queue(talk)).text


def test_three_reports_of_one_post_are_one_row(client, talk):
    for _ in range(3):
        talk.flag(by=make_citizen(talk.city))
    client.force_login(talk.facilitator)
    text = client.get(queue(talk)).text
    assert "Reported by 3 people." in text
    assert text.count('name="step" value="keep"') == 1


def test_keeping_and_hiding_with_a_reason(client, talk):
    kept, hidden = talk.flag(), talk.flag(post=talk.say("Peggio."))
    client.force_login(talk.facilitator)
    assert "It stays as it is." in client.post(queue(talk), {"flag": kept.pk, "step": "keep"}, follow=True).text
    empty = client.post(queue(talk), {"flag": hidden.pk, "step": "hide", "reason": ""})
    assert empty.status_code == 422
    assert "Write something here." in empty.text
    long = client.post(queue(talk), {"flag": hidden.pk, "step": "hide", "reason": "troppo " * 1000})
    assert "troppo troppo" in long.text
    done = client.post(queue(talk), {"flag": hidden.pk, "step": "hide", "reason": "It insults."}, follow=True)
    assert "It is hidden." in done.text
    assert "It insults." in client.get(queue(talk, tab="decided")).text
    again = client.post(queue(talk), {"flag": hidden.pk, "step": "hide", "reason": "It insults."})
    assert again.status_code == 403


def test_passing_on_and_the_second_look(client, talk):
    flag = talk.flag()
    client.force_login(talk.facilitator)
    client.post(queue(talk), {"flag": flag.pk, "step": "pass_on"})
    assert "The city’s moderators decide about this." in client.get(queue(talk, tab="passed")).text
    client.force_login(talk.moderator)
    client.post(queue(talk, tab="passed"), {"flag": flag.pk, "step": "hide", "reason": "Rude."})
    act = talk.post.acts.get(act="hide")
    asked = actions.appeal(act=act, by=talk.author, text="È un proverbio.")
    client.force_login(talk.admin)
    assert "È un proverbio." in client.get(queue(talk, tab="appeals")).text
    empty = client.post(queue(talk, tab="appeals"), {"appeal": asked.pk, "step": "accept", "answer": ""})
    assert empty.status_code == 422
    given = {"appeal": asked.pk, "step": "accept", "answer": "Right."}
    assert "It is shown again." in client.post(queue(talk, tab="appeals"), given, follow=True).text
    talk.post.refresh_from_db()
    assert talk.post.state == "visible"


def test_who_grants_a_second_look_reads_that_a_later_decision_stands(client, talk):
    act = actions.hide_post(post=talk.post, by=talk.moderator, reason="Rude.")
    asked = actions.appeal(act=act, by=talk.author, text="È un proverbio.")
    actions.restore_post(post=talk.post, by=talk.moderator, reason="A proverb.")
    actions.hide_post(post=talk.post, by=talk.moderator, reason="It names a child.")
    client.force_login(talk.admin)
    given = {"appeal": asked.pk, "step": "accept", "answer": "Right."}
    assert "It stays hidden: it was hidden again since" in client.post(queue(talk), given, follow=True).text


def test_who_grants_a_second_look_at_a_room_reads_that_nothing_was_left_to_undo(client):
    room = make_room()
    session = Session(room, leader(room), join(room, "Amal"), join(room, "Gianni"))
    moderate(session, "mute", id=str(session.amal.pk), reason="Too loud.")
    appeal = asked(session, "mute")
    moderate(session, "unmute", id=str(session.amal.pk))
    client.force_login(make_moderator(session.room.city))
    page = reverse("moderation", args=[session.room.city.slug])
    given = {"appeal": appeal.pk, "step": "accept", "answer": "Right."}
    assert "It was lifted before" in client.post(page, given, follow=True).text


def test_an_unknown_step_or_row_is_not_found(client, talk):
    flag = talk.flag()
    client.force_login(talk.facilitator)
    assert client.post(queue(talk), {"flag": flag.pk, "step": "explode"}).status_code == 404
    elsewhere = Talk().flag()
    assert client.post(queue(talk), {"flag": elsewhere.pk, "step": "keep"}).status_code == 404
    assert client.post(queue(talk), {"flag": "no-key", "step": "keep"}).status_code == 404


@pytest.mark.parametrize("tab", moderation.TABS)
def test_it_asks_the_same_for_one_row_and_for_many(client, talk, count_queries, tab):
    def fill():
        talk.flag(post=talk.say("Una frase."))
        passed = talk.flag(post=talk.say("Un'altra."))
        actions.pass_on(flag=passed, by=talk.facilitator)
        act = actions.hide_post(post=talk.say("Terza."), by=talk.moderator, reason="Rude.")
        actions.appeal(act=act, by=talk.author, text="No.")

    fill()
    client.force_login(talk.admin)
    client.get(queue(talk, tab=tab))
    one = count_queries(lambda: client.get(queue(talk, tab=tab)))
    fill()
    fill()
    assert count_queries(lambda: client.get(queue(talk, tab=tab))) == one
    assert one <= 12


def test_a_reported_listing_is_hidden_by_its_own_app_and_facilitators_pass_it_on(client):
    market = Market(make_city())
    talk = Talk(market.city)
    about = {"kind": "listing", "id": str(market.listing.pk), "url": "/x/", "title": market.listing.title}
    flag = actions.flag(by=talk.reader, city=market.city, reason="spam", reference=about)
    client.force_login(talk.facilitator)
    text = client.get(queue(talk)).text
    assert market.listing.title in text
    assert 'value="hide"' not in text
    client.post(queue(talk), {"flag": flag.pk, "step": "pass_on"})
    client.force_login(talk.admin)
    given = {"flag": flag.pk, "step": "hide", "reason": "It is an advert."}
    assert "It is hidden." in client.post(queue(talk, tab="passed"), given, follow=True).text
    market.listing.refresh_from_db()
    assert market.listing.state == "hidden"


def test_every_kind_in_the_table_has_a_name():
    assert all(str(known.label) for known in moderation.MODERATED.values())
