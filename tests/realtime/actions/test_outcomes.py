"""What was voted and decided, as the minutes tell it: in the room, and in each group under its name."""

from collections.abc import Callable
from typing import Any

from realtime.actions import write_turns
from realtime.actions.bringing import rooms_of
from realtime.actions.led import told_moderation
from realtime.actions.outcomes import told_concerns, told_decisions, told_votes
from realtime.models import ConsentCheck, Poll
from tests.realtime.minutes import words_of
from tests.realtime.rounds import end, groups, inside, send
from tests.realtime.sessions import Session
from tests.realtime.visits import browser, page


def votes(session: Session) -> list[dict[str, Any]]:
    return told_votes(rooms_of(session.room))


def voted(session: Session, question: str = "Where?") -> None:
    session.do(session.lead, "polls", "draft", kind="single", question=question, options=["Here", "There"], open="on")
    poll = str(Poll.objects.in_city(session.room.city_id).get(room=session.room, state="open").pk)
    for who in (session.amal, session.gianni):
        session.do(who, "polls", "vote", poll=poll, choice="o1")
    session.do(session.lead, "polls", "close", poll=poll)


def decided(session: Session, question: str = "Ferns?") -> None:
    """With a block by somebody who wished to be named, and a concern."""
    write_turns(room=session.room, turns=[(session.amal.person, "paragraph", "Ferns like the shade.")])
    session.do(session.lead, "consent", "prepare", open="on", question=question)
    check = str(ConsentCheck.objects.in_city(session.room.city_id).get(room=session.room).pk)
    session.do(session.amal, "consent", "answer", check=check, answer="block", text="The roots.", named="on")
    session.do(session.gianni, "consent", "answer", check=check, answer="concern", text="Too dark.")
    session.do(session.lead, "consent", "close", check=check)


def test_a_vote_of_few_says_how_many_voted_and_never_how(session: Session) -> None:
    session.do(session.lead, "polls", "draft", kind="single", question="Where?", options=["Here", "There"], open="on")
    assert "still open" in words_of(votes(session))
    session.do(session.lead, "polls", "close", poll=str(Poll.objects.across_cities().get().pk))
    voted(session, "And now?")
    [head, counts, why] = votes(session)[-3:]
    assert (head["text"], why["kind"]) == ("And now?", "line")
    assert "2 of 3 voted" in counts["text"]
    assert "Here" not in words_of([head, counts, why])


def test_what_a_group_votes_on_stands_under_its_name_by_the_same_rules(session: Session) -> None:
    voted(session)
    send(session, question="What grows in shade?")
    voted(inside(session), "Ferns or ivy?")
    [title] = [each["title"] for each in groups(session)]
    main, here = votes(session)[:3], votes(session)[3:]
    assert main[0]["text"] == "Where?"
    assert title in here[0]["text"]
    assert here[0]["text"].endswith(": Ferns or ivy?")
    assert [part["kind"] for part in here] == ["head", "line", "line"]  # two voted: how many, never how
    inner = inside(session)
    inner.do(inner.lead, "polls", "draft", kind="single", question="A draft?", options=["a", "b"])
    assert "A draft?" not in words_of(votes(session))


def test_what_a_group_decides_stands_under_its_name_with_each_concern(session: Session) -> None:
    send(session)
    decided(inside(session))
    rooms = rooms_of(session.room)
    decisions, concerns = told_decisions(rooms), told_concerns(rooms)
    check = ConsentCheck.objects.across_cities().get()
    assert decisions[0]["text"] == f"{rooms[1][0]}: Ferns?"
    assert decisions[-1]["code"] == check.text_sha256
    assert concerns[0]["text"].startswith(f"{rooms[1][0]}: ")
    assert [part["text"] for part in concerns if part["kind"] == "quote"] == ["The roots.", "Too dark."]
    assert ("Amal" in words_of(concerns), "Gianni" in words_of(concerns)) == (True, False)


def test_of_two_rounds_each_group_says_in_which_it_was(session: Session) -> None:
    for question in ("First?", "Second?"):
        send(session)
        voted(inside(session), question)
        end(session)
    names = [name for name, _room in rooms_of(session.room)[1:]]
    assert len(set(names)) == 2
    heads = [part["text"] for part in votes(session) if part["kind"] == "head"]
    assert heads == [f"{names[0]}: First?", f"{names[1]}: Second?"]


def test_page_and_paper_tell_what_the_groups_decided(session: Session) -> None:
    send(session)
    voted(inside(session), "Ferns or ivy?")
    decided(inside(session))
    lead = browser(session.lead)
    shown = lead.get(page(session.room, "minutes")).content.decode()
    assert all(words in shown for words in ("Ferns or ivy?", "Ferns?", "The roots.", "Too dark."))
    assert lead.get(page(session.room, "minutes_pdf")).content.startswith(b"%PDF-")


def test_one_group_or_many_are_read_with_as_many_questions(
    session: Session, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    def look() -> object:
        rooms = rooms_of(session.room)
        return told_votes(rooms), told_decisions(rooms), told_concerns(rooms), told_moderation(rooms)

    send(session)
    voted(inside(session))
    decided(inside(session))
    few = count_queries(look)
    for question in ("Second?", "Third?"):
        end(session)
        send(session)
        voted(inside(session))
        decided(inside(session), question)
    assert count_queries(look) == few <= 9
