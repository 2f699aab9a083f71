"""The share of words is the facilitator's to see while the session runs."""

from collections.abc import Callable
from typing import Any

from realtime.broadcast import attach, detach
from realtime.tools import told_snapshots
from tests.realtime.factories import join
from tests.realtime.rounds import inside, send
from tests.realtime.sessions import Session


def test_who_leads_sees_bands_and_nobody_else_anything(session: Session) -> None:
    for number in range(4):
        join(session.room, f"Person {number}")
    seen = session.see(session.lead, "fair")
    assert seen["people"] == 7
    assert "Amal" not in str(seen)
    assert session.see(session.amal, "fair") == {}
    assert session.see(None, "fair") == {}


def test_looking_asks_the_database_the_same_for_many(session: Session, at_most: Callable[[str, int], None]) -> None:
    for number in range(5):
        join(session.room, f"Somebody {number}")
    at_most("fair", 7)


def test_who_leads_the_main_room_hears_at_once_that_somebody_spoke_in_a_group(session: Session) -> None:
    send(session)
    hints: list[dict[str, Any]] = []
    attach(hints.append)
    try:
        told_snapshots(inside(session).room.pk, ["speaking", "fair"], [])
    finally:
        detach(hints.append)
    assert hints == [{"room": session.room.pk.hex, "tool": "fair"}]
