"""Speaking, reporting, hiding with a reason, and the second look by someone else."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base.models import JournalEntry
from backend.base.problems import Conflict
from backend.conversations import actions
from backend.conversations.models import Flag, ModerationAct
from backend.conversations.querysets import public_log
from backend.people.models import Notification
from tests.backend.conversations.factories import Talk
from tests.factories import make_citizen, make_guest, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_guests_speak_too_but_not_in_a_closed_thread(talk):
    guest = make_guest()
    assert talk.say("Ciao", by=guest).by == guest
    actions.close_thread(thread=talk.thread, by=talk.facilitator)
    with pytest.raises(PermissionDenied):
        talk.say("Ancora io", by=guest)


@pytest.mark.parametrize("text", ["", "   ", "\x00\x07", "a" * 40_000])
def test_nothing_and_far_too_much_are_refused_at_the_field(talk, text):
    with pytest.raises(ValidationError) as refused:
        talk.say(text)
    assert "text" in refused.value.error_dict


def test_what_cannot_be_shown_is_dropped_and_lines_stay(talk):
    assert talk.say("Uno\x07\r\ndue\u202e\n\n\n\ntre").text == "Uno\ndue\n\ntre"


def test_a_post_is_reported_once_by_each(talk):
    talk.flag()
    with pytest.raises(Conflict) as again:
        talk.flag()
    assert again.value.code == "flagged_already"
    with pytest.raises(PermissionDenied):
        talk.flag(by=talk.author)


def test_a_thing_of_another_app_is_reported_by_its_reference(talk):
    given = {"by": talk.reader, "city": talk.city, "reason": "spam", "reference": {"kind": "listing", "id": "1"}}
    assert actions.flag(**given).post is None
    with pytest.raises(Conflict):
        actions.flag(**given)


def test_hiding_needs_a_reason_tells_the_author_and_answers_every_report(talk):
    flag, other = talk.flag(), talk.flag(by=make_citizen(talk.city))
    with pytest.raises(ValidationError):
        actions.decide_flag(flag=flag, by=talk.facilitator, hide=True, reason=" ")
    act = actions.decide_flag(flag=flag, by=talk.facilitator, hide=True, reason="It insults a person.")
    talk.post.refresh_from_db()
    other.refresh_from_db()
    assert (talk.post.state, other.state, act.act) == ("hidden", "upheld", "hide")
    assert talk.post.hidden_act == act
    assert Notification.objects.filter(person=talk.author, kind="post_hidden").exists()
    assert JournalEntry.objects.filter(verb="post.hide", reason="It insults a person.").exists()


def test_keeping_answers_every_report_and_leaves_the_post(talk):
    flag, other = talk.flag(), talk.flag(by=make_citizen(talk.city))
    actions.decide_flag(flag=flag, by=talk.facilitator, hide=False)
    other.refresh_from_db()
    talk.post.refresh_from_db()
    assert (talk.post.state, other.state) == ("visible", "dismissed")


def test_nobody_decides_about_what_they_wrote_and_officers_do_not_moderate(talk):
    post = talk.say("Mia opinione.", by=talk.facilitator)
    flag = talk.flag(post=post)
    for person in (talk.facilitator, talk.reader, make_officer(talk.city)):
        with pytest.raises(PermissionDenied):
            actions.decide_flag(flag=flag, by=person, hide=False)


def test_the_second_of_two_moderators_gets_a_conflict(talk):
    flag = talk.flag()
    stale = Flag.objects.in_city(talk.city).get()
    actions.decide_flag(flag=flag, by=talk.facilitator, hide=False)
    with pytest.raises(Conflict):
        actions.decide_flag(flag=stale, by=talk.moderator, hide=True, reason="No.")


def test_what_is_passed_on_waits_for_the_moderators(talk):
    flag = talk.flag()
    actions.pass_on(flag=flag, by=talk.facilitator)
    with pytest.raises(PermissionDenied):
        actions.decide_flag(flag=flag, by=talk.facilitator, hide=False)
    actions.decide_flag(flag=flag, by=talk.moderator, hide=False)


def test_a_room_s_facilitator_hides_without_a_role_in_the_city(talk):
    with pytest.raises(PermissionDenied):
        actions.hide_post(post=talk.post, by=talk.reader, reason="Off topic.")
    actions.hide_post(post=talk.post, by=talk.reader, reason="Off topic.", keeps_thread=True)
    actions.restore_post(post=talk.post, by=talk.reader, reason="It fits after all.", keeps_thread=True)
    assert talk.post.state == "visible"


def test_someone_else_takes_the_second_look(talk):
    act = actions.hide_post(post=talk.post, by=talk.moderator, reason="Rude.")
    with pytest.raises(PermissionDenied):
        actions.appeal(act=act, by=talk.reader, text="Not rude.")
    asked = actions.appeal(act=act, by=talk.author, text="It is a proverb.")
    for person in (talk.moderator, talk.facilitator, talk.author):
        with pytest.raises(PermissionDenied):
            actions.decide_appeal(appeal=asked, by=person, accept=True, answer="Right.")
    actions.decide_appeal(appeal=asked, by=talk.admin, accept=True, answer="Right.")
    talk.post.refresh_from_db()
    assert (asked.state, talk.post.state) == ("accepted", "visible")


def test_what_was_hidden_again_for_another_reason_is_not_shown_for_the_first(talk):
    act = actions.hide_post(post=talk.post, by=talk.moderator, reason="Rude.")
    asked = actions.appeal(act=act, by=talk.author, text="It is a proverb.")
    actions.restore_post(post=talk.post, by=talk.moderator, reason="A proverb.")
    actions.hide_post(post=talk.post, by=talk.moderator, reason="It names a child.")
    actions.decide_appeal(appeal=asked, by=talk.admin, accept=True, answer="Right.")
    talk.post.refresh_from_db()
    assert (asked.state, talk.post.state) == ("accepted", "hidden")


def test_a_refused_second_look_leaves_it_hidden_and_there_is_no_third(talk):
    act = actions.hide_post(post=talk.post, by=talk.moderator, reason="Rude.")
    asked = actions.appeal(act=act, by=talk.author, text="It is a proverb.")
    actions.decide_appeal(appeal=asked, by=talk.admin, accept=False, answer="Still rude.")
    talk.post.refresh_from_db()
    assert talk.post.state == "hidden"
    act = ModerationAct.objects.in_city(talk.city).get(pk=act.pk)
    with pytest.raises(PermissionDenied):
        actions.appeal(act=act, by=talk.author, text="Again.")


def test_the_public_log_has_reasons_and_no_names(talk):
    actions.hide_post(post=talk.post, by=talk.moderator, reason="Rude.")
    (line,) = public_log(ModerationAct.objects.in_city(talk.city).log())
    assert set(line) == {"id", "act", "reason", "at"}
    assert talk.author.name not in str(line)
    assert talk.moderator.name not in str(line)
