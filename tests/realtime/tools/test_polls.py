"""Polls: one vote each, changed while open, counted at the close; anonymous ones forget."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation
from django.utils.translation import gettext

from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from realtime.actions import add_assisted, close_room, go_home, leave_room, polls_of, write_notes
from realtime.actions.polls import MOST_OPTIONS
from realtime.choices import PollKind
from realtime.models import Ballot, Participant, Poll
from tests.realtime.factories import join
from tests.realtime.sessions import Session


def draft(session: Session, **fields: Any) -> Poll:
    fields = {"kind": "single", "question": "Where?", "options": "Garden\nSchool\nSquare", "anonymous": "no"} | fields
    session.do(session.lead, "polls", "draft", **fields)
    return Poll.objects.in_city(session.room.city_id).get(room=session.room, number=last(session))


def last(session: Session) -> int:
    return Poll.objects.in_city(session.room.city_id).filter(room=session.room).count()


def opened(session: Session, **fields: Any) -> Poll:
    return draft(session, open="on", **fields)


def vote(session: Session, who: Participant, poll: Poll, **fields: Any) -> None:
    session.do(who, "polls", "vote", poll=str(poll.pk), **fields)


def close(session: Session, poll: Poll) -> None:
    session.do(session.lead, "polls", "close", poll=str(poll.pk))


def see(session: Session, who: Participant | None) -> Any:
    return session.see(who, "polls")["polls"][0]


def counts(session: Session, who: Participant | None) -> dict[str, float]:
    return {row["text"]: row["count"] for row in see(session, who)["result"]["rows"]}


def code(refusal: pytest.ExceptionInfo[ValidationError]) -> str:
    return str(next(iter(refusal.value.error_dict.values()))[0].code)


def test_a_draft_is_the_facilitators_until_it_opens(session: Session) -> None:
    poll = draft(session)
    assert see(session, session.lead)["state"] == "draft"
    assert session.see(session.amal, "polls")["polls"] == []
    with pytest.raises(ValidationError) as refusal:
        vote(session, session.amal, poll, choice="o1")
    assert code(refusal) == "not_open"
    session.do(session.lead, "polls", "open", poll=str(poll.pk))
    assert see(session, session.amal)["may"]
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "polls", "close", poll=str(poll.pk))


def test_a_vote_counts_once_and_can_be_changed_until_the_close(session: Session) -> None:
    poll = opened(session)
    vote(session, session.amal, poll, choice="o1")
    vote(session, session.gianni, poll, choice="o2")
    vote(session, session.amal, poll, choice="o2")
    seen = see(session, session.amal)
    assert (seen["mine"], seen["result"]) == ("o2", None)
    assert seen["turnout"] == {"eligible": 3, "voted": 2, "assisted": 0}
    close(session, poll)
    assert counts(session, None) == {"Garden": 0, "School": 2, "Square": 0}
    with pytest.raises(ValidationError) as refusal:
        vote(session, session.lead, poll, choice="o1")
    assert code(refusal) == "closed"
    with pytest.raises(Conflict):
        session.do(session.lead, "polls", "open", poll=str(poll.pk))


def test_live_results_of_a_vote_by_name_move_with_each_vote(session: Session) -> None:
    poll = opened(session, live="yes")
    vote(session, session.amal, poll, choice="o3")
    assert counts(session, None)["Square"] == 1


def test_an_anonymous_vote_shows_live_results_by_four_people_at_a_time(session: Session) -> None:
    poll = opened(session, live="yes", anonymous="yes")
    people = [join(session.room, f"Person {number}") for number in range(7)]
    for place, who in enumerate(people, 1):
        vote(session, who, poll, choice="o1")
        shown = see(session, session.lead)["result"]
        assert (shown["votes"] if shown else 0) == place // 4 * 4
    vote(session, people[0], poll, choice="o2")  # the fourth since: of four people one may have changed
    assert see(session, None)["result"]["votes"] == 7


def test_one_person_who_votes_again_and_again_moves_no_anonymous_result(session: Session) -> None:
    poll = opened(session, live="yes", anonymous="yes")
    for _again in range(9):
        vote(session, session.amal, poll, choice="o1")
    assert see(session, session.lead)["result"] is None


def test_closed_an_anonymous_poll_forgets_who_chose_what(session: Session) -> None:
    poll = opened(session, anonymous="yes")
    people = [session.amal, session.gianni, session.lead, join(session.room, "Ioana")]
    for who in people:
        vote(session, who, poll, choice="o1")
    assert see(session, session.amal)["mine"] == "o1"
    close(session, poll)
    rows = Ballot.objects.filter(item=str(poll.pk))
    poll.refresh_from_db()
    assert [(row.value, row.cast, row.at) for row in rows] == [(None, 0, poll.closed_at)] * 4
    assert counts(session, session.amal)["Garden"] == 4


def test_of_three_anonymous_votes_nobody_sees_any(session: Session) -> None:
    poll = opened(session, anonymous="yes")
    for who in (session.amal, session.gianni, session.lead):
        vote(session, who, poll, choice="o1")
    close(session, poll)
    result = see(session, session.lead)["result"]
    assert (result["hidden"], result["rows"], result["votes"]) == (True, [], 3)
    poll.refresh_from_db()
    assert poll.result is not None
    assert sum(row["count"] for row in poll.result["rows"]) == 0
    assert polls_of(session.room)[0]["rows"] == []


def test_each_kind_takes_its_vote_as_fields_and_as_json(session: Session) -> None:
    votes: dict[str, tuple[dict[str, Any], Any]] = {
        "single": ({"choice": "o2"}, "o2"),
        "multiple": ({"pick-o1": "on", "pick-o3": "on"}, ["o1", "o3"]),
        "ranking": ({"place-o3": "1", "place-o1": "2", "place-o2": ""}, ["o3", "o1"]),
        "scale": ({"choice": "o5"}, "o5"),
        "temperature": ({"choice": "o1"}, "o1"),
        "dots": ({"dots-o1": "2", "dots-o2": "0", "dots-o3": "3"}, {"o1": 2, "o3": 3}),
    }
    for kind, (fields, value) in votes.items():
        poll = opened(session, kind=kind)
        vote(session, session.amal, poll, **fields)
        vote(session, session.gianni, poll, value=value)
        found = Ballot.objects.filter(item=str(poll.pk)).values_list("value", flat=True)
        assert list(found) == [value, value], kind
        close(session, poll)
    assert {row["kind"] for row in polls_of(session.room)} == set(PollKind.values)


@pytest.mark.parametrize(
    ("fields", "vote_fields", "expected"),
    [
        ({}, {}, "required"),
        ({}, {"choice": "o9"}, "no_option"),
        ({}, {"value": ["o1", "o2"]}, "too_many"),
        ({}, {"value": {"o1": 1}}, "no_option"),
        ({"kind": "multiple", "most": "1"}, {"pick-o1": "on", "pick-o2": "on"}, "too_many"),
        ({"kind": "ranking"}, {"place-o1": "1", "place-o2": "1"}, "same"),
        ({"kind": "ranking"}, {"value": ["o1", "o1"]}, "same"),
        ({"kind": "dots", "budget": "3"}, {"dots-o1": "2", "dots-o2": "2"}, "too_many"),
        ({"kind": "dots"}, {"dots-o1": "-1"}, "number"),
        ({"kind": "dots"}, {"dots-o1": "some"}, "number"),
        ({"kind": "dots"}, {"value": {"o1": 0}}, "required"),
        ({"kind": "dots"}, {"value": {"o9": 1}}, "no_option"),
        ({"kind": "dots"}, {"value": {"o1": True}}, "number"),
    ],
)
def test_a_vote_that_does_not_fit_is_refused_with_a_reason(
    session: Session, fields: dict[str, Any], vote_fields: dict[str, Any], expected: str
) -> None:
    poll = opened(session, **fields)
    with pytest.raises(ValidationError) as refusal:
        vote(session, session.amal, poll, **vote_fields)
    assert code(refusal) == expected
    assert not Ballot.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field", "expected"),
    [
        ({"kind": "guess"}, "kind", "invalid_choice"),
        ({"question": " "}, "question", "required"),
        ({"options": ""}, "options", "too_few"),
        ({"options": "One"}, "options", "too_few"),
        ({"options": "\n".join(f"Option {n}" for n in range(200))}, "options", "too_many"),
        ({"options": "Tree\ntree"}, "options", "same"),
        ({"options": ["A", "B" * 201]}, "options", "too_long"),
        ({"eligible": "friends"}, "eligible", "invalid_choice"),
        ({"eligible": "group"}, "eligible", "no_group"),
        ({"quorum": "999"}, "quorum", "number"),
        ({"kind": "dots", "budget": "0"}, "budget", "number"),
        ({"notes": ["nothing"]}, "notes", "gone"),
    ],
)
def test_a_draft_that_cannot_be_voted_on_is_refused_at_its_field(
    session: Session, fields: dict[str, Any], field: str, expected: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        draft(session, **fields)
    assert refusal.value.error_dict[field][0].code == expected
    assert last(session) == 0


def test_only_whom_the_rule_names_may_vote(session: Session) -> None:
    observer, hall = join(session.room, "Olga"), join(session.room, "Hanna", place="hall")
    session.do(session.lead, "door", "role", id=str(observer.pk), role="observer", reason="Asked to.")
    for rule, barred in (("hall", session.amal), ("taking_part", observer), ("hall", observer)):
        poll = opened(session, eligible=rule)
        assert not see(session, barred)["may"]
        with pytest.raises(PermissionDenied):
            vote(session, barred, poll, choice="o1")
        vote(session, hall, poll, choice="o1")
        close(session, poll)
    poll = opened(session, eligible="everyone")
    vote(session, observer, poll, choice="o1")
    assert see(session, observer)["mine"] == "o1"


def test_the_facilitator_votes_for_people_without_a_phone_and_for_nobody_else(session: Session) -> None:
    session.do(session.lead, "door", "add", name="Nonna Pina")
    poll = opened(session, eligible="hall")
    [pina] = see(session, session.lead)["assisted"]
    assert (pina["name"], pina["voted"]) == ("Nonna Pina", False)
    vote(session, session.lead, poll, choice="o1", **{"for": pina["id"]})
    seen = see(session, session.lead)
    assert seen["turnout"] == {"eligible": 1, "voted": 1, "assisted": 1}
    assert (seen["mine"], seen["assisted"][0]["voted"], see(session, session.amal)["assisted"]) == (None, True, [])
    assert Ballot.objects.get().entered_by == session.lead.person
    for who, other in ((session.lead, str(session.amal.pk)), (session.amal, pina["id"])):
        with pytest.raises((PermissionDenied, ValidationError)):
            vote(session, who, poll, choice="o1", **{"for": other})


def test_who_voted_and_left_still_counts_among_those_who_could(session: Session) -> None:
    poll = opened(session)
    vote(session, session.amal, poll, choice="o1")
    session.do(session.lead, "moderation", "remove", id=str(session.amal.pk), reason="A test.")
    close(session, poll)
    assert see(session, None)["turnout"] == {"eligible": 3, "voted": 1, "assisted": 0}


def test_who_left_before_is_not_counted_but_may_still_vote_and_is_back_by_that(session: Session) -> None:
    pina = add_assisted(room=session.room, name="Pina", by=session.lead.person)
    leave_room(participant=session.amal)
    go_home(participant=pina, by=session.lead.person)
    session.do(session.lead, "polls", "draft", kind="single", question="Where?", options=["a", "b"], open="on")
    [seen] = session.see(session.lead, "polls")["polls"]
    assert (seen["turnout"]["eligible"], seen["assisted"]) == (2, [])
    assert session.see(session.amal, "polls")["polls"][0]["may"]
    session.do(session.amal, "polls", "vote", poll=seen["id"], choice="o1")
    assert session.see(session.lead, "polls")["polls"][0]["turnout"] == {"eligible": 3, "voted": 1, "assisted": 0}


def test_below_its_quorum_a_vote_is_said_not_to_hold(session: Session) -> None:
    poll = opened(session, quorum="2")
    vote(session, session.amal, poll, choice="o1")
    close(session, poll)
    assert not see(session, None)["result"]["reached"]


def test_yes_or_no_is_one_press_away_in_the_rooms_language(session: Session) -> None:
    poll = opened(session, kind="yes_no", options="")
    with translation.override(session.room.language):
        assert [option["text"] for option in poll.options] == [gettext("Yes"), gettext("No")]


def test_dots_go_to_ideas_of_the_board_that_were_chosen(session: Session) -> None:
    lead = session.lead.person
    session.do(session.lead, "board", "add_column", title="Ideas")
    write_notes(
        room=session.room, notes=[(lead, "c1", "Benches", 1), (lead, "c1", "Trees", 2), (lead, "c1", "Sand", 3)]
    )
    poll = opened(session, kind="board", options="")
    assert [option["text"] for option in poll.options] == ["Benches", "Trees", "Sand"]
    keys = [option["note"] for option in poll.options]
    poll = draft(session, kind="board", **{f"note-{keys[0]}": "on", f"note-{keys[2]}": "on"})
    assert [option["text"] for option in poll.options] == ["Benches", "Sand"]


def test_a_draft_can_be_thrown_away_and_an_opened_poll_cannot(session: Session) -> None:
    poll = draft(session)
    session.do(session.lead, "polls", "drop", poll=str(poll.pk))
    assert session.see(session.lead, "polls")["polls"] == []
    poll = opened(session)
    with pytest.raises(Conflict):
        session.do(session.lead, "polls", "drop", poll=str(poll.pk))
    with pytest.raises(ValidationError) as refusal:
        session.do(session.lead, "polls", "close", poll="nothing")
    assert code(refusal) == "gone"


def test_three_votes_at_once_are_enough(session: Session) -> None:
    for _each in range(3):
        opened(session)
    with pytest.raises(Conflict):
        opened(session)


def test_paused_the_room_takes_no_votes(session: Session) -> None:
    poll = opened(session)
    session.do(session.lead, "moderation", "freeze", reason="A pause.")
    with pytest.raises(PermissionDenied):
        vote(session, session.amal, poll, choice="o1")


def test_opening_and_closing_stand_in_the_journal_and_votes_do_not(session: Session) -> None:
    poll = opened(session)
    vote(session, session.amal, poll, choice="o1")
    close(session, poll)
    verbs = JournalEntry.objects.filter(subject_id=str(poll.pk)).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["poll.open", "poll.close"]


def test_what_was_decided_reads_as_plain_data(session: Session) -> None:
    poll = opened(session)
    vote(session, session.amal, poll, choice="o2")
    close(session, poll)
    [told] = polls_of(session.room)
    assert (told["question"], told["first"], told["turnout"]["voted"]) == ("Where?", ["School"], 1)
    assert told["rows"][0]["text"] == "School"


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None], session: Session) -> None:
    opened(session)
    at_most("polls", 7)


def test_thirty_options_are_enough(session: Session) -> None:
    draft(session, options=[f"Option {n}" for n in range(MOST_OPTIONS)])
    with pytest.raises(ValidationError):
        draft(session, kind="ranking", options=[f"Option {n}" for n in range(13)])


def test_a_room_closes_only_when_its_votes_are_counted(session: Session) -> None:
    poll = opened(session)
    with pytest.raises(Conflict) as refusal:
        close_room(room=session.room, by=session.lead.person)
    assert refusal.value.code == "vote_open"
    close(session, poll)
    close_room(room=session.room, by=session.lead.person)
    with pytest.raises(PermissionDenied):
        vote(session, session.amal, poll, choice="o1")
