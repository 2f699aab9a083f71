"""The text of a session as it stands, with what hangs on it."""

from typing import Any

from backend.base import prose
from realtime import document, store
from tests.realtime.sessions import Session


def content(session: Session) -> Any:
    return document.read(store.updates_of(session.room.pk)[0]).content


def blocks(session: Session) -> list[prose.Piece]:
    return prose.blocks(content(session))
