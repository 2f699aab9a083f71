"""Votes and decisions as other programs read them: only from inside, only what was opened, and with the same counts."""

from typing import Any

from django.test import Client

from realtime.actions import write_turns
from realtime.models import ConsentCheck, Poll
from tests.realtime.sessions import Session
from tests.realtime.visits import browser


def get(client: Client, session: Session, path: str) -> Any:
    return client.get(f"/api/v1/rooms/{session.room.pk}/{path}")


def poll(session: Session, *, opened: bool = True) -> Poll:
    args = {"kind": "single", "question": "Where?", "options": "Garden\nSchool", "anonymous": "no"}
    session.do(session.lead, "polls", "draft", **args, **({"open": "on"} if opened else {}))
    return Poll.objects.in_city(session.room.city_id).filter(room=session.room).order_by("-number")[0]


def test_a_draft_is_told_to_nobody_and_an_open_vote_without_its_result(session: Session) -> None:
    amal = browser(session.amal)
    poll(session, opened=False)
    assert get(amal, session, "polls/").json() == []
    made = poll(session)
    session.do(session.gianni, "polls", "vote", poll=str(made.pk), choice="o2")
    [told] = get(amal, session, "polls/").json()
    assert told["question"] == "Where?"
    assert "Gianni" not in str(told)
    assert get(amal, session, f"polls/{made.number}/").status_code == 404, "before it is closed"


def test_a_closed_vote_by_name_tells_who_chose_what(session: Session) -> None:
    made = poll(session)
    session.do(session.gianni, "polls", "vote", poll=str(made.pk), choice="o2")
    session.do(session.lead, "polls", "close", poll=str(made.pk))
    told = get(browser(session.amal), session, f"polls/{made.number}/").json()
    assert (told["first"], told["voters"][0]["name"]) == (["School"], "Gianni")


def test_a_decision_is_told_with_seal_turnout_and_outcome(session: Session) -> None:
    write_turns(room=session.room, turns=[(session.lead.person, "paragraph", "Six benches.")])
    session.do(session.lead, "consent", "prepare", question="Can you live with it?", open="on")
    check = ConsentCheck.objects.in_city(session.room.city_id).get()
    session.do(session.amal, "consent", "answer", check=str(check.pk), answer="agree")
    assert get(browser(session.amal), session, "decisions/").json() == []
    session.do(session.lead, "consent", "close", check=str(check.pk))
    [told] = get(browser(session.amal), session, "decisions/").json()
    assert (told["outcome"], told["turnout"]["agreed"]) == ("agreed", 1)
    assert check.text_sha256 in str(told)
    assert "Amal" not in str(told)


def test_from_outside_there_is_nothing(session: Session) -> None:
    made = poll(session)
    for path in ("polls/", f"polls/{made.number}/", "decisions/"):
        assert get(Client(), session, path).status_code == 404
