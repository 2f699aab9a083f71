"""What is written in silence reaches nobody before it is shown."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.base.journal import JournalEntry
from realtime import document, store, tools
from realtime.actions.board import authors_of_notes
from realtime.models import Participant, Room, SilentNote
from tests.realtime.boards import board_of, lane
from tests.realtime.sessions import Session


def everything_said(session: Session, *viewers: Participant | None) -> str:
    """All that the server hands out: every snapshot, the document, its bytes."""
    room = Room.objects.in_city(session.room.city_id).select_related("thread", "city").get(pk=session.room.pk)
    shown = [tools.show(room, tools.viewer_of(viewer)) for viewer in viewers]
    updates = b"".join(bytes(each) for each in store.updates_of(room.pk)[0])
    return repr(shown) + repr(board_of(session)) + updates.decode("utf-8", "replace")


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.text("abcdef", min_size=6, max_size=12)), min_size=1, max_size=5))
def test_what_is_written_in_silence_reaches_nobody_before_it_is_shown(
    session: Session, ideas: list[tuple[bool, str]]
) -> None:
    with transaction.atomic():
        session.do(session.lead, "board", "silence")
        for first, text in ideas:
            who = session.amal if first else session.gianni
            session.do(who, "board", "add_note", column="c1", text=f"secret-{first}-{text}")
        assert "secret-" not in everything_said(session, session.lead, None)
        assert "secret-False" not in everything_said(session, session.amal)
        mine = session.see(session.amal, "board")["mine"]
        assert [each["text"] for each in mine] == [f"secret-True-{text}" for first, text in ideas if first]
        assert session.see(None, "board")["hidden"] == len(ideas)
        session.do(session.lead, "board", "reveal")
        assert lane(session) == [f"secret-{first}-{text}" for first, text in ideas]
        said = document.read(store.updates_of(session.room.pk)[0])
        authors = authors_of_notes(session.room, said.authors)
        names = {note["text"]: authors[key] for key, note in said.board.items()}
        for first, text in ideas:
            assert names[f"secret-{first}-{text}"] in {session.amal.person_id, session.gianni.person_id}
        assert not SilentNote.objects.exists()
        transaction.set_rollback(True)


def test_silence_begins_and_ends_once_and_ideas_are_taken_back(session: Session) -> None:
    with pytest.raises(ValidationError):
        session.do(session.lead, "board", "reveal")
    session.do(session.lead, "board", "silence")
    with pytest.raises(ValidationError):
        session.do(session.lead, "board", "silence")
    session.do(session.amal, "board", "add_note", column="c1", text="One")
    [mine] = session.see(session.amal, "board")["mine"]
    with pytest.raises(ValidationError):
        session.do(session.gianni, "board", "take_back", id=mine["id"])
    session.do(session.amal, "board", "take_back", id=mine["id"])
    session.do(session.lead, "board", "reveal")
    assert board_of(session) == {}
    assert [entry.verb for entry in JournalEntry.objects.filter(verb__startswith="board.").order_by("id")] == [
        "board.silence",
        "board.reveal",
    ]


def test_nobody_writes_more_than_a_person_can_in_silence(session: Session) -> None:
    session.do(session.lead, "board", "silence")
    for number in range(40):
        session.do(session.amal, "board", "add_note", column="c1", text=f"{number}")
    with pytest.raises(ValidationError):
        session.do(session.amal, "board", "add_note", column="c1", text="one more")
    session.do(session.lead, "board", "reveal")
    assert len(lane(session)) == 40
