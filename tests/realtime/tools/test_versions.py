"""The versions that were kept, newest first."""

from collections.abc import Callable

import pytest
from django.http import Http404

from realtime.actions import freeze_version, write_turns
from tests.realtime.sessions import Session


def test_versions_are_listed_for_those_in_the_room(session: Session) -> None:
    write_turns(room=session.room, turns=[(session.amal.person, "paragraph", "Six benches")])
    for title in ("First", "Second"):
        freeze_version(room=session.room, by=session.lead.person, title=title)
    seen = session.see(session.amal, "versions")["versions"]
    assert [(each["number"], each["title"], each["by"]) for each in seen] == [
        (2, "Second", "Irene"),
        (1, "First", "Irene"),
    ]
    assert session.see(None, "versions") == {"versions": []}


def test_there_is_nothing_to_order(session: Session) -> None:
    with pytest.raises(Http404):
        session.do(session.lead, "versions", "delete")


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("versions", 3)
