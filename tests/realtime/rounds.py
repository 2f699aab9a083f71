"""A round of groups: made, looked at, and the rooms of its groups."""

from typing import Any

from backend.base import prose
from realtime import document, store
from realtime.models import Participant, Room
from tests.realtime.sessions import Session


def make(session: Session, count: int = 2, **args: Any) -> None:
    args = {"minutes": 15, "everyone": True, **args}
    session.do(session.lead, "breakouts", "make", count=count, **args)


def groups(session: Session) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = session.see(session.lead, "breakouts")["groups"]
    return shown


def child(session: Session, number: int) -> Room:
    rows = Room.objects.across_cities().select_related("city", "thread", "group")
    return rows.get(group_seat__number=number, parent=session.room)


def in_child(room: Room, who: Participant) -> Participant:
    found = Participant.objects.across_cities().select_related("person").get(room=room, person=who.person)
    found.room = room
    return found


def inside(session: Session) -> Session:
    """The session in the last group to be sent, where all of them are."""
    rows = (
        Room.objects.in_city(session.room.city_id).filter(parent=session.room).select_related("city", "thread", "group")
    )
    room = rows.latest("made_at")
    return Session(room, *(in_child(room, who) for who in (session.lead, session.amal, session.gianni)))


def send(session: Session, count: int = 1, **args: Any) -> None:
    make(session, count, **args)
    session.do(session.lead, "breakouts", "send")


def end(session: Session) -> None:
    session.do(session.lead, "breakouts", "call_back")
    session.do(session.lead, "breakouts", "end")


def words_of(room: Room) -> list[tuple[str, str]]:
    said = document.read(store.updates_of(room.pk)[0])
    return [(piece.kind, piece.text) for piece in prose.blocks(said.content)]
