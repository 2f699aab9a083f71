"""Steps and the clock, and changing the plan while it runs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from realtime.indicators import agenda_as_run
from realtime.models import Participant, SessionPlan
from tests.realtime.sessions import Session


def titles(session: Session) -> list[str]:
    return [step["title"] for step in session.see(session.amal, "agenda")["steps"]]


def steps(session: Session) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = session.see(session.amal, "agenda")["steps"]
    return found


def test_the_session_goes_from_step_to_step_and_ends(session: Session) -> None:
    seen = session.see(session.amal, "agenda")
    assert seen["now"] is None
    count = len(seen["steps"])
    for place in range(count):
        session.do(session.lead, "agenda", "next")
        seen = session.see(session.amal, "agenda")
        assert seen["now"] == place
        assert [step["state"] for step in seen["steps"]].count("done") == place
    session.do(session.lead, "agenda", "next")
    assert session.see(session.amal, "agenda")["now"] is None
    assert {step["state"] for step in steps(session)} == {"done"}
    with pytest.raises(ValidationError):
        session.do(session.lead, "agenda", "next")
    session.do(session.lead, "agenda", "back")
    assert session.see(session.amal, "agenda")["now"] == count - 1


def test_the_agenda_as_run_tells_when_each_step_began_and_ended(session: Session) -> None:
    assert agenda_as_run(session.room) == []
    session.do(session.lead, "agenda", "next")
    session.do(session.lead, "agenda", "next")
    session.do(session.lead, "agenda", "back")
    lines = agenda_as_run(session.room)
    first, second = (step["title"] for step in steps(session)[:2])
    assert [line["title"] for line in lines] == [first, second, first]
    assert [line["ended_at"] is None for line in lines] == [False, False, True]
    assert lines[0]["ended_at"] == lines[1]["began_at"]
    assert lines[0]["minutes"] == steps(session)[0]["minutes"]


def test_more_time_moves_the_end(session: Session) -> None:
    session.do(session.lead, "agenda", "next")
    before = datetime.fromisoformat(session.see(session.amal, "agenda")["ends_at"])
    session.do(session.lead, "agenda", "extend", minutes="5")
    after = datetime.fromisoformat(session.see(session.amal, "agenda")["ends_at"])
    assert (after - before).total_seconds() == pytest.approx(300, abs=1)


@pytest.mark.parametrize("minutes", [0, -5, 10_000, "x", "", "1.5"])
def test_odd_minutes_are_refused(session: Session, minutes: object) -> None:
    session.do(session.lead, "agenda", "next")
    key = steps(session)[1]["id"]
    for command, args in (("extend", {}), ("add", {"title": "A walk"}), ("edit", {"id": key})):
        with pytest.raises(ValidationError) as refusal:
            session.do(session.lead, "agenda", command, minutes=minutes, **args)
        assert "minutes" in refusal.value.error_dict


def test_before_the_first_step_there_is_no_way_back_and_no_clock(session: Session) -> None:
    for command in ("back", "extend"):
        with pytest.raises(ValidationError):
            session.do(session.lead, "agenda", command, minutes=5)


def test_only_the_leader_turns_the_page(session: Session) -> None:
    for command in ("next", "add", "edit", "move", "remove", "use", "save"):
        with pytest.raises(PermissionDenied):
            session.do(session.amal, "agenda", command)


def test_steps_are_added_renamed_moved_and_taken_out(session: Session) -> None:
    session.do(session.lead, "agenda", "next")
    before = titles(session)
    session.do(session.lead, "agenda", "add", title="A walk", minutes="20", opens="board")
    walk = steps(session)[-1]
    assert (walk["title"], walk["minutes"], walk["tool"], walk["state"]) == ("A walk", 20, "board", "next")
    session.do(session.lead, "agenda", "edit", id=walk["id"], title="A walk in the rain", minutes="25", opens="")
    session.do(session.lead, "agenda", "move", id=walk["id"], to="up")
    assert titles(session) == [*before[:-1], "A walk in the rain", before[-1]]
    session.do(session.lead, "agenda", "remove", id=walk["id"])
    assert titles(session) == before
    with pytest.raises(ValidationError):
        session.do(session.lead, "agenda", "edit", id=walk["id"], title="Gone")


def test_what_has_begun_is_not_moved_or_taken_out(session: Session) -> None:
    session.do(session.lead, "agenda", "next")
    first, second = steps(session)[0]["id"], steps(session)[1]["id"]
    for command, args in (
        ("remove", {"id": first}),
        ("move", {"id": first, "to": "down"}),
        ("move", {"id": second, "to": "up"}),
    ):
        with pytest.raises(ValidationError):
            session.do(session.lead, "agenda", command, **args)
    session.do(session.lead, "agenda", "edit", id=first, title="Welcome to all")
    assert titles(session)[0] == "Welcome to all"


def test_another_length_of_the_present_step_moves_its_end(session: Session) -> None:
    session.do(session.lead, "agenda", "next")
    seen = session.see(session.amal, "agenda")
    minutes = seen["steps"][0]["minutes"]
    session.do(session.lead, "agenda", "edit", id=seen["steps"][0]["id"], minutes=minutes + 5)
    after = session.see(session.amal, "agenda")
    moved = datetime.fromisoformat(after["ends_at"]) - datetime.fromisoformat(seen["ends_at"])
    assert moved.total_seconds() == 300


def test_an_agenda_has_at_most_thirty_steps(session: Session) -> None:
    for number in range(30 - len(steps(session))):
        session.do(session.lead, "agenda", "add", title=f"Step {number}", minutes=1)
    with pytest.raises(ValidationError):
        session.do(session.lead, "agenda", "add", title="One more", minutes=1)
    with pytest.raises(ValidationError):
        session.do(session.lead, "agenda", "add", title="", minutes=1)


def test_after_the_end_one_more_step_may_come(session: Session) -> None:
    for _step in range(len(steps(session)) + 1):
        session.do(session.lead, "agenda", "next")
    session.do(session.lead, "agenda", "add", title="One more thing", minutes=5)
    assert steps(session)[-1]["state"] == "next"
    session.do(session.lead, "agenda", "next")
    assert steps(session)[-1]["state"] == "now"


def test_steps_of_a_template_are_read_in_ones_own_language(session: Session) -> None:
    row = session.room.tool_states.get(tool="agenda")
    row.state["steps"][0]["texts"] = {"en": "Welcome", "it": "Benvenuti"}
    row.save()
    session.amal.person.language = "it"
    assert titles(session)[0] == "Benvenuti"
    shown = session.see(None, "agenda")
    assert shown["texts"][shown["steps"][0]["id"]]["it"] == "Benvenuti"
    session.do(session.lead, "agenda", "edit", id=shown["steps"][0]["id"], title="Ciao")
    assert titles(session)[0] == "Ciao"


def test_a_plan_is_saved_used_and_forgotten(session: Session) -> None:
    session.do(session.lead, "agenda", "add", title="A walk", minutes=20)
    session.do(session.lead, "agenda", "save", name="Saturdays")
    session.do(session.lead, "agenda", "save", name="Saturdays")
    mine = SessionPlan.objects.in_city(session.room.city_id).get()
    assert mine.steps[-1]["title"] == "A walk"
    offered = session.see(session.lead, "agenda")["plans"]
    assert {"key": f"own:{mine.pk}", "name": "Saturdays"} in offered
    assert "plans" not in session.see(session.amal, "agenda")
    session.do(session.lead, "agenda", "next")
    session.do(session.lead, "agenda", "use", plan="evaluation")
    assert (titles(session)[0], len(steps(session))) == ("Welcome", 6)
    assert "A walk" not in titles(session)
    session.do(session.lead, "agenda", "use", plan=f"own:{mine.pk}")
    assert titles(session)[-1] == "A walk"
    session.do(session.lead, "agenda", "forget", plan=f"own:{mine.pk}")
    for plan in (f"own:{mine.pk}", "city:nothing", "nothing", "own:x"):
        with pytest.raises(ValidationError):
            session.do(session.lead, "agenda", "use", plan=plan)


def test_a_plan_belongs_to_who_saved_it(session: Session) -> None:
    session.do(session.lead, "agenda", "save", name="Saturdays")
    plan = SessionPlan.objects.in_city(session.room.city_id).get()
    Participant.objects.in_city(session.room.city_id).filter(pk=session.amal.pk).update(role="facilitator")
    assert all(each["name"] != "Saturdays" for each in session.see(session.amal, "agenda").get("plans", []))
    for command in ("use", "forget"):
        with pytest.raises(ValidationError):
            session.do(session.amal, "agenda", command, plan=f"own:{plan.pk}")
    with pytest.raises(PermissionDenied):  # a guest has no account to keep it in
        session.do(session.amal, "agenda", "save", name="Mine")


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("agenda", 4)


def test_an_agenda_has_its_end_within_a_day(session: Session) -> None:
    session.do(session.lead, "agenda", "save", name="An evening")
    evening = sum(step["minutes"] for step in steps(session))
    for minutes in (600, 600, 1440 - 1200 - evening):
        session.do(session.lead, "agenda", "add", title="A long walk", minutes=minutes)
    last = steps(session)[-1]
    for command, args in (
        ("add", {"title": "One minute more", "minutes": 1}),
        ("edit", {"id": last["id"], "minutes": last["minutes"] + 1}),
    ):
        with pytest.raises(ValidationError, match="whole day") as refused:
            session.do(session.lead, "agenda", command, **args)
        assert list(refused.value.error_dict) == ["minutes"]
    assert sum(step["minutes"] for step in steps(session)) == 1440
    plan = session.see(session.lead, "agenda")["plans"][-1]["key"]
    for _step in steps(session):
        session.do(session.lead, "agenda", "next")
    with pytest.raises(ValidationError, match="whole day"):
        session.do(session.lead, "agenda", "use", plan=plan)
    session.do(session.lead, "agenda", "edit", id=last["id"], minutes=1)
