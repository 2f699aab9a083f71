"""After an erasure nothing of the person's words is found in any column of any table, nor in any file; each kind by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from backend.base import prose
from backend.base.journal import JournalEntry, first_broken, link_all
from backend.pacts.models import Decision
from realtime import tools
from realtime.actions import ask_erasure, bring_text, submit_proposal, write_turns
from realtime.actions.erasing import take_words_out
from realtime.actions.minutes import find_minutes, latest
from realtime.actions.paper import make_paper, told
from realtime.models import (
    Breakout,
    ConsentCheck,
    Erasure,
    Minutes,
    MinutesRevision,
    Participant,
    Passage,
    Room,
    ToolState,
    Version,
)
from tests.realtime.boards import fields_of
from tests.realtime.evenings import (
    WORD,
    Evening,
    beside_passages,
    blocks,
    found,
    in_a_consent_check_and_its_concerns,
    in_a_version_its_title_and_reason,
    in_captions,
    in_messages_to_all_and_second_looks,
    in_silence_and_on_photos,
    in_the_chat,
    in_the_minutes,
    in_the_text,
    in_votes,
    on_the_board,
    propose_minutes,
)
from tests.realtime.factories import join
from tests.realtime.minutes import last_of
from tests.realtime.pasts import agree, fresh, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening() -> Evening:
    return Evening()


KINDS: tuple[Callable[[Evening], None], ...] = (
    in_the_text,
    in_a_version_its_title_and_reason,
    in_the_chat,
    on_the_board,
    in_silence_and_on_photos,
    in_captions,
    in_votes,
    in_a_consent_check_and_its_concerns,
    in_the_minutes,
    beside_passages,
    in_messages_to_all_and_second_looks,
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_nothing_of_it_is_found_anywhere(evening: Evening, kind: Callable[[Evening], None]) -> None:
    kind(evening)
    assert found()
    erasure = evening.erase()
    assert found() == []
    assert said(fresh(evening.room))[0] == "Old people sit down."
    assert sum(erasure.taken.values())
    link_all()
    assert first_broken(evening.room.city.slug) is None


def test_a_text_of_a_group_goes_from_the_group_and_from_what_was_brought(evening: Evening) -> None:
    evening.do(evening.lead, "breakouts", "make", count=1, minutes=10, everyone="1")
    evening.do(evening.lead, "breakouts", "send")
    group = Breakout.objects.get().groups.order_by("number").first()
    assert group is not None
    assert group.room is not None
    child = Room.objects.in_city(group.room.city_id).select_related("city", "thread").get(pk=group.room_id)
    secret = f"In our group the {WORD} was loved."
    write_turns(room=child, turns=[(evening.amal.person, "paragraph", secret), (evening.bo.person, "paragraph", "So.")])
    bring_text(room=fresh(evening.room), by=evening.lead.person, group=group.pk)
    assert secret in said(evening.room)
    evening.erase()
    below = Erasure.objects.in_city(child.city_id).get(room=child)
    assert below.state == "agreed"
    take_words_out.call(str(below.pk))
    assert found() == []
    assert said(fresh(evening.room))[-1] == "So."
    assert said(fresh(child))[-1] == "So."


def test_an_idea_of_a_group_goes_from_the_group_and_from_the_main_board(evening: Evening) -> None:
    evening.do(evening.lead, "breakouts", "make", count=1, minutes=10, everyone="1")
    evening.do(evening.lead, "breakouts", "send")
    group = Breakout.objects.get().groups.get()
    assert group.room is not None
    child = Room.objects.in_city(group.room.city_id).select_related("city", "thread").get(pk=group.room_id)
    idea = {"column": "c1", "text": f"Plant the {WORD}."}
    tools.do(room=child, tool="board", command="add_note", by=evening.amal.person, args=idea)
    bring_text(room=fresh(evening.room), by=evening.lead.person, group=group.pk)
    assert [note["text"] for note in fields_of(evening.room).values()] == [idea["text"]]
    evening.erase()
    below = Erasure.objects.in_city(child.city_id).get(room=child)
    take_words_out.call(str(below.pk))
    assert found() == []


def test_what_somebody_said_in_a_group_goes_from_the_minutes_of_the_main_room(evening: Evening) -> None:
    evening.do(evening.lead, "breakouts", "make", count=1, minutes=10, everyone="1")
    evening.do(evening.lead, "breakouts", "send")
    group = Breakout.objects.get().groups.get()
    assert group.room is not None
    child = Room.objects.in_city(group.room.city_id).select_related("city", "thread").get(pk=group.room_id)

    def inner(who: Participant, tool: str, command: str, **args: Any) -> None:
        tools.do(room=child, tool=tool, command=command, by=who.person, args=args)

    inner(evening.lead, "consent", "prepare", open="on")
    check = str(ConsentCheck.objects.in_city(child.city_id).get(room=child).pk)
    inner(evening.amal, "consent", "answer", check=check, answer="block", text=f"Not the {WORD}.")
    inner(evening.lead, "consent", "close", check=check)
    propose_minutes(evening)
    assert WORD in str(last_of(find_minutes(evening.room)).facts["concerns"])
    evening.erase()
    # Their paper is printed again between the two erasures.
    paper = Minutes.objects.in_city(evening.room.city_id).filter(room=evening.room)
    paper.update(state="published", published_at=timezone.now(), pdf=WORD.encode())
    take_words_out.call(str(Erasure.objects.in_city(child.city_id).get(room=child).pk))
    assert found() == []
    assert len(last_of(find_minutes(evening.room)).content["taken_out"]) == 1


# --- What stays, and how it is told --------------------------------------------------------
def test_a_decision_keeps_the_seal_it_was_made_under_and_says_that_words_went(evening: Evening) -> None:
    in_a_consent_check_and_its_concerns(evening)
    before = Version.objects.across_cities().get()
    evening.erase()
    check, after = ConsentCheck.objects.across_cities().get(), Version.objects.across_cities().get()
    assert (check.text_sha256, Decision.objects.across_cities().get().text_sha256) == (before.sha256,) * 2
    assert (after.first_sha256, after.sha256 != before.sha256) == (before.sha256, True)
    assert after.taken_at is not None
    assert check.turnout["answered"] == 2
    minutes, revision = find_minutes(evening.room), MinutesRevision.objects.order_by("-number").first()
    assert revision is not None
    assert before.sha256 in str(told(evening.room, minutes, revision))
    assert len(revision.content["taken_out"]) == 1


def test_what_was_handed_in_is_the_city_s_and_stays(evening: Evening) -> None:
    submit_proposal(room=fresh(evening.room), by=evening.lead.person, title="Trees")
    evening.erase()
    assert found() == ["pacts_proposal.summary", "pacts_proposalversion.content", "realtime_version.content"]


def test_what_others_said_stays_even_where_it_is_the_same(evening: Evening) -> None:
    evening.do(evening.amal, "board", "add_note", column="c1", text="Shade")
    evening.do(evening.bo, "board", "add_note", column="c1", text="Shade")
    propose_minutes(evening)
    evening.erase()
    assert "Shade" in str(last_of(find_minutes(evening.room)).facts["ideas"])


def test_a_comment_keeps_others_words_also_where_they_left_the_text(evening: Evening) -> None:
    block = blocks(evening.room)[0]
    evening.do(evening.bo, "passages", "open", block=block.id, start=0, quote="Old people", text="Which?")
    change = {"block": block.id, "before": block.text, "after": "All sit down."}
    evening.do(evening.lead, "passages", "suggest", **change)
    suggestion = Passage.objects.in_city(evening.room.city_id).get(kind="suggestion")
    evening.do(evening.lead, "passages", "accept", id=suggestion.key)
    assert said(evening.room)[0] == "All sit down."
    evening.erase()
    comment = Passage.objects.in_city(evening.room.city_id).get(kind="comment")
    assert comment.quote == "Old people"


def test_reasons_for_acts_about_others_stay(evening: Evening) -> None:
    evening.do(evening.amal, "moderation", "mute", id=str(evening.bo.pk), reason="He shouted.")
    evening.erase()
    assert JournalEntry.objects.filter(verb="participant.mute", reason="He shouted.").exists()


def test_a_second_erasure_keeps_the_signs_of_the_first(evening: Evening) -> None:
    cleo = join(evening.room, "Cleo")
    write_turns(room=fresh(evening.room), turns=[(cleo.person, "paragraph", "Cleo wants a fountain.")])
    version = evening.version()
    evening.erase()
    second = ask_erasure(room=fresh(evening.room), person=cleo.person, by=cleo.person)
    agree(second, evening.lead.person)
    after = Version.objects.across_cities().get(pk=version.pk)
    texts = [piece.text for piece in prose.blocks(after.content)]
    sign = texts[1]
    assert texts == ["Old people sit down.", sign, sign]
    assert sign.startswith("[")
    assert after.first_sha256 == version.sha256


# --- Nothing was forgotten -----------------------------------------------------------------
# Columns that hold words, or could: what becomes of them.
GOES = {
    "Caption.text Concern.text Concern.how ConsentCheck.passage ConsentCheck.question ConsentCheck.translations",
    "Erasure.reason Minutes.pdf MinutesAnswer.words MinutesRevision.content NotePhoto.alt Passage.quote Passage.words",
    "Poll.options Poll.question Poll.translations SilentNote.text Snapshot.data Timeline.data Update.data Update.seal",
    "Version.content Version.reason Version.title VersionIdea.text ToolState.state",
}


STAYS = {
    # what all of it is filed under, and tools of those who lead
    "Room.title Room.question Room.place Room.translations Breakout.question BreakoutGroup.title",
    "SessionPlan.name SessionPlan.steps",
    # owed to the person: why it was done or refused
    "Erasure.answer",
    # counts, ids, seals, keys, folders
    "Ballot.value Ballot.item ConsentCheck.blocks ConsentCheck.turnout Poll.result Poll.shown Brought.blocks",
    "Erasure.taken Erasure.files Timeline.sittings NotePhoto.path NotePhoto.widths NotePhoto.note Passage.key",
    "SilentNote.key SilentNote.column VersionIdea.block VersionIdea.note Room.slug Participant.dismissed",
}


def test_every_column_that_could_hold_words_has_been_decided() -> None:
    wordy = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
    plain = ("state", "kind", "role", "place", "language", "sha256", "tool", "code", "digest")
    there = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("realtime").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, wordy) and not field.choices and not field.name.endswith(plain)
    } | {"Room.place", "ToolState.state"}
    decided = {name for line in (*GOES, *STAYS) for name in line.split()}
    assert there - decided == {"Erasure.problem"}
    assert decided - there == set()


def test_the_paper_is_printed_anew(evening: Evening) -> None:
    in_the_minutes(evening)
    evening.erase()
    minutes = Minutes.objects.across_cities().get()
    assert minutes.pdf is None
    make_paper.call(str(minutes.pk))
    assert WORD not in str(told(evening.room, minutes, latest(minutes)))
    assert ToolState.objects.filter(room=evening.room).exists()
