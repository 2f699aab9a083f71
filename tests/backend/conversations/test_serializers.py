"""What the API tells of talk, and what it never tells."""

import pytest

from backend.conversations import actions
from backend.conversations.serializers import ActRow, FlagRow, PostRow
from tests.backend.conversations.factories import Talk

pytestmark = pytest.mark.django_db


def test_the_words_of_a_hidden_post_are_not_told():
    talk = Talk()
    assert PostRow(talk.post).data["text"] == talk.post.text
    actions.hide_post(post=talk.post, by=talk.moderator, reason="Rude.")
    assert PostRow(talk.post).data["text"] == ""


def test_nobody_is_told_who_reported_or_decided():
    talk = Talk()
    flag = talk.flag()
    assert talk.reader.name not in str(FlagRow(flag).data)
    act = actions.decide_flag(flag=flag, by=talk.moderator, hide=True, reason="Rude.")
    assert talk.moderator.name not in str(ActRow(act).data)
