"""Minutes of a session: written, laid before the group, and the time to answer over."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from realtime.actions.minutes import find_minutes, latest
from realtime.actions.paper import told
from realtime.models import Minutes, MinutesRevision
from tests.realtime.sessions import Session


def minutes_of(session: Session) -> Minutes:
    found = find_minutes(session.room)
    assert found is not None
    return found


def last_of(minutes: Minutes | None) -> MinutesRevision:
    """As they were laid before the group last."""
    found = latest(minutes)
    assert found is not None
    return found


def seal_of(session: Session) -> str:
    """Of the minutes that the group is asked about."""
    proposed = minutes_of(session).proposed
    assert proposed is not None
    return proposed.sha256


def write(session: Session, text: str, base: int, section: str = "agenda") -> None:
    session.do(session.lead, "minutes", "write", section=section, text=text, base=base)


def propose(session: Session, rule: str = "nobody", audience: str = "public") -> None:
    session.do(session.lead, "minutes", "propose", time=10, rule=rule, audience=audience)


def pass_time(session: Session) -> None:
    Minutes.objects.across_cities().filter(room=session.room).update(closes_at=timezone.now() - timedelta(seconds=1))


def section(session: Session, name: str) -> dict[str, Any]:
    found = find_minutes(session.room)
    said = told(session.room, found, latest(found))
    return next(each for each in said["sections"] if each["name"] == name)


def words_of(parts: list[dict[str, Any]]) -> str:
    return repr(parts)
