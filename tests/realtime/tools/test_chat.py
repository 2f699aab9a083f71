"""Messages: everyone's, hidden with a reason, paused for all or for one."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.realtime.tools.conftest import Session


def test_a_message_is_seen_by_all_and_mine_by_its_author(session: Session) -> None:
    session.do(session.amal, "chat", "post", text="Ciao!", language="it")
    [mine] = session.see(session.amal, "chat")["messages"]
    [theirs] = session.see(session.gianni, "chat")["messages"]
    assert (mine["mine"], theirs["mine"], mine["text"], mine["language"]) == (True, False, "Ciao!", "it")
    assert session.see(None, "chat")["messages"] == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_000, None, 7, ["x"]])
def test_what_is_no_message_is_refused(session: Session, text: object) -> None:
    with pytest.raises(ValidationError):
        session.do(session.amal, "chat", "post", text=text)


def test_a_hidden_message_keeps_its_place_without_its_words(session: Session) -> None:
    session.do(session.amal, "chat", "post", text="rude")
    [message] = session.see(session.lead, "chat")["messages"]
    with pytest.raises(PermissionDenied):
        session.do(session.gianni, "chat", "hide", id=message["id"], reason="no")
    with pytest.raises(ValidationError):
        session.do(session.lead, "chat", "hide", id=message["id"], reason="")
    session.do(session.lead, "chat", "hide", id=message["id"], reason="It insults someone.")
    [hidden] = session.see(session.gianni, "chat")["messages"]
    assert (hidden["text"], hidden["hidden"]) == ("", True)


def test_a_paused_chat_is_the_leaders(session: Session) -> None:
    session.do(session.lead, "moderation", "pause_chat", reason="We listen.")
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "chat", "post", text="x")
    session.do(session.lead, "chat", "post", text="One minute, please.")
    session.do(session.lead, "moderation", "resume_chat")
    session.do(session.amal, "chat", "post", text="x")


def test_a_muted_person_reads_on(session: Session) -> None:
    session.do(session.lead, "moderation", "mute", id=str(session.amal.pk), reason="Too loud.")
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "chat", "post", text="x")
    session.amal.refresh_from_db()
    assert session.see(session.amal, "chat")["muted"] is True
    assert session.see(session.gianni, "chat")["muted"] is False


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None], session: Session) -> None:
    session.do(session.amal, "chat", "post", text="one")
    at_most("chat", 4)
