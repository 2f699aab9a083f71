"""What somebody leaves behind in a room, and how it goes to who takes over."""

from typing import Any

import pytest
from django.apps import apps

from backend.people.actions import make_guest
from backend.people.models import Person
from realtime.actions import add_assisted, write_turns
from realtime.actions.ballots import poll_as_data
from realtime.actions.belongings import IN_ROOM, move_rows
from realtime.models import Ballot, Concern, ConsentCheck, MinutesAnswer, Participant, Poll, SilentNote
from tests.realtime.factories import join, make_room
from tests.realtime.minutes import propose
from tests.realtime.sessions import Session


@pytest.fixture
def pina(session: Session) -> Participant:
    return add_assisted(room=session.room, name="Pina", by=session.lead.person)


def checked(session: Session) -> str:
    write_turns(room=session.room, turns=[(session.lead.person, "paragraph", "Six benches.")])
    session.do(session.lead, "consent", "prepare", open="on")
    key: str = session.see(session.lead, "consent")["checks"][0]["id"]
    return key


def answer(session: Session, who: Participant, check: str, said: str, **more: Any) -> None:
    by = session.lead if "for" in more else who
    session.do(by, "consent", "answer", check=check, answer=said, **more)


def test_no_column_of_a_room_that_names_a_person_is_forgotten() -> None:
    named = {
        (model, field.name)
        for model in apps.get_app_config("realtime").get_models()
        for field in model._meta.local_fields
        if field.related_model is Person
    }
    alone = {"Participant.person", "SessionPlan.by"}  # the place itself, and what is in no room
    there = {f"{model.__name__}.{name}" for model, name in named} - alone
    ours = [each for each in IN_ROOM if each.model._meta.app_label == "realtime"]
    assert {f"{each.model.__name__}.{each.field}" for each in ours} == there


@pytest.mark.django_db
def test_every_row_of_the_table_finds_its_way_to_the_room(session: Session) -> None:
    other = make_guest(name="Ugo", language="en")
    move_rows(IN_ROOM, session.gianni.person, other, [session.room])  # a way that is none raises here
    move_rows(IN_ROOM, session.gianni.person, other)


@pytest.mark.django_db
def test_what_was_done_in_another_room_stays(session: Session) -> None:
    elsewhere = make_room(city=session.room.city)
    join(elsewhere, person=session.amal.person)
    for room in (session.room, elsewhere):
        SilentNote.objects.create(room=room, person=session.amal.person, key="k1", column="c1", text="Shade")
    move_rows(IN_ROOM, session.amal.person, session.gianni.person, [session.room])
    owners = {note.room_id: note.person_id for note in SilentNote.objects.all()}
    assert owners == {session.room.pk: session.gianni.person_id, elsewhere.pk: session.amal.person_id}


def test_where_both_answered_an_open_check_the_other_answer_goes_with_its_words(
    session: Session, pina: Participant
) -> None:
    check = checked(session)
    answer(session, pina, check, "block", text="Too dear.", **{"for": str(pina.pk)})
    answer(session, session.amal, check, "agree")
    session.do(session.lead, "door", "link", id=str(pina.pk), to=str(session.amal.pk))
    session.do(session.lead, "consent", "close", check=check)
    assert ConsentCheck.objects.across_cities().get().turnout["blocks"] == 0
    assert not Concern.objects.across_cities().exists()


def test_words_of_a_check_that_was_stamped_are_not_lost(session: Session, pina: Participant) -> None:
    check = checked(session)
    answer(session, pina, check, "block", text="Too dear.", **{"for": str(pina.pk)})
    answer(session, session.amal, check, "concern", text="No shade.")
    session.do(session.lead, "consent", "close", check=check)
    session.do(session.lead, "door", "link", id=str(pina.pk), to=str(session.amal.pk))
    said = Concern.objects.across_cities().select_related("person")
    assert {(each.text, each.person.name) for each in said} == {("Too dear.", "Amal"), ("No shade.", "Amal")}


def test_where_both_answered_the_minutes_ones_own_answer_stands(session: Session, pina: Participant) -> None:
    propose(session)
    session.do(session.lead, "minutes", "object", text="Wrong.", **{"for": str(pina.pk)})
    session.do(session.amal, "minutes", "agree")
    session.do(session.lead, "door", "link", id=str(pina.pk), to=str(session.amal.pk))
    assert list(MinutesAnswer.objects.values_list("person", "agrees")) == [(session.amal.person_id, True)]


def test_rooms_are_told_apart_by_every_way(session: Session) -> None:
    """A message in the chat and one at a passage are in the same room by two ways."""
    session.do(session.amal, "chat", "post", text="The benches are too low.")
    move_rows(IN_ROOM, session.amal.person, session.gianni.person, [session.room])
    assert session.see(session.lead, "chat")["messages"][-1]["name"] == "Gianni"


def test_where_both_answered_minutes_that_were_published_both_answers_stay(session: Session, pina: Participant) -> None:
    propose(session)
    session.do(session.lead, "minutes", "agree", **{"for": str(pina.pk)})
    for who in (session.amal, session.gianni, session.lead):
        session.do(who, "minutes", "agree")
    session.do(session.lead, "door", "link", id=str(pina.pk), to=str(session.amal.pk))
    assert session.see(session.lead, "minutes")["counts"]["agreed"] == 4


@pytest.mark.parametrize("closed", [True, False])
def test_of_two_votes_both_stay_where_they_were_counted_and_one_where_they_were_not(
    session: Session, pina: Participant, closed: bool
) -> None:
    session.do(
        session.lead, "polls", "draft", kind="single", question="Where?", options=["a", "b"], open="on", anonymous="no"
    )
    key = session.see(session.lead, "polls")["polls"][0]["id"]
    session.do(session.lead, "polls", "vote", poll=key, choice="o1", **{"for": str(pina.pk)})
    session.do(session.amal, "polls", "vote", poll=key, choice="o2")
    session.do(session.gianni, "polls", "vote", poll=key, choice="o2")
    for command in ("close",) if closed else ():
        session.do(session.lead, "polls", command, poll=key)
    session.do(session.lead, "door", "link", id=str(pina.pk), to=str(session.amal.pk))
    if not closed:
        session.do(session.lead, "polls", "close", poll=key)
    told = poll_as_data(Poll.objects.across_cities().get(pk=key))
    counted = {row["text"]: row["count"] for row in told["rows"]}
    assert counted == ({"a": 1, "b": 2} if closed else {"a": 0, "b": 2})
    assert len(told["voters"]) == (3 if closed else 2)


def test_a_vote_that_only_they_gave_is_theirs_also_where_it_was_counted(session: Session, pina: Participant) -> None:
    session.do(session.lead, "polls", "draft", kind="single", question="?", options=["a", "b"], open="on")
    key = session.see(session.lead, "polls")["polls"][0]["id"]
    session.do(session.lead, "polls", "vote", poll=key, choice="o1", **{"for": str(pina.pk)})
    session.do(session.lead, "polls", "close", poll=key)
    session.do(session.lead, "door", "link", id=str(pina.pk), to=str(session.amal.pk))
    assert Ballot.objects.get().person_id == session.amal.person_id
