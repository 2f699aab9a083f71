"""Raised hands and rounds: a rule decides who comes first, everyone sees it, and everyone once is everyone once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from backend.base.journal import JournalEntry
from realtime.actions import acts_of, come_back, leave_room
from realtime.choices import ParticipantState, Place, RoomRole
from realtime.models import Participant, ToolState
from realtime.tools.speaking import RULES, next_of, queue_up
from tests.realtime.factories import join
from tests.realtime.sessions import Session


def names(session: Session) -> list[str]:
    return [each["name"] for each in session.see(session.lead, "speaking")["queue"]]


def speak(session: Session, who: Participant, seconds: int = 0) -> None:
    """Raise a hand, be called, speak for so long and end."""
    session.do(who, "speaking", "raise")
    session.do(session.lead, "speaking", "next")
    row = ToolState.objects.get(room=session.room, tool="speaking")
    if seconds:
        from_then = timezone_shift(row.state["current"]["since"], -seconds)
        row.state["current"]["since"] = from_then
        row.save()
    session.do(session.lead, "speaking", "done")


def timezone_shift(moment: str, seconds: int) -> str:
    return (datetime.fromisoformat(moment) + timedelta(seconds=seconds)).isoformat()


def test_first_timers_come_before_those_who_spoke(session: Session) -> None:
    speak(session, session.amal)
    session.do(session.amal, "speaking", "raise")
    session.do(session.gianni, "speaking", "raise")
    assert names(session) == ["Gianni", "Amal"]
    seen = session.see(session.amal, "speaking")
    assert [each["mine"] for each in seen["queue"]] == [False, True]
    assert (seen["spoken"], seen["total"], seen["heard"]) == (1, 3, ["Amal"])
    assert session.see(None, "speaking")["heard"] == []


def test_the_rule_is_shown_and_can_be_another(session: Session) -> None:
    assert session.see(session.amal, "speaking")["rule"] == "first"
    speak(session, session.amal, 100)
    speak(session, session.gianni, 20)
    session.do(session.amal, "speaking", "raise")
    session.do(session.gianni, "speaking", "raise")
    assert names(session) == ["Amal", "Gianni"]
    session.do(session.lead, "speaking", "rule", rule="less")
    assert names(session) == ["Gianni", "Amal"]
    session.do(session.lead, "speaking", "rule", rule="order")
    assert session.see(session.amal, "speaking")["rule"] == "order"
    with pytest.raises(ValidationError):
        session.do(session.lead, "speaking", "rule", rule="loudest")


def test_a_hand_goes_up_once_and_down_again(session: Session) -> None:
    session.do(session.amal, "speaking", "raise")
    with pytest.raises(ValidationError):
        session.do(session.amal, "speaking", "raise")
    session.do(session.amal, "speaking", "lower")
    session.do(session.amal, "speaking", "lower")
    assert names(session) == []


def test_the_facilitator_moves_and_lowers_hands(session: Session) -> None:
    session.do(session.amal, "speaking", "raise")
    session.do(session.gianni, "speaking", "raise")
    session.do(session.lead, "speaking", "move", id=str(session.gianni.pk), to="up")
    assert names(session) == ["Gianni", "Amal"]
    with pytest.raises(ValidationError):
        session.do(session.lead, "speaking", "move", id=str(session.gianni.pk), to="up")
    session.do(session.lead, "speaking", "drop", id=str(session.gianni.pk), reason="Later.")
    assert names(session) == ["Amal"]
    with pytest.raises(ValidationError):
        session.do(session.lead, "speaking", "drop", id=str(session.gianni.pk), reason="Later.")
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "speaking", "move", id=str(session.amal.pk), to="up")


def test_whose_hand_is_taken_down_reads_why_until_it_is_up_again(session: Session) -> None:
    session.do(session.amal, "speaking", "raise")
    session.do(session.lead, "speaking", "drop", id=str(session.amal.pk), reason="We come back to this later.")
    assert session.see(session.amal, "speaking")["lowered"] == "We come back to this later."
    for other in (session.gianni, session.lead, None):
        assert session.see(other, "speaking")["lowered"] == ""
    [mine] = session.see(session.amal, "moderation")["mine"]
    assert (mine["act"], mine["reason"]) == ("lower", "We come back to this later.")
    assert JournalEntry.objects.get(verb="participant.lower").reason == "We come back to this later."
    session.do(session.amal, "speaking", "raise")
    assert session.see(session.amal, "speaking")["lowered"] == ""


def test_one_takes_ones_own_hand_down_without_a_word(session: Session) -> None:
    session.do(session.lead, "speaking", "raise")
    session.do(session.lead, "speaking", "drop", id=str(session.lead.pk))
    assert (names(session), list(acts_of(session.room))) == ([], [])


def test_who_speaks_may_end_and_others_may_not(session: Session) -> None:
    session.do(session.amal, "speaking", "raise")
    session.do(session.lead, "speaking", "next")
    with pytest.raises(ValidationError):
        session.do(session.gianni, "speaking", "done")
    session.do(session.amal, "speaking", "done")
    assert session.see(session.gianni, "speaking")["current"] is None


def test_the_screen_in_the_hall_says_a_name_only_where_the_group_wants_it(session: Session) -> None:
    session.do(session.amal, "speaking", "raise")
    session.do(session.gianni, "speaking", "raise")
    session.do(session.lead, "speaking", "next")
    shown = session.see(None, "speaking")
    assert (shown["current"]["name"], shown["queue"], shown["waiting"]) == ("", [], 1)
    assert "id" not in shown["current"]
    session.do(session.lead, "speaking", "name", on="true")
    assert session.see(None, "speaking")["current"]["name"] == "Amal"


def test_a_turn_has_a_length_that_all_see(session: Session) -> None:
    session.do(session.lead, "speaking", "turn", seconds="120")
    assert session.see(session.amal, "speaking")["turn"] == 120
    for odd in ("-1", "601", "x"):
        with pytest.raises(ValidationError):
            session.do(session.lead, "speaking", "turn", seconds=odd)


def test_nobody_is_called_where_no_hand_is_up(session: Session) -> None:
    with pytest.raises(ValidationError):
        session.do(session.lead, "speaking", "next")
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "speaking", "next")


def test_a_hand_in_the_hall_is_entered_once(session: Session) -> None:
    session.do(session.lead, "speaking", "add", name="Nonna Pina")
    session.do(session.lead, "speaking", "add", name="nonna pina")
    assert names(session) == ["Nonna Pina"]
    session.do(session.lead, "speaking", "add", name="Zio Beppe", place=Place.PHONE)
    assert [each["assisted"] for each in session.see(session.amal, "speaking")["queue"]] == [True, True]


def test_the_facilitator_raises_and_lowers_the_hand_of_someone_without_a_device(session: Session) -> None:
    session.do(session.lead, "door", "add", name="Nonna Pina")
    pina = Participant.objects.in_city(session.room.city_id).get(room=session.room, person__name="Nonna Pina")
    session.do(session.lead, "speaking", "raise", **{"for": str(pina.pk)})
    assert names(session) == ["Nonna Pina"]
    session.do(session.lead, "speaking", "lower", **{"for": str(pina.pk)})
    assert names(session) == []
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "speaking", "raise", **{"for": str(pina.pk)})
    with pytest.raises(ValidationError):
        session.do(session.lead, "speaking", "raise", **{"for": str(session.amal.pk)})


def test_someone_who_was_removed_leaves_the_queue(session: Session) -> None:
    session.do(session.amal, "speaking", "raise")
    session.do(session.lead, "moderation", "remove", id=str(session.amal.pk), reason="A test.")
    assert names(session) == []


def test_who_went_is_not_called_and_stands_where_they_stood_once_they_are_back(session: Session) -> None:
    bea = join(session.room, "Bea")
    for who in (session.amal, session.gianni, bea):
        session.do(who, "speaking", "raise")
    leave_room(participant=session.amal)
    leave_room(participant=session.gianni)
    seen = session.see(session.lead, "speaking")
    assert ([each["name"] for each in seen["queue"]], seen["waiting"], seen["total"]) == (["Bea"], 1, 2)
    session.do(session.lead, "speaking", "next")
    assert session.see(session.lead, "speaking")["current"]["name"] == "Bea"
    leave_room(participant=bea)
    seen = session.see(session.lead, "speaking")
    assert (seen["current"], seen["heard"], seen["spoken"], seen["total"]) == (None, ["Bea"], 1, 2)
    with pytest.raises(ValidationError, match="No hand"):
        session.do(session.lead, "speaking", "next")
    session.gianni.refresh_from_db()
    come_back(session.gianni)
    session.do(session.lead, "speaking", "next")
    assert session.see(session.lead, "speaking")["current"]["name"] == "Gianni"


def test_a_hand_is_moved_past_those_that_are_seen(session: Session) -> None:
    bea = join(session.room, "Bea")
    for who in (session.amal, session.gianni, bea):
        session.do(who, "speaking", "raise")
    leave_room(participant=session.gianni)
    session.do(session.lead, "speaking", "move", id=str(bea.pk), to="up")
    assert names(session) == ["Bea", "Amal"]
    for hand, way in ((bea, "up"), (session.amal, "down"), (bea, "sideways")):
        with pytest.raises(ValidationError):
            session.do(session.lead, "speaking", "move", id=str(hand.pk), to=way)


def test_who_only_watches_is_not_counted_and_raises_no_hand(session: Session) -> None:
    session.do(session.lead, "door", "role", id=str(session.amal.pk), role=RoomRole.OBSERVER, reason="Asked to.")
    assert session.see(session.gianni, "speaking")["total"] == 2
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "speaking", "raise")


# --- Rounds ----------------------------------------------------------------------------


def stages(session: Session) -> list[tuple[str, str]]:
    return [(each["name"], each["state"]) for each in session.see(session.amal, "speaking")["round"]["order"]]


def test_in_a_round_everyone_speaks_once_and_may_pass(session: Session) -> None:
    session.do(session.lead, "speaking", "round")
    assert stages(session) == [("Amal", "next"), ("Gianni", "next")]
    session.do(session.lead, "speaking", "next")
    assert stages(session)[0] == ("Amal", "now")
    session.do(session.amal, "speaking", "pass")
    late = join(session.room, "Late")
    session.do(session.lead, "speaking", "next")
    session.do(session.lead, "speaking", "next")
    assert stages(session) == [("Amal", "passed"), ("Gianni", "done"), ("Late", "now")]
    session.do(late, "speaking", "done")
    with pytest.raises(ValidationError):
        session.do(session.lead, "speaking", "next")
    with pytest.raises(ValidationError):
        session.do(session.amal, "speaking", "pass")
    seen = session.see(None, "speaking")["round"]
    assert seen == {"order": [], "had": 3, "of": 3}
    session.do(session.lead, "speaking", "end_round")
    assert session.see(session.amal, "speaking")["round"] is None
    for command in ("end_round", "pass"):
        with pytest.raises(ValidationError):
            session.do(session.lead, "speaking", command)


def test_a_round_is_of_those_who_are_there(session: Session) -> None:
    bea = join(session.room, "Bea")
    leave_room(participant=session.amal)
    session.do(session.lead, "speaking", "round")
    session.do(session.lead, "speaking", "next")
    assert session.see(session.lead, "speaking")["round"]["of"] == 2
    assert session.see(session.lead, "speaking")["current"]["name"] == "Gianni"
    session.do(session.gianni, "speaking", "done")
    leave_room(participant=session.gianni)  # after their turn, which counts
    leave_room(participant=bea)
    seen = session.see(None, "speaking")["round"]
    assert (seen["had"], seen["of"]) == (1, 1)
    session.amal.refresh_from_db()
    come_back(session.amal)
    session.do(session.lead, "speaking", "next")
    assert stages(session) == [("Gianni", "done"), ("Amal", "now")]


@pytest.mark.parametrize("seconds", [60, 0], ids=["a minute", "one word"])
def test_a_round_begins_with_who_was_heard_less(session: Session, seconds: int) -> None:
    speak(session, session.amal, seconds)
    session.do(session.lead, "speaking", "round")
    assert [name for name, _stage in stages(session)] == ["Gianni", "Amal"]


def test_a_round_needs_people(session: Session) -> None:
    rows = Participant.objects.in_city(session.room.city_id).filter(room=session.room)
    rows.exclude(pk=session.lead.pk).update(state=ParticipantState.REMOVED)
    with pytest.raises(ValidationError):
        session.do(session.lead, "speaking", "round")


people = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(
    queue=people,
    spoken=st.sets(st.sampled_from("abcdefgh")),
    seconds=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 300)),
    rule=st.sampled_from(sorted(RULES)),
)
def test_the_queue_stands_as_its_rule_says_and_is_fair_among_equals(
    queue: list[str], spoken: set[str], seconds: dict[str, int], rule: str
) -> None:
    heard = {key: {"turns": 1, "seconds": value} for key, value in seconds.items()}
    state: dict[str, Any] = {"queue": [], "spoken": list(spoken), "heard": heard, "rule": rule}
    for key in queue:
        queue_up(state, key)
    rank = RULES[rule]
    assert state["queue"] == sorted(queue, key=lambda key: rank(state, key))


@given(order=people, acts=st.lists(st.sampled_from(["done", "pass", "leave", "come"]), max_size=40))
def test_nobody_speaks_twice_in_a_round_before_everyone_did_once(order: list[str], acts: list[str]) -> None:
    here = list(order)
    round_: dict[str, Any] = {"order": list(order), "done": [], "passed": []}
    called: list[str] = []
    newcomers = iter(f"new{number}" for number in range(50))
    for act in acts:
        if act == "come":
            here.append(next(newcomers))
            round_["order"].append(here[-1])
        elif act == "leave" and here:
            here.pop(0)
        wanted = next_of(round_, here)
        if wanted is not None and act in ("done", "pass"):
            called.append(wanted)
            round_["done" if act == "done" else "passed"].append(wanted)
    assert len(called) == len(set(called))
    over = next_of(round_, here) is None
    assert over == (set(here) <= {*round_["done"], *round_["passed"]})


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("speaking", 3)
