"""The share of words is the facilitator's to see while the session runs."""

from collections.abc import Callable

from tests.realtime.factories import join
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
