"""Groups: everyone in exactly one, called back with their words, kind where there is nobody."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from backend.base import prose
from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from realtime import document, store
from realtime.actions import (
    add_assisted,
    authors_of,
    breakouts_of,
    leave_room,
    origins_of,
    post_passage,
    remove,
    return_to_room,
    set_role,
)
from realtime.choices import ParticipantState, RoomRole, RoomState
from realtime.models import Breakout, BreakoutSeat, GroupAuthor, Participant, Room
from realtime.permissions import abilities, rules_of
from tests.realtime.factories import join, leader, make_room
from tests.realtime.sessions import Session


def make(session: Session, count: int = 2, **args: Any) -> None:
    args = {"minutes": 15, "everyone": True, **args}
    session.do(session.lead, "breakouts", "make", count=count, **args)


def groups(session: Session) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = session.see(session.lead, "breakouts")["groups"]
    return shown


def child(session: Session, number: int) -> Room:
    rows = Room.objects.across_cities().select_related("city", "thread", "group")
    return rows.get(group_seat__number=number, parent=session.room)


def in_child(room: Room, who: Participant) -> Participant:
    found = Participant.objects.across_cities().select_related("person").get(room=room, person=who.person)
    found.room = room
    return found


def words_of(room: Room) -> list[tuple[str, str]]:
    said = document.read(store.updates_of(room.pk)[0])
    return [(piece.kind, piece.text) for piece in prose.blocks(said.content)]


# --- Making groups -----------------------------------------------------------------------
def test_groups_are_made_by_lot_with_assisted_people_too(session: Session) -> None:
    for name in ("Rosa", "Piero", "Lia"):
        add_assisted(room=session.room, name=name, by=session.lead.person)
    make(session, 2)
    made = groups(session)
    assert sorted(group["people"] for group in made) == [2, 3]
    assert {member["name"] for group in made for member in group["members"] if member["assisted"]} == {
        "Rosa",
        "Piero",
        "Lia",
    }
    assert "Irene" not in {name for group in made for name in group["names"]}


@pytest.mark.parametrize("count", [0, 3, 21, "x", -1])
def test_a_group_with_nobody_in_it_is_refused_kindly(session: Session, count: Any) -> None:
    with pytest.raises(ValidationError):
        make(session, count)
    assert not Breakout.objects.exists()


def test_a_room_without_people_makes_no_groups(db: None) -> None:
    room = make_room()
    alone = Session(room, leader(room), leader(room), leader(room))
    with pytest.raises(ValidationError, match="Nobody is here yet"):
        make(alone, 1)


def test_only_who_is_here_gets_a_place_unless_everyone_is_wanted(session: Session) -> None:
    with pytest.raises(ValidationError):
        make(session, 1, everyone=False)
    add_assisted(room=session.room, name="Rosa", by=session.lead.person)
    make(session, 1, everyone=False)
    assert groups(session)[0]["names"] == ["Rosa"]


def test_groups_by_hand_go_only_when_none_is_empty(session: Session) -> None:
    make(session, 2, choosing="hand")
    for who in (session.amal, session.gianni):
        session.do(session.lead, "breakouts", "put", id=str(who.pk), group=1)
    with pytest.raises(ValidationError, match="Nobody is in"):
        session.do(session.lead, "breakouts", "send")
    with pytest.raises(ValidationError):
        session.do(session.lead, "breakouts", "drop", group=1)
    session.do(session.lead, "breakouts", "drop", group=2)
    session.do(session.lead, "breakouts", "send")
    assert groups(session)[0]["people"] == 2


def test_people_choose_where_they_may(session: Session) -> None:
    make(session, 2, choosing="hand")
    with pytest.raises(ValidationError):
        session.do(session.amal, "breakouts", "choose", group=1)
    session.do(session.lead, "breakouts", "give_up")
    make(session, 2, choosing="free")
    assert session.see(session.amal, "breakouts")["may_choose"]
    session.do(session.amal, "breakouts", "choose", group=2)
    session.do(session.amal, "breakouts", "choose", group=1)
    session.do(session.gianni, "breakouts", "choose")
    assert [group["names"] for group in groups(session)] == [["Amal"], ["Gianni"]]
    assert session.see(session.amal, "breakouts")["mine"]["number"] == 1


def test_one_round_at_a_time_and_only_the_facilitator_makes_it(session: Session) -> None:
    make(session)
    with pytest.raises(Conflict):
        make(session)
    for command in ("make", "send", "call_back", "end", "give_up", "extend", "tell", "bring", "put", "drop"):
        with pytest.raises(PermissionDenied):
            session.do(session.amal, "breakouts", command, count=2, minutes=5, text="x", group=1)


# --- In the groups -----------------------------------------------------------------------
def test_a_group_has_its_room_its_heading_and_its_clock(session: Session) -> None:
    make(session, 2, question="What grows in shade?", minutes=20)
    session.do(session.lead, "breakouts", "send")
    room = child(session, 1)
    assert (room.language, room.city_id, room.parent_id) == (
        session.room.language,
        session.room.city_id,
        session.room.pk,
    )
    assert words_of(room) == [("heading", groups(session)[0]["title"]), ("paragraph", "What grows in shade?")]
    assert (room.token_digest, room.short_code) == (None, None)
    mine = session.see(session.amal, "breakouts")["mine"]
    own = child(session, mine["number"])
    assert mine["url"].endswith(f"/rooms/{own.slug}/")
    assert abilities(in_child(own, session.amal), rules_of(own))["write"]
    assert return_to_room(room=own, by=session.lead.person).role == RoomRole.FACILITATOR
    inner = Session(own, in_child(own, session.lead), in_child(own, session.amal), session.gianni)
    seen = inner.see(inner.amal, "breakouts")
    assert (seen["mine"]["number"], seen["called"], seen["main"]) == (mine["number"], False, session.room.title)
    assert inner.see(inner.amal, "agenda")["ends_at"] == session.see(session.amal, "breakouts")["ends_at"]


def test_rooms_of_groups_are_in_no_list(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    for who in (session.lead.person, session.amal.person):
        assert [room.pk for room in Room.objects.across_cities().visible_to(who)] in ([session.room.pk], [])


def test_a_group_calls_for_help_and_hears_words_for_all(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    room = child(session, 1)
    inner = Session(room, in_child(room, session.lead), in_child(room, session.amal), session.gianni)
    inner.do(inner.amal, "breakouts", "help")
    assert groups(session)[0]["asks_help"] is True
    inner.do(inner.amal, "breakouts", "help", on="0")
    assert groups(session)[0]["asks_help"] is False
    session.do(session.lead, "breakouts", "tell", text="Five more minutes")
    assert inner.see(inner.amal, "moderation")["message"]["text"] == "Five more minutes"


def test_late_comers_go_into_the_smallest_group_or_wait(session: Session) -> None:
    make(session, 2)
    session.do(session.lead, "breakouts", "send")
    late = join(session.room, "Late")
    later = join(session.room, "Later")
    assert sorted(group["people"] for group in groups(session)) == [2, 2]
    numbers = {session.see(who, "breakouts")["mine"]["number"] for who in (late, later)}
    assert numbers == {1, 2}


def test_who_waits_in_the_main_room_goes_in_when_they_want(session: Session) -> None:
    make(session, 1, late="wait")
    session.do(session.lead, "breakouts", "send")
    late = join(session.room, "Late")
    assert session.see(late, "breakouts")["mine"] is None
    assert session.see(late, "breakouts")["may_choose"]
    session.do(late, "breakouts", "choose")
    assert session.see(late, "breakouts")["mine"]["number"] == 1


def test_whoever_is_moved_leaves_one_group_for_the_other(session: Session) -> None:
    make(session, 2)
    session.do(session.lead, "breakouts", "send")
    before = session.see(session.amal, "breakouts")["mine"]["number"]
    other = 3 - before
    session.do(session.lead, "breakouts", "put", id=str(session.amal.pk), group=other)
    assert in_child(child(session, before), session.amal).state == ParticipantState.REMOVED
    assert in_child(child(session, other), session.amal).state == ParticipantState.ADMITTED
    session.do(session.lead, "breakouts", "put", id=str(session.amal.pk), group=before)
    assert in_child(child(session, before), session.amal).state == ParticipantState.ADMITTED
    assert BreakoutSeat.objects.filter(participant=session.amal).count() == 1


def test_whoever_is_removed_is_out_of_their_group_too(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    remove(participant=session.amal, by=session.lead.person, reason="Shouting.")
    assert in_child(child(session, 1), session.amal).state == ParticipantState.REMOVED
    assert groups(session)[0]["names"] == ["Gianni"]


def test_who_leads_and_who_watches_is_in_no_group(session: Session) -> None:
    set_role(participant=session.gianni, by=session.lead.person, role=RoomRole.OBSERVER)
    make(session, 1)
    assert groups(session)[0]["names"] == ["Amal"]
    with pytest.raises((ValidationError, PermissionDenied)):
        session.do(session.gianni, "breakouts", "choose", group=1)
    with pytest.raises(ValidationError):
        session.do(session.lead, "breakouts", "put", id=str(session.gianni.pk), group=1)


def test_a_leader_who_came_later_may_go_into_any_group(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    second = join(session.room, person=_account("Bruna"))
    set_role(participant=second, by=session.lead.person, role=RoomRole.FACILITATOR)
    room = child(session, 1)
    assert return_to_room(room=room, by=second.person).person == second.person


def _account(name: str) -> Any:
    from tests.factories import make_person

    return make_person(name)


# --- Coming back -------------------------------------------------------------------------
def test_called_back_nobody_writes_in_a_group_until_it_goes_on(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    room = child(session, 1)
    session.do(session.lead, "breakouts", "call_back")
    assert not abilities(in_child(room, session.amal), rules_of(room))["write"]
    with pytest.raises(Conflict):
        session.do(session.lead, "breakouts", "call_back")
    session.do(session.lead, "breakouts", "extend", minutes=5)
    assert abilities(in_child(room, session.amal), rules_of(room))["write"]
    session.do(session.lead, "breakouts", "call_back")
    session.do(session.lead, "breakouts", "end")
    room.refresh_from_db()
    assert room.state == RoomState.CLOSED
    assert session.see(session.amal, "breakouts")["mine"] is None
    verbs = set(JournalEntry.objects.filter(subject_kind="breakout").values_list("verb", flat=True))
    assert {"breakout.make", "breakout.open", "breakout.back", "breakout.done"} <= verbs


def test_the_words_of_a_group_come_into_the_main_text_with_their_authors(session: Session) -> None:
    make(session, 1, question="What grows in shade?")
    session.do(session.lead, "breakouts", "send")
    room = child(session, 1)
    post_passage(room=room, by=session.amal.person, text="Ferns and ivy.\n\nAnd moss.")
    session.do(session.lead, "breakouts", "call_back")
    session.do(session.lead, "breakouts", "bring", group=1)
    title = groups(session)[0]["title"]
    assert words_of(session.room) == [("heading", title), ("paragraph", "Ferns and ivy."), ("paragraph", "And moss.")]
    assert {person.name for person in authors_of(session.room)} >= {"Amal"}
    assert "Gianni" not in {person.name for person in authors_of(session.room)}
    assert list(GroupAuthor.objects.values_list("person__name", flat=True)) == ["Amal"]
    said = document.read(store.updates_of(session.room.pk)[0])
    ids = {piece.id for piece in prose.blocks(said.content)}
    assert set(origins_of(session.room)) < ids
    assert set(origins_of(session.room).values()) == {room.pk}
    [told] = breakouts_of(session.room)
    assert (told["state"], told["groups"][0]["people"], told["groups"][0]["brought"]) == ("back", 2, True)


def test_only_chosen_blocks_come_and_an_empty_group_brings_nothing(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    room = child(session, 1)
    with pytest.raises(ValidationError, match="has not written yet"):
        session.do(session.lead, "breakouts", "bring", group=1)
    post_passage(room=room, by=session.amal.person, text="Ferns.\n\nMoss.")
    pieces = prose.blocks(document.read(store.updates_of(room.pk)[0]).content)
    session.do(session.lead, "breakouts", "bring", group=1, blocks=[pieces[2].id])
    assert [text for _kind, text in words_of(session.room)][1:] == ["Moss."]
    with pytest.raises(ValidationError):
        session.do(session.lead, "breakouts", "bring", group="nonsense")


def test_guests_need_no_new_key_for_their_group(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    leave_room(participant=in_child(child(session, 1), session.amal))
    assert in_child(child(session, 1), session.amal).state == ParticipantState.ADMITTED


@pytest.mark.django_db(transaction=True)
def test_two_who_make_groups_at_once_make_them_once() -> None:
    room = make_room()
    session = Session(room, leader(room), join(room), join(room, "Gianni"))
    problems: list[Any] = []

    def go() -> None:
        try:
            make(session)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Breakout.objects.count() == 1
    assert [type(each) for each in problems] == [Conflict] * 3
    assert BreakoutSeat.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_raced_choice_is_one_seat() -> None:
    room = make_room()
    session = Session(room, leader(room), join(room), join(room, "Gianni"))
    make(session, 2, choosing="free")
    problems: list[Any] = []

    def go(number: int) -> None:
        try:
            session.do(session.amal, "breakouts", "choose", group=number % 2 + 1)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert BreakoutSeat.objects.filter(participant=session.amal).count() == 1


def test_looking_asks_the_database_the_same_for_many(session: Session, at_most: Callable[[str, int], None]) -> None:
    make(session, 2)
    session.do(session.lead, "breakouts", "send")
    at_most("breakouts", 7)


def test_the_projector_names_nobody(session: Session) -> None:
    make(session, 2)
    assert "Amal" not in str(session.see(None, "breakouts"))
