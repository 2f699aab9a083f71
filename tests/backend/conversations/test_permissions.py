"""Who may speak, report, moderate and appeal."""

import pytest

from backend.conversations import actions, permissions
from tests.backend.conversations.factories import Talk
from tests.factories import make_guest, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_who_sees_the_queue(talk):
    allowed = (talk.facilitator, talk.moderator, talk.admin)
    assert all(permissions.can_moderate(person, talk.city) for person in allowed)
    refused = (None, talk.author, make_guest(), make_officer(talk.city), Talk().moderator)
    assert not any(permissions.can_moderate(person, talk.city) for person in refused)


def test_facilitators_moderate_but_do_not_lead(talk):
    assert not permissions.can_lead_moderation(talk.facilitator, talk.city)
    assert permissions.can_lead_moderation(talk.moderator, talk.city)


def test_nobody_reports_or_hides_what_they_wrote(talk):
    own = talk.say("Mia.", by=talk.facilitator)
    assert permissions.abilities(talk.facilitator, own) == {"flag": False, "hide": False}
    assert permissions.abilities(talk.facilitator, talk.post) == {"flag": True, "hide": True}


def test_only_a_hidden_posts_author_appeals(talk):
    act = actions.hide_post(post=talk.post, by=talk.moderator, reason="Rude.")
    assert permissions.can_appeal(talk.author, act)
    assert not permissions.can_appeal(talk.reader, act)
    assert not permissions.can_appeal(None, act)
