"""What the session tells of itself, in the language of its room, and nobody by name without a yes."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from realtime.actions import add_assisted
from realtime.actions.paper import told
from realtime.actions.recording import SECTIONS, facts_of
from tests.realtime.factories import join
from tests.realtime.minutes import section, words_of
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
    with pytest.raises(PermissionDenied):
        session.do(session.lead, "minutes", "name", participant=str(session.amal.pk))
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "minutes", "name", participant=str(helped.pk))
    session.do(session.lead, "minutes", "name", participant=str(helped.pk))
    assert "Rosa" in words_of(section(session, "attendance")["facts"])


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
