"""The board of a session as the shared document has it, and notes put on it."""

from typing import Any

from realtime import document, store
from realtime.document import board as boards
from realtime.models import Participant, Room
from tests.realtime.sessions import Session


def fields_of(room: Room) -> dict[str, Any]:
    return document.read(store.updates_of(room.pk)[0]).board


def board_of(session: Session) -> dict[str, Any]:
    return fields_of(session.room)


def put(session: Session, who: Participant, text: str, column: str = "c1") -> str:
    before = set(board_of(session))
    session.do(who, "board", "add_note", column=column, text=text)
    [key] = set(board_of(session)) - before
    return key


def lane(session: Session, column: str = "c1") -> list[str]:
    columns = [each["id"] for each in session.see(session.lead, "board")["columns"]]
    return [each.note.text for each in boards.laid(boards.shown(board_of(session)), columns)[column]]
