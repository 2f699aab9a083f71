"""What every tool stands on: arguments read kindly, people read once, and nobody counted who is not there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from realtime.actions import add_assisted, go_home, leave_room, remove
from realtime.choices import ParticipantState, RoomRole
from realtime.models import Participant, Room
from realtime.tools.base import Order, everyone_of, fresh, people_of, read_states, state_of
from tests.realtime.factories import join, make_room
from tests.realtime.sessions import Session


def order(session: Session, **args: Any) -> Order:
    return Order(session.room, session.lead.person, session.lead, args, {})


@pytest.mark.parametrize(
    ("given", "read"),
    [("  two\n words ", "two words"), ("nul\0l", "null"), (7, "7"), (None, ""), (["x"], ""), ({}, "")],
)
def test_words_come_in_one_line_and_odd_values_as_none(session: Session, given: Any, read: str) -> None:
    assert order(session, text=given).text("text", required=False) == read


@pytest.mark.parametrize(("given", "code"), [("", "required"), (" \n", "required"), ("x" * 11, "max_length")])
def test_words_that_lack_or_are_too_long_are_refused_at_their_name(session: Session, given: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        order(session, title=given).text("title", 10)
    assert [error.code for error in refused.value.error_dict["title"]] == [code]


@pytest.mark.parametrize("given", ["", "ten", "3.5", "0", "21", "-1", None, [], "9" * 40])
def test_a_number_out_of_bounds_says_between_which(session: Session, given: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        order(session, minutes=given).number("minutes", 1, 20)
    [message] = refused.value.message_dict["minutes"]
    assert "1" in message
    assert "20" in message
    assert order(session, minutes="20").number("minutes", 1, 20) == 20


@pytest.mark.parametrize("given", ["", "nobody", None, 5, "00000000-0000-0000-0000-000000000000"])
def test_somebody_who_is_not_of_the_room_is_gone(session: Session, given: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        order(session, id=given).other()
    assert [error.code for error in refused.value.error_dict["id"]] == ["gone"]
    elsewhere = join(make_room(), "Elsewhere")
    with pytest.raises(ValidationError):
        order(session, id=str(elsewhere.pk)).other()
    assert order(session, id=str(session.amal.pk)).other() == session.amal


def test_an_order_is_given_only_for_somebody_without_a_device_who_is_in(session: Session) -> None:
    pina = add_assisted(room=session.room, name="Pina", by=session.lead.person)
    given = order(session)
    given.give_to(pina)
    assert (given.by, given.participant, given.helper) == (pina.person, pina, session.lead.person)
    with pytest.raises(ValidationError):
        order(session).give_to(session.amal)
    pina.state = ParticipantState.REMOVED
    with pytest.raises(ValidationError):
        order(session).give_to(pina)
    order(session).give_to(pina, away=True)


def test_everyone_is_read_once_and_anew_when_asked(
    session: Session, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    room = Room.objects.in_city(session.room.city_id).get(pk=session.room.pk)
    assert count_queries(lambda: [everyone_of(room), people_of(room), everyone_of(room)]) == 1
    join(session.room, "Noor")
    assert "Noor" not in [seat.name for seat in everyone_of(room)]
    assert "Noor" in [seat.name for seat in everyone_of(fresh(room))]


def test_who_was_removed_is_of_everyone_and_not_of_the_people(session: Session) -> None:
    remove(participant=session.amal, by=session.lead.person, reason="Shouting.")
    room = fresh(session.room)
    assert "Amal" in [seat.name for seat in everyone_of(room)]
    assert "Amal" not in [seat.name for seat in people_of(room)]


def test_a_place_is_taken_by_who_is_here_or_came_just_now_or_has_no_device(session: Session) -> None:
    add_assisted(room=session.room, name="Pina", by=session.lead.person)
    rows = Participant.objects.in_city(session.room.city_id)
    long_ago = timezone.now() - timedelta(days=2)
    rows.filter(pk=session.gianni.pk).update(seen_at=long_ago, joined_at=long_ago - timedelta(hours=1))
    rows.filter(pk=session.lead.pk).update(seen_at=timezone.now())
    olga = join(session.room, "Olga")
    rows.filter(pk=olga.pk).update(role=RoomRole.OBSERVER)
    bea, rosa = join(session.room, "Bea"), add_assisted(room=session.room, name="Rosa", by=session.lead.person)
    leave_room(participant=bea)
    go_home(participant=rosa, by=session.lead.person)
    takes = {seat.name: seat.takes_place for seat in everyone_of(fresh(session.room))}
    here = {session.lead.name: True, "Amal": True, "Pina": True}
    assert takes == {**here, "Gianni": False, "Olga": False, "Bea": False, "Rosa": False}
    assert set(rows.taking_places().values_list("person__name", flat=True)) == set(here)


def test_who_left_leads_no_more_until_seen_again(session: Session) -> None:
    def leads() -> bool:
        return next(seat.leads for seat in everyone_of(fresh(session.room)) if seat.pk == session.lead.pk)

    assert leads()
    leave_room(participant=session.lead)
    assert not leads()
    rows = Participant.objects.in_city(session.room.city_id).filter(pk=session.lead.pk)
    rows.update(seen_at=timezone.now() + timedelta(seconds=1))
    assert leads()


def test_states_of_several_tools_take_one_question(
    session: Session, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    session.do(session.lead, "board", "close", reason="We read.")
    room = fresh(session.room)

    def look() -> None:
        read_states(room, ["board", "chat", "agenda"])
        assert state_of(room, "board")["open"] is False
        assert state_of(room, "chat") == {}

    assert count_queries(look) == 1
