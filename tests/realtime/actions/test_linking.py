"""Who was entered by hand has a device by now: what was done for them is theirs."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.people.models import Person
from realtime import tools
from realtime.actions import add_assisted, post_passage, write_turns
from realtime.models import Ballot, BreakoutSeat, Participant, Room, ToolState
from tests.realtime.factories import join, leader, make_room
from tests.realtime.minutes import propose, section
from tests.realtime.rounds import child, in_child, make
from tests.realtime.sessions import Session
from tests.realtime.spoken import blocks
from tests.together import at_once


def test_who_has_a_device_by_now_takes_over_what_was_entered_for_them(session: Session) -> None:
    session.do(session.lead, "speaking", "add", name="Nonna Pina")
    session.do(session.lead, "speaking", "next")
    session.do(session.lead, "speaking", "done")
    pina = next(each["id"] for each in session.see(session.lead, "door")["people"] if each["kind"] == "assisted")
    session.do(session.lead, "chat", "post", text="The benches are too low.", **{"for": pina})
    row = Participant.objects.in_city(session.room.city_id).select_related("person").get(pk=pina)
    for item, person in (("a", row.person), ("b", row.person), ("b", session.amal.person)):
        Ballot.objects.create(room=session.room, tool="polls", item=item, person=person, value=person.name)
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "door", "link", id=pina, to=str(session.amal.pk))
    session.do(session.lead, "door", "link", id=pina, to=str(session.amal.pk))
    assert session.see(session.amal, "chat")["messages"][-1]["name"] == "Amal"
    assert session.see(session.amal, "speaking")["spoken"] == 1
    own = Ballot.objects.filter(room=session.room, person=session.amal.person).order_by("item")
    assert [(each.item, each.value) for each in own] == [("a", "Nonna Pina"), ("b", "Amal")]
    assert not Ballot.objects.filter(person=row.person).exists()
    assert session.see(session.lead, "moderation")["removed"] == []  # nobody was sent away
    with pytest.raises(ValidationError):
        session.do(session.lead, "moderation", "readmit", id=pina, reason="By mistake.")
    row.person.refresh_from_db()
    assert (row.person.is_active, row.person.merged_into_id) == (False, session.amal.person_id)
    for gone, stays in ((pina, str(session.amal.pk)), (str(session.gianni.pk), str(session.amal.pk))):
        with pytest.raises(ValidationError):
            session.do(session.lead, "door", "link", id=gone, to=stays)


def test_what_was_said_for_them_beside_the_text_is_theirs_too(session: Session) -> None:
    post_passage(room=session.room, by=session.lead.person, text="Six steel benches")
    session.do(session.lead, "door", "add", name="Nonna Pina")
    pina = next(each["id"] for each in session.see(session.lead, "door")["people"] if each["kind"] == "assisted")
    block = blocks(session)[0].id
    session.do(session.lead, "passages", "open", block=block, text="Too low for me.", **{"for": pina})
    session.do(session.lead, "door", "link", id=pina, to=str(session.amal.pk))
    [item] = session.see(session.amal, "passages")["items"]
    assert (item["mine"], item["assisted"], item["posts"][0]["name"]) == (True, False, "Amal")


@pytest.mark.django_db(transaction=True)
def test_a_hand_that_goes_up_meanwhile_is_not_lost() -> None:
    for _time in range(4):
        room = make_room()
        lead, amal = leader(room).person, join(room)
        pina = add_assisted(room=room, name="Nonna Pina", by=lead)
        tools.do(room=room, tool="speaking", command="raise", by=lead, args={"for": str(pina.pk)})
        others = [join(room, f"Person {number}") for number in range(5)]

        def do(who: Person, tool: str, command: str, room: Room = room, **args: str) -> None:
            tools.do(room=room, tool=tool, command=command, by=who, args=args)

        told = at_once(
            partial(do, lead, "door", "link", id=str(pina.pk), to=str(amal.pk)),
            *(partial(do, who.person, "speaking", "raise") for who in others),
        )
        assert told == [None] * 6
        queue = ToolState.objects.get(room=room, tool="speaking").state["queue"]
        assert set(queue) == {str(amal.pk), *(str(who.pk) for who in others)}


def test_an_answer_that_was_entered_for_them_is_theirs_to_change(session: Session) -> None:
    pina = str(add_assisted(room=session.room, name="Pina", by=session.lead.person).pk)
    write_turns(room=session.room, turns=[(session.lead.person, "paragraph", "Six benches.")])
    session.do(session.lead, "consent", "prepare", open="on")
    check = session.see(session.lead, "consent")["checks"][0]["id"]
    session.do(session.lead, "consent", "answer", check=check, answer="block", text="Too dear.", **{"for": pina})
    session.do(session.lead, "door", "link", id=pina, to=str(session.amal.pk))
    own = session.see(session.amal, "consent")["checks"][0]
    assert (own["mine"], own["words"]) == ("block", "Too dear.")
    session.do(session.amal, "consent", "answer", check=check, answer="agree")
    session.do(session.lead, "consent", "close", check=check)
    assert session.see(session.lead, "consent")["checks"][0]["outcome"] == "agreed"
    assert section(session, "concerns")["facts"] == []


def test_one_person_answers_the_minutes_once(session: Session) -> None:
    pina = str(add_assisted(room=session.room, name="Pina", by=session.lead.person).pk)
    session.do(session.lead, "minutes", "name", **{"for": pina})
    propose(session)
    session.do(session.lead, "minutes", "agree", **{"for": pina})
    session.do(session.lead, "door", "link", id=pina, to=str(session.amal.pk))
    session.do(session.amal, "minutes", "agree")
    assert session.see(session.lead, "minutes")["counts"] == {"asked": 3, "agreed": 1, "objected": 0}
    assert session.see(session.amal, "minutes")["named"]


def test_what_they_did_in_a_group_is_theirs_too(session: Session) -> None:
    pina = add_assisted(room=session.room, name="Pina", by=session.lead.person)
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    room = child(session, 1)
    inner = Session(room, in_child(room, session.lead), in_child(room, session.amal), session.gianni)
    inner.do(inner.lead, "chat", "post", text="The benches are too low.", **{"for": str(in_child(room, pina).pk)})
    session.do(session.lead, "door", "link", id=str(pina.pk), to=str(session.amal.pk))
    assert inner.see(inner.amal, "chat")["messages"][-1]["name"] == "Amal"
    places = Participant.objects.across_cities().filter(person=pina.person_id)
    assert {(each.state, each.epoch) for each in places} == {("removed", 2)}
    assert not BreakoutSeat.objects.filter(participant=pina).exists()


def test_their_turns_in_a_group_are_theirs_too(session: Session) -> None:
    pina = add_assisted(room=session.room, name="Pina", by=session.lead.person)
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    room = child(session, 1)
    inner = Session(room, in_child(room, session.lead), in_child(room, session.amal), session.gianni)
    for place, who in ((session, pina), (inner, in_child(room, pina))):
        for command, said in (("raise", str(who.pk)), ("next", ""), ("done", ""), ("raise", str(who.pk))):
            place.do(place.lead, "speaking", command, **({"for": said} if said else {}))
    session.do(session.lead, "door", "link", id=str(pina.pk), to=str(session.amal.pk))
    for place in (session, inner):
        shown = place.see(place.amal, "speaking")
        assert [each["id"] for each in shown["queue"]] == [str(place.amal.pk)]
        assert shown["spoken"] == 1
        kept = ToolState.objects.get(room=place.room, tool="speaking").state
        assert set(kept["heard"]) == {str(place.amal.pk)}
