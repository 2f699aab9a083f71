"""Groups: everyone in exactly one, called back with their words, kind where there is nobody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from realtime.actions import add_assisted, close_room, leave_room, return_to_room, set_role
from realtime.choices import ParticipantState, RoomRole, RoomState
from realtime.models import Breakout, Participant, Room
from realtime.permissions import abilities, rules_of
from tests.factories import make_citizen
from tests.realtime.factories import join, leader, make_room
from tests.realtime.rounds import child, groups, in_child, make, words_of
from tests.realtime.sessions import Session


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


@pytest.mark.parametrize("how", ["watches", "left", "leads"])
def test_no_group_goes_whose_only_member_is_not_of_it_any_more(session: Session, how: str) -> None:
    heir = join(session.room, person=make_citizen(session.room.city, "Heir"))
    make(session, 2, choosing="hand")
    for who, number in ((session.amal, 1), (session.gianni, 1), (heir, 2)):
        session.do(session.lead, "breakouts", "put", id=str(who.pk), group=number)
    if how == "watches":
        session.do(session.lead, "door", "role", id=str(heir.pk), role="observer", reason="Asked to.")
    elif how == "left":
        leave_room(participant=heir)
    else:
        session.do(session.lead, "leading", "share", id=str(heir.pk))
    assert [group["people"] for group in groups(session)] == [2, 0]
    assert session.see(heir, "breakouts")["mine"] is None
    with pytest.raises(ValidationError, match="Nobody is in"):
        session.do(session.lead, "breakouts", "send")
    session.do(session.lead, "breakouts", "drop", group=2)
    session.do(session.lead, "breakouts", "send")
    assert session.see(heir, "breakouts")["mine"] is None


def test_a_place_that_was_kept_for_who_went_is_free_when_the_groups_go(session: Session) -> None:
    make(session, 2, choosing="hand")
    for who, number in ((session.amal, 1), (session.gianni, 2)):
        session.do(session.lead, "breakouts", "put", id=str(who.pk), group=number)
    rows = Participant.objects.in_city(session.room.city_id).filter(pk=session.amal.pk)
    rows.update(left_at=timezone.now(), seen_at=timezone.now() - timedelta(hours=1))  # before such places were given up
    with pytest.raises(ValidationError, match="Nobody is in"):
        session.do(session.lead, "breakouts", "send")
    with pytest.raises(ValidationError, match="not in the room"):
        session.do(session.lead, "breakouts", "put", id=str(session.amal.pk), group=2)
    session.do(session.lead, "breakouts", "drop", group=1)
    session.do(session.lead, "breakouts", "send")
    assert [group["names"] for group in groups(session)] == [["Gianni"]]


def test_groups_are_made_of_who_is_there_also_where_everyone_is_wanted(session: Session) -> None:
    leave_room(participant=session.amal)
    with pytest.raises(ValidationError, match="empty"):
        make(session, 2)
    make(session, 1)
    assert groups(session)[0]["names"] == ["Gianni"]


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


def test_who_leads_and_who_watches_is_in_no_group(session: Session) -> None:
    set_role(participant=session.gianni, by=session.lead.person, role=RoomRole.OBSERVER, reason="Asked to.")
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


def test_a_group_that_ended_before_the_others_is_told_to_all_and_chosen_by_nobody(session: Session) -> None:
    make(session, 2, choosing="hand", late="wait")
    session.do(session.lead, "breakouts", "put", id=str(session.amal.pk), group=1)
    session.do(session.lead, "breakouts", "put", id=str(session.gianni.pk), group=2)
    session.do(session.lead, "breakouts", "send")
    assert [group["over"] for group in groups(session)] == [False, False]
    rows = Room.objects.across_cities().filter(pk=session.room.pk)
    told = rows.values_list("told", flat=True).get()
    close_room(room=child(session, 1), by=session.lead.person)
    assert rows.values_list("told", flat=True).get() > told  # who is in the main room sees it at once
    assert [group["over"] for group in groups(session)] == [True, False]
    assert session.see(session.amal, "breakouts")["mine"]["over"]
    assert not session.see(session.gianni, "breakouts")["mine"]["over"]
    late = join(session.room, "Bruna")
    seen = session.see(late, "breakouts")
    assert seen["may_choose"]
    assert [group["number"] for group in seen["groups"] if not group["over"]] == [2]


def test_guests_need_no_new_key_for_their_group(session: Session) -> None:
    make(session, 1)
    session.do(session.lead, "breakouts", "send")
    leave_room(participant=in_child(child(session, 1), session.amal))
    assert in_child(child(session, 1), session.amal).state == ParticipantState.ADMITTED


def test_looking_asks_the_database_the_same_for_many(session: Session, at_most: Callable[[str, int], None]) -> None:
    make(session, 2)
    session.do(session.lead, "breakouts", "send")
    at_most("breakouts", 7)


def test_the_projector_names_nobody(session: Session) -> None:
    make(session, 2)
    assert "Amal" not in str(session.see(None, "breakouts"))
