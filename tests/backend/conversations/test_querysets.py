"""Threads with their answers and the queue with one row for each thing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.conversations import actions
from backend.conversations.models import Flag, Post
from backend.conversations.querysets import with_reasons
from tests.backend.conversations.factories import Talk
from tests.factories import make_citizen

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_a_thread_is_read_in_two_statements_and_reasons_in_one_more(talk):
    for text in ("Sì.", "No."):
        actions.post(thread=talk.thread, by=talk.reader, text=text, language="it", parent=talk.post)
    hidden = talk.say("Peggio.")
    actions.hide_post(post=hidden, by=talk.moderator, reason="Rude.")
    with CaptureQueriesContext(connection) as asked:
        posts = list(Post.objects.in_city(talk.city).filter(thread=talk.thread).for_thread().order_by("at"))
        with_reasons(posts)
        told = [(post.text, len(post.shown_replies), post.hidden_act and post.hidden_act.reason) for post in posts]
    assert told == [(talk.post.text, 2, None), ("Peggio.", 0, "Rude.")]
    assert len(asked) == 3


def test_the_queue_has_the_oldest_report_of_each_thing(talk):
    first = talk.flag()
    talk.flag(by=make_citizen(talk.city))
    given = {"city": talk.city, "reason": "spam", "by": talk.reader}
    listing = actions.flag(reference={"kind": "listing", "id": "1"}, **given)
    rows = list(Flag.objects.in_city(talk.city).open().first_of_post().for_list())
    assert [(row.pk, row.reports) for row in rows] == [(first.pk, 2), (listing.pk, 0)]
