"""The minutes: they tell the session by themselves, nobody's words in them are lost, and the group has the last say."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from backend.base.canonical import sha256
from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.erasing import erase_person
from realtime.actions import add_assisted, close_room, freeze_version, write_turns
from realtime.actions.minutes import Overtaken, answer_minutes, publish_due
from realtime.actions.paper import told
from realtime.actions.recording import SECTIONS, facts_of
from realtime.models import Concern, ConsentCheck, MinutesAnswer, MinutesRevision, Participant
from tests.backend.people.factories import make_account
from tests.realtime.factories import join
from tests.realtime.minutes import last_of, minutes_of, pass_time, propose, seal_of, section, words_of, write
from tests.realtime.sessions import Session
from tests.realtime.visits import browser
from tests.realtime.visits import page as page_of


# --- What the session tells ------------------------------------------------------------------
def test_a_session_writes_its_minutes_by_itself(session: Session) -> None:
    session.do(session.lead, "agenda", "next")
    session.do(session.lead, "agenda", "next")
    session.do(session.amal, "board", "add_note", column="c1", text="Shade sails")
    write_turns(room=session.room, turns=[(session.amal.person, "paragraph", "Six benches.")])
    version = freeze_version(room=session.room, by=session.lead.person, title="First")
    facts = facts_of(session.room, "en")
    assert set(facts) == set(SECTIONS)
    assert "3 people took part." in words_of(facts["attendance"])
    assert facts["agenda"][0]["rows"][0][0]
    assert "Shade sails" in words_of(facts["ideas"])
    assert version.sha256 in words_of(facts["text"])
    assert "Amal" not in words_of(list(facts.values()))  # type: ignore[arg-type]


def checked(session: Session) -> None:
    """A check with a concern that a later version meets, a named one met by words, and a block that stays open."""
    write_turns(room=session.room, turns=[(session.amal.person, "paragraph", "Six benches.")])
    rosa = join(session.room, "Rosa")
    session.do(session.lead, "consent", "prepare", open="on", question="Six benches?")
    check = str(ConsentCheck.objects.in_city(session.room.city_id).get(room=session.room).pk)
    for who, said in (
        (session.amal, {"answer": "concern", "text": "No shade in July."}),
        (session.gianni, {"answer": "concern", "text": "Too near the road.", "named": "on"}),
        (rosa, {"answer": "block", "text": "The roots of the lime."}),
    ):
        session.do(who, "consent", "answer", check=check, **said)
    write_turns(room=session.room, turns=[(session.amal.person, "paragraph", "With sails for shade.")])
    found = {each.text: str(each.pk) for each in Concern.objects.in_city(session.room.city_id)}
    resolve = {"concern": found["No shade in July."], "how": "Sails stand in the text.", "version": "now"}
    session.do(session.lead, "consent", "resolve", **resolve)
    session.do(session.lead, "consent", "resolve", concern=found["Too near the road."], how="A hedge is there.")
    session.do(session.lead, "consent", "close", check=check)


def test_each_concern_stands_in_them_with_its_words_and_what_became_of_it(session: Session) -> None:
    checked(session)
    parts = facts_of(session.room, "en")["concerns"]
    quotes = [part["text"] for part in parts if part["kind"] == "quote"]
    assert quotes == ["The roots of the lime.", "No shade in July.", "Too near the road."]
    lines = [part["text"] for part in parts if part["kind"] == "line"]
    assert lines[0] == "A block, still to resolve."
    assert lines[1] == "A concern, resolved."
    assert "in version 2" in lines[2]
    assert lines[2].endswith(": Sails stand in the text.")
    assert lines[3] == "A concern, resolved. It is from Gianni, who wished to be named."
    assert lines[4].endswith(": A hedge is there.")
    assert "version" not in lines[4]
    assert "Amal" not in words_of(parts)
    assert "Rosa" not in words_of(parts)


def test_page_and_paper_show_every_concern(session: Session, client: Client) -> None:
    checked(session)
    client.force_login(session.lead.person)
    page = client.get(reverse("realtime:minutes", args=[session.room.city.slug, session.room.slug]))
    for words in ("No shade in July.", "Sails stand in the text.", "The roots of the lime.", "Gianni"):
        assert words in page.content.decode()
    paper = client.get(reverse("realtime:minutes_pdf", args=[session.room.city.slug, session.room.slug]))
    assert paper.content.startswith(b"%PDF")


def test_looking_asks_the_same_for_many(session: Session, at_most: Callable[[str, int], None]) -> None:
    propose(session)
    at_most("minutes", 7)


# --- Writing ---------------------------------------------------------------------------------
def test_added_words_stand_apart_and_each_change_is_a_revision(session: Session) -> None:
    write(session, "We began late.", 0)
    write(session, "We began late, the tram stood still.", 1)
    found = section(session, "agenda")
    assert found["added"] == "We began late, the tram stood still."
    assert [row.added for row in minutes_of(session).revisions.order_by("number")] == [
        {"agenda": "We began late."},
        {"agenda": "We began late, the tram stood still."},
    ]


def test_of_two_who_write_the_same_section_nobody_loses_words(session: Session) -> None:
    write(session, "Mine.", 0)
    with pytest.raises(Overtaken) as refused:
        write(session, "Theirs.", 0)
    assert (refused.value.theirs, refused.value.number) == ("Mine.", 1)
    write(session, "Elsewhere.", 0, section="ideas")
    write(session, "Mine. Theirs.", refused.value.number)
    assert section(session, "agenda")["added"] == "Mine. Theirs."
    assert section(session, "ideas")["added"] == "Elsewhere."


def test_sections_are_left_out_and_put_in_again(session: Session) -> None:
    session.do(session.lead, "minutes", "leave_out", section="votes")
    assert section(session, "votes")["out"] is True
    session.do(session.lead, "minutes", "put_in", section="votes")
    assert section(session, "votes")["out"] is False
    with pytest.raises(ValidationError):
        session.do(session.lead, "minutes", "leave_out", section="gossip")
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "minutes", "leave_out", section="votes")


def test_how_words_were_shared_is_never_left_out_since_everyone_was_promised_it(session: Session) -> None:
    with pytest.raises(ValidationError, match="promised"):
        session.do(session.lead, "minutes", "leave_out", section="share")
    write(session, "We began late.", 0)
    revision = last_of(minutes_of(session))  # as it could be kept before
    MinutesRevision.objects.filter(pk=revision.pk).update(content={**revision.content, "left_out": ["share", "votes"]})
    assert (section(session, "share")["out"], section(session, "votes")["out"]) == (False, True)
    page = browser(session.lead).get(page_of(session.room, "minutes")).content.decode()
    assert page.count('value="leave_out"') == len(SECTIONS) - 2
    propose(session)
    assert (section(session, "share")["out"], section(session, "votes")["out"]) == (False, True)


# --- Before the group --------------------------------------------------------------------------
def test_what_was_laid_before_the_group_stays_as_it_is(session: Session) -> None:
    session.do(session.amal, "board", "add_note", column="c1", text="Before")
    propose(session)
    session.do(session.amal, "board", "add_note", column="c1", text="After")
    assert "After" not in words_of(section(session, "ideas")["facts"])
    with pytest.raises(Conflict):
        write(session, "x", 1)
    with pytest.raises(Conflict):
        session.do(session.amal, "minutes", "name")


def test_published_at_once_when_everyone_agrees(session: Session) -> None:
    propose(session)
    for who in (session.amal, session.gianni, session.lead):
        session.do(who, "minutes", "agree")
    minutes = minutes_of(session)
    assert (minutes.state, minutes.agreed, minutes.audience) == ("published", True, "public")
    verbs = JournalEntry.objects.filter(subject_kind="minutes").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["minutes.proposed", "minutes.published", "minutes.agree"]
    with pytest.raises(Conflict):
        session.do(session.amal, "minutes", "object", text="Too late")


@pytest.mark.parametrize(("rule", "agreed", "audience"), [("nobody", False, "room"), ("most", True, "public")])
def test_after_an_objection_they_wait_until_the_time_is_up(
    session: Session, rule: str, agreed: bool, audience: str
) -> None:
    propose(session, rule=rule)
    session.do(session.amal, "minutes", "object", text="The vote was at 18:40.")
    for who in (session.gianni, session.lead):
        session.do(who, "minutes", "agree")
    minutes = minutes_of(session)
    assert (minutes.state, minutes.published_at) == ("proposed", None)
    pass_time(session)
    assert publish_due() == 1
    minutes = minutes_of(session)
    assert (minutes.state, minutes.agreed, minutes.audience) == ("published", agreed, audience)


def test_who_objected_may_think_again_and_the_last_yes_publishes_them(session: Session) -> None:
    propose(session)
    session.do(session.amal, "minutes", "object", text="The vote was at 18:40.")
    for who in (session.gianni, session.lead):
        session.do(who, "minutes", "agree")
    assert minutes_of(session).state == "proposed"
    session.do(session.amal, "minutes", "agree")
    minutes = minutes_of(session)
    assert (minutes.state, minutes.agreed, minutes.audience) == ("published", True, "public")


def test_who_leads_reads_what_is_objected_without_a_name_and_mends_it(session: Session) -> None:
    propose(session)
    session.do(session.amal, "minutes", "object", text="The vote was at 18:40.")
    for who in (session.gianni, session.lead):
        session.do(who, "minutes", "agree")
    assert "The vote was at 18:40." in _page(session, session.lead)
    assert "The vote was at 18:40." not in _page(session, session.gianni)
    session.do(session.lead, "minutes", "take_back", reason="The time of the vote.")
    page = _page(session, session.lead)
    assert ("The vote was at 18:40." in page, "Amal" in page) == (True, False)
    write(session, "The vote was at 18:40.", 1)
    propose(session)
    assert session.see(session.lead, "minutes")["counts"] == {"asked": 3, "agreed": 0, "objected": 0}
    for who in (session.amal, session.gianni, session.lead):
        session.do(who, "minutes", "agree")
    minutes = minutes_of(session)
    assert minutes.agreed is True
    assert told(session.room, minutes, minutes.proposed)["objections"] == []


# --- Names -------------------------------------------------------------------------------------
def test_a_name_is_taken_out_of_what_lies_before_the_group_and_both_seals_are_told(session: Session) -> None:
    for who in (session.amal, session.gianni):
        session.do(who, "minutes", "name")
    propose(session)
    before = section(session, "attendance"), seal_of(session)
    session.do(session.gianni, "minutes", "agree")
    assert "Amal, Gianni" in words_of(before[0]["facts"])
    assert 'value="unname"' in _page(session, session.amal)
    session.do(session.amal, "minutes", "unname")
    minutes = minutes_of(session)
    assert minutes.proposed is not None
    said = told(session.room, minutes, minutes.proposed)
    assert ("Amal" in repr(said), "Gianni" in repr(said)) == (False, True)
    assert section(session, "attendance")["facts"][:-1] == before[0]["facts"][:-1]
    assert said["seal"] == sha256(minutes.proposed.content) != before[1]
    assert before[1] in said["about"][-1]
    line = JournalEntry.objects.get(verb="minutes.blank")
    assert (line.before, line.after) == (before[1], said["seal"])
    assert session.see(session.gianni, "minutes")["answer"] == {"agrees": True, "words": ""}  # nothing else changed
    assert session.see(session.amal, "minutes")["named"] is False
    assert 'value="unname"' not in _page(session, session.amal)


def test_who_is_not_named_takes_nothing_out_and_nobody_is_named_anew(session: Session) -> None:
    propose(session)
    before = seal_of(session)
    session.do(session.amal, "minutes", "unname")
    assert seal_of(session) == before
    with pytest.raises(Conflict, match="take your name out"):
        session.do(session.amal, "minutes", "name")


def test_what_is_published_says_no_name_that_was_taken_out_and_is_not_changed_any_more(session: Session) -> None:
    helped = add_assisted(room=session.room, name="Rosa", by=session.lead.person)
    session.do(session.lead, "minutes", "name", **{"for": str(helped.pk)})
    session.do(session.gianni, "minutes", "name")
    propose(session)
    assert "Rosa" in words_of(section(session, "attendance")["facts"])
    assert 'value="unname"' in _page(session, session.lead)
    session.do(session.lead, "minutes", "unname", **{"for": str(helped.pk)})
    for who in (session.amal, session.gianni, session.lead):
        session.do(who, "minutes", "agree")
    session.do(session.lead, "minutes", "agree", **{"for": str(helped.pk)})
    page = Client().get(page_of(session.room, "minutes")).content.decode()
    assert ("Gianni" in page, "Rosa" in page) == (True, False)
    with pytest.raises(Conflict):
        session.do(session.gianni, "minutes", "unname")


def test_who_leaves_for_good_is_not_named_in_what_is_published_later(session: Session) -> None:
    person = make_account("Ada")
    ada = join(session.room, person=person)
    session.do(ada, "minutes", "name")
    propose(session)
    assert person.name in words_of(section(session, "attendance")["facts"])
    erase_person(person=person, by=person)
    assert "Ada" not in str(last_of(minutes_of(session)).content)


def test_an_objection_has_words_is_noted_without_a_name_and_keeps_the_minutes_in_the_room(session: Session) -> None:
    propose(session)
    with pytest.raises(ValidationError):
        session.do(session.amal, "minutes", "object", text=" ")
    session.do(session.amal, "minutes", "agree")
    session.do(session.amal, "minutes", "object", text="The vote was at 18:40.")
    assert MinutesAnswer.objects.count() == 1
    pass_time(session)
    with pytest.raises(Conflict):
        session.do(session.gianni, "minutes", "agree")
    assert (publish_due(), publish_due()) == (1, 0)
    minutes = minutes_of(session)
    assert (minutes.state, minutes.agreed, minutes.audience) == ("published", False, "room")
    said = told(session.room, minutes, minutes.proposed)
    assert said["objections"] == ["The vote was at 18:40."]
    assert "Amal" not in repr(said)


def test_taken_back_they_are_written_on_and_old_answers_do_not_count(session: Session) -> None:
    propose(session)
    session.do(session.amal, "minutes", "object", text="No")
    session.do(session.lead, "minutes", "take_back", reason="A slip in the votes.")
    assert JournalEntry.objects.get(verb="minutes.draft").reason == "A slip in the votes."
    write(session, "Corrected.", 1)
    propose(session)
    assert session.see(session.amal, "minutes")["answer"] is None
    assert section(session, "agenda")["added"] == "Corrected."


def test_the_facilitator_answers_for_who_has_no_device(session: Session) -> None:
    helped = add_assisted(room=session.room, name="Rosa", by=session.lead.person)
    propose(session)
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "minutes", "agree", **{"for": str(helped.pk)})
    with pytest.raises(ValidationError):
        session.do(session.lead, "minutes", "agree", **{"for": str(session.amal.pk)})
    session.do(session.lead, "minutes", "agree", **{"for": str(helped.pk)})
    assert session.see(session.lead, "minutes")["counts"] == {"asked": 4, "agreed": 1, "objected": 0}
    assert MinutesAnswer.objects.get().entered_by == session.lead.person


def test_the_minutes_tell_which_answers_were_entered(session: Session) -> None:
    helped = add_assisted(room=session.room, name="Rosa", by=session.lead.person)
    close_room(room=session.room, by=session.lead.person)
    session.room.refresh_from_db()
    propose(session)
    session.do(session.lead, "minutes", "agree", **{"for": str(helped.pk)})
    for who in (session.amal, session.gianni, session.lead):
        session.do(who, "minutes", "agree")
    found = minutes_of(session)
    found.language = "en"
    assert told(session.room, found, found.proposed)["about"][-2:] == [
        "The rule: Nobody objects. 4 people agreed, 0 people objected.",
        "The facilitator entered the answer of 1 person without a device.",
    ]


def test_who_was_removed_is_not_answered_for(session: Session) -> None:
    helped = add_assisted(room=session.room, name="Rosa", by=session.lead.person)
    propose(session)
    session.do(session.lead, "moderation", "remove", id=str(helped.pk), reason="She went home.")
    with pytest.raises(ValidationError):
        session.do(session.lead, "minutes", "object", text="No", **{"for": str(helped.pk)})
    with pytest.raises(ValidationError):
        answer_minutes(room=session.room, by=session.lead.person, agrees=True, participant=helped)
    assert not MinutesAnswer.objects.exists()


def test_minutes_that_nobody_answered_are_not_agreed_and_can_be_asked_about_again(session: Session) -> None:
    propose(session)
    session.do(session.lead, "minutes", "agree")  # who asks does not answer for the group
    pass_time(session)
    assert publish_due() == 0
    found = minutes_of(session)
    assert (found.state, found.agreed, found.published_at) == ("draft", None, None)
    assert "perhaps with more time" in _page(session, session.lead)
    assert _silence(session) in _page(session, session.amal)
    propose(session)
    assert _silence(session) not in _page(session, session.amal)
    session.do(session.amal, "minutes", "agree")
    pass_time(session)
    assert publish_due() == 1
    assert minutes_of(session).agreed is True


def _page(session: Session, who: Participant) -> str:
    return str(browser(who).get(page_of(session.room, "minutes")).content.decode())


def _silence(session: Session) -> str:
    """What the minutes say of it, in the room's language."""
    with translation.override(session.room.language):
        said = gettext(
            "The group was asked until %(moment)s, and nobody had answered by then. The facilitator can ask again."
        )
    return said.split("%(moment)s")[1]


def test_who_is_alone_in_a_room_agrees_alone(session: Session) -> None:
    for who in (session.amal, session.gianni):
        session.do(session.lead, "moderation", "remove", id=str(who.pk), reason="By mistake.")
    propose(session)
    session.do(session.lead, "minutes", "agree")
    assert minutes_of(session).agreed is True


def test_the_group_answers_after_the_room_is_closed(session: Session) -> None:
    close_room(room=session.room, by=session.lead.person)
    session.room.refresh_from_db()
    propose(session)
    session.do(session.amal, "minutes", "agree")
    assert session.see(session.amal, "minutes")["answer"] == {"agrees": True, "words": ""}
    assert set(session.see(None, "minutes")) == {"state", "used", "closes_at", "agreed"}


@pytest.mark.parametrize("wrong", [{"time": 1}, {"time": 10**6}, {"rule": "me"}, {"audience": "nobody"}])
def test_odd_proposals_are_refused(session: Session, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        session.do(session.lead, "minutes", "propose", **{"time": 10, "rule": "most", "audience": "room", **wrong})
