"""What the tables of talk hold by themselves."""

import pytest
from django.db import IntegrityError, transaction

from backend.conversations import actions
from backend.conversations.choices import APPEAL_STEPS, FLAG_STEPS, POST_STEPS
from backend.conversations.models import Appeal, Flag
from tests.backend.conversations.factories import Talk

pytestmark = pytest.mark.django_db


def test_one_report_of_a_post_by_each_and_one_appeal_of_an_act():
    talk = Talk()
    talk.flag()
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.create(city=talk.city, post=talk.post, by=talk.reader, reason="spam")
    act = actions.hide_post(post=talk.post, by=talk.moderator, reason="Rude.")
    actions.appeal(act=act, by=talk.author, text="No.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.create(city=talk.city, act=act, by=talk.author, text="No.")


def test_a_visible_post_has_no_reason_for_hiding():
    talk = Talk()
    actions.hide_post(post=talk.post, by=talk.moderator, reason="Rude.")
    assert talk.post.hidden_act.reason == "Rude."
    actions.restore_post(post=talk.post, by=talk.moderator, reason="It fits.")
    assert talk.post.hidden_act is None


@pytest.mark.parametrize("steps", [POST_STEPS, FLAG_STEPS, APPEAL_STEPS])
def test_what_is_decided_is_not_decided_back_to_waiting(steps):
    assert not any("open" in targets for targets in steps.values())
