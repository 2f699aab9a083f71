"""What the session tells of itself, in the language of its room, and nobody by name without a yes."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from realtime.actions import acts_of, add_assisted, write_turns
from realtime.actions.paper import told
from realtime.actions.recording import SECTIONS, facts_of
from tests.factories import make_person
from tests.realtime.boards import put
from tests.realtime.factories import join
from tests.realtime.minutes import section, words_of
from tests.realtime.rounds import child, groups, in_child, inside, make, send
from tests.realtime.sessions import Session


def test_headings_are_said_in_the_language_of_the_room(session: Session) -> None:
    said = told(session.room, None, None)
    assert said["language"] == session.room.language
    assert [each["name"] for each in said["sections"]] == list(SECTIONS)


def test_nobody_is_named_without_a_yes(session: Session) -> None:
    session.do(session.amal, "minutes", "name")
    assert "Amal" in words_of(section(session, "attendance")["facts"])
    session.do(session.amal, "minutes", "unname")
    assert "Amal" not in words_of(section(session, "attendance")["facts"])
    helped = add_assisted(room=session.room, name="Rosa", by=session.lead.person)
    with pytest.raises(ValidationError):
        session.do(session.lead, "minutes", "name", **{"for": str(session.amal.pk)})
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "minutes", "name", **{"for": str(helped.pk)})
    session.do(session.lead, "minutes", "name", **{"for": str(helped.pk)})
    assert "Rosa" in words_of(section(session, "attendance")["facts"])


def test_how_the_room_was_led_is_told_without_a_name(session: Session) -> None:
    bruna = join(session.room, person=make_person("Bruna Bianchi"))
    session.do(session.lead, "leading", "share", id=str(bruna.pk))
    session.do(session.lead, "moderation", "lock", reason="We listen to Gianni's words.")
    session.do(session.lead, "moderation", "pause_chat", reason="amal, enough.")
    session.do(session.lead, "moderation", "slow", seconds=10, reason="Many write.")
    [acts] = section(session, "moderation")["facts"]
    assert [row[2] for row in acts["rows"]] == ["", "", "", "Many write."]
    session.do(session.lead, "leading", "pass", id=str(bruna.pk))
    assert "Bianchi" not in words_of(section(session, "moderation")["facts"])
    assert [act.concerns for act in acts_of(session.room).filter(act="lead")] == [bruna.person, bruna.person]


def test_the_facts_ask_the_database_as_often_for_many(
    session: Session, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    def look() -> object:
        return facts_of(session.room, "en")

    def more(names: str) -> None:
        for name in names:
            someone = join(session.room, f"Person {name}")
            session.do(someone, "board", "add_note", column="c1", text=f"Idea {name}")

    more("abcd")
    few = count_queries(look)
    more("efgh")
    assert count_queries(look) == few <= 24


def test_what_was_said_in_groups_stands_under_their_name_where_they_wanted_to_keep_it(session: Session) -> None:
    send(session)
    inner, [title] = inside(session), [each["title"] for each in groups(session)]
    inner.do(inner.lead, "captions", "name", id=str(inner.amal.pk))
    inner.do(inner.amal, "captions", "write", text="Ferns like the shade.")
    assert section(session, "captions")["facts"] == []
    inner.do(inner.lead, "captions", "keep")
    head, lines = section(session, "captions")["facts"]
    assert title in head["text"]
    assert lines["items"][0].endswith(" Ferns like the shade.")


def test_the_share_says_that_the_groups_count_in_it(session: Session) -> None:
    for number in range(3):
        someone = join(session.room, f"Person {number}")
        write_turns(room=session.room, turns=[(someone.person, "paragraph", "Six benches.")])
    alone = facts_of(session.room, "en")["share"]
    send(session)
    assert [part["text"] for part in facts_of(session.room, "en")["share"]] == [
        *(part["text"] for part in alone),
        "What was said and written in the groups counts in this, too.",
    ]


def test_ideas_of_groups_stand_under_the_name_of_their_group_until_they_are_on_the_main_board(session: Session) -> None:
    put(session, session.amal, "Shade")
    make(session, 1, question="What grows in shade?")
    session.do(session.lead, "breakouts", "send")
    room = child(session, 1)
    inner = Session(room, in_child(room, session.lead), in_child(room, session.amal), session.gianni)
    inner.do(inner.amal, "board", "add_note", column="c1", text="Ferns")
    [title] = [each["title"] for each in groups(session)]
    listed = {"kind": "list", "items": ["Ferns"]}
    facts = section(session, "ideas")["facts"]
    assert facts[-3:] == [
        {"kind": "head", "text": "What grows in shade?"},
        {"kind": "line", "text": title},
        listed,
    ]
    session.do(session.lead, "breakouts", "bring", group=1)
    facts = section(session, "ideas")["facts"]
    assert (title in facts[-2]["text"], facts[-1]) == (True, listed)
    assert facts.count(listed) == 1
