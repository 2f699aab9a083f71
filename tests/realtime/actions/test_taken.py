"""What was taken off the board comes back whole: within the hour by one's own hand, later by an accepted second look."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from backend.base.problems import Conflict
from realtime.actions import acts_of, answer_appeal, ask_erasure, taken, write_notes
from realtime.actions.board import Taken
from realtime.models import ToolState
from tests.realtime.boards import board_of, put
from tests.realtime.looks import accepted, another_leader, asked, granted
from tests.realtime.pasts import agree, fresh
from tests.realtime.sessions import Session

MANY = 260


def kept(session: Session) -> ToolState:
    return ToolState.objects.get(room=session.room, tool=taken.TOOL)


def age(session: Session, *, by: timedelta = timedelta(minutes=61)) -> None:
    """As if everything had been taken away that long ago."""
    for name in (taken.TOOL, taken.LATELY):
        row = ToolState.objects.get(room=session.room, tool=name)
        at = (timezone.now() - by).isoformat()
        for each in [*row.state.get("bin", []), *row.state.get("reworded", []), *row.state.values()]:
            if "at" in each:
                each["at"] = at
        row.save()


@pytest.fixture
def cleared(session: Session) -> Session:
    """A column of many ideas that the facilitator took away at once."""
    people = [session.amal.person, session.gianni.person]
    write_notes(room=session.room, notes=[(people[n % 2], "c1", f"Idea {n}", 1) for n in range(MANY)])
    session.do(session.lead, "board", "clear_column", id="c1", reason="Begin again.")
    assert board_of(session) == {}
    return session


def test_all_ideas_of_a_full_column_can_be_put_back(cleared: Session) -> None:
    assert cleared.see(cleared.lead, "board")["taken"] == MANY
    cleared.do(cleared.lead, "board", "restore_note")
    assert {each["text"] for each in board_of(cleared).values()} == {f"Idea {n}" for n in range(MANY)}
    assert cleared.see(cleared.lead, "board")["taken"] == 0
    assert kept(cleared).state["bin"] == []


def test_a_second_look_brings_back_the_whole_column_after_hours_of_taking_away(cleared: Session) -> None:
    age(cleared)
    key = put(cleared, cleared.gianni, "Mine")
    cleared.do(cleared.gianni, "board", "delete_note", id=key)
    assert accepted(cleared, "clear") == ""
    assert len(board_of(cleared)) == MANY
    assert acts_of(cleared.room).first().act == "clear"


def test_after_an_hour_one_puts_nothing_back_by_oneself_any_more(cleared: Session) -> None:
    age(cleared)
    assert cleared.see(cleared.lead, "board")["taken"] == 0
    with pytest.raises(ValidationError, match="too late"):
        cleared.do(cleared.lead, "board", "restore_note")


def test_an_idea_that_was_taken_comes_back_a_day_later_though_others_cleared_up_since(session: Session) -> None:
    key = put(session, session.amal, "A bench")
    session.do(session.lead, "board", "delete_note", id=key, reason="Off the question.")
    appeal = asked(session, "take")
    age(session, by=timedelta(days=1))
    for number in range(3):
        session.do(session.gianni, "board", "delete_note", id=put(session, session.gianni, f"Mine {number}"))
    assert granted(session, appeal) == ""
    assert board_of(session)[key]["text"] == "A bench"


def test_who_grants_a_second_look_is_told_where_nothing_comes_back(session: Session) -> None:
    key = put(session, session.amal, "A bench")
    session.do(session.lead, "board", "delete_note", id=key, reason="Off the question.")
    session.do(session.lead, "board", "restore_note", id=key)
    left = accepted(session, "take")
    assert "Nothing was put back" in left
    told = acts_of(session.room).first()
    assert (told.act, told.reason, told.concerns_id) == ("too_late", left, session.amal.person_id)


def test_what_was_taken_for_a_refused_reason_is_forgotten_after_the_hour(session: Session) -> None:
    session.do(session.lead, "board", "delete_note", id=put(session, session.amal, "A bench"), reason="Off.")
    answer_appeal(appeal=asked(session, "take"), by=another_leader(session).person, accept=False, answer="It was off.")
    session.do(session.gianni, "board", "delete_note", id=put(session, session.gianni, "One"))
    assert [each["fields"]["text"] for each in kept(session).state["bin"]] == ["A bench", "One"]
    age(session)
    session.do(session.gianni, "board", "delete_note", id=put(session, session.gianni, "Two"))
    assert [each["fields"]["text"] for each in kept(session).state["bin"]] == ["Two"]


def test_of_ones_own_ideas_the_latest_are_kept_and_no_more(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taken, "OWN", 2)
    for text in ("One", "Two", "Three"):
        session.do(session.amal, "board", "delete_note", id=put(session, session.amal, text))
    assert [each["fields"]["text"] for each in kept(session).state["bin"]] == ["Two", "Three"]


@pytest.fixture
def full(session: Session, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Amal's idea was taken away, and there is room for one such idea; Gianni's would be the next."""
    session.do(session.lead, "board", "delete_note", id=put(session, session.amal, "A bench"), reason="Off.")
    monkeypatch.setattr(taken, "HELD_LETTERS", taken._size(kept(session).state["bin"]) + 20)
    key = put(session, session.gianni, "A tap")

    def take() -> None:
        session.do(session.lead, "board", "delete_note", id=key, reason="Off, too.")

    return take


def test_where_no_more_can_be_kept_nothing_more_is_taken_and_nothing_lost(
    session: Session, full: Callable[[], None]
) -> None:
    with pytest.raises(Conflict) as refused:
        full()
    assert refused.value.code == "bin_full"
    assert [each["text"] for each in board_of(session).values()] == ["A tap"]
    assert acts_of(session.room).count() == 1
    [own] = board_of(session)
    session.do(session.gianni, "board", "delete_note", id=own)  # one's own goes all the same
    assert accepted(session, "take") == ""
    assert [each["text"] for each in board_of(session).values()] == ["A bench"]


@pytest.mark.parametrize("asks", [False, True])
def test_an_act_of_last_week_gives_way_whole_unless_somebody_asked_about_it(
    session: Session, full: Callable[[], None], *, asks: bool
) -> None:
    if asks:
        asked(session, "take")
    age(session, by=timedelta(days=8))
    if asks:
        with pytest.raises(Conflict):
            full()
    else:
        full()
        assert [each["fields"]["text"] for each in kept(session).state["bin"]] == ["A tap"]


def test_of_a_note_only_what_readers_understand_is_kept(session: Session) -> None:
    fields = {"text": "Shade", "column": "c1", "order": 2, "colour": 3, "junk": "x" * 9000, "image": {"id": "k"}}
    mine = [Taken("n1", session.amal.person_id, fields)]
    taken.keep_taken(room=session.room, by=session.lead.person, taken=mine)
    [entry] = kept(session).state["bin"]
    assert entry["fields"] == {"text": "Shade", "column": "c1", "order": 2.0, "colour": 3, "image": {"id": "k"}}


def test_words_that_somebody_wants_out_are_gone_from_what_was_cleared_and_the_others_come_back(
    cleared: Session,
) -> None:
    asked_for = ask_erasure(
        room=fresh(cleared.room), person=cleared.amal.person, by=cleared.amal.person, reason="Please."
    )
    agree(asked_for, cleared.lead.person)
    assert {each["person"] for each in kept(cleared).state["bin"]} == {str(cleared.gianni.person_id)}
    assert accepted(cleared, "clear") == ""
    assert len(board_of(cleared)) == MANY // 2


def test_words_of_before_a_rewording_go_with_their_writer(session: Session) -> None:
    key = put(session, session.amal, "A bensh for Nonna Pina")
    session.do(session.lead, "board", "edit_note", id=key, text="A bench", reason="Clearer.")
    assert "Nonna Pina" in str(kept(session).state)
    asked_for = ask_erasure(
        room=fresh(session.room), person=session.amal.person, by=session.amal.person, reason="Please."
    )
    agree(asked_for, session.lead.person)
    assert kept(session).state["reworded"] == []
