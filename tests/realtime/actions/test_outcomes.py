"""What was voted and decided, as the minutes tell it."""

from realtime.actions.outcomes import told_votes
from realtime.models import Poll
from tests.realtime.minutes import words_of
from tests.realtime.sessions import Session


def test_a_vote_of_few_says_how_many_voted_and_never_how(session: Session) -> None:
    session.do(session.lead, "polls", "draft", kind="single", question="Where?", options=["Here", "There"], open="on")
    poll = str(Poll.objects.across_cities().get().pk)
    assert "still open" in words_of(told_votes(session.room))
    for who in (session.amal, session.gianni):
        session.do(who, "polls", "vote", poll=poll, choice="o1")
    session.do(session.lead, "polls", "close", poll=poll)
    [head, counts, why] = told_votes(session.room)
    assert (head["text"], why["kind"]) == ("Where?", "line")
    assert "2 of 3 voted" in counts["text"]
    assert "Here" not in words_of(told_votes(session.room))
