"""A city's activities for calendars and feed readers, in the wall time of the city with its zone."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from backend.activities.choices import ActivityState
from backend.activities.models import Activity
from backend.cities.models import City

DAY = timedelta(days=1)


# -- iCalendar (RFC 5545) -------------------------------------------------------------------------


def calendar(city: City, activities: Iterable[Activity], *, name: str, address: Any) -> str:
    """The calendar of a city. `address(activity)` is the whole address of its page."""
    rows = list(activities)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Copact//Activities//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        f"X-WR-TIMEZONE:{city.time_zone}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    if rows:
        first, last = min(row.starts_at for row in rows), max(row.ends_at for row in rows)
        lines += _zone(city.zone, city.time_zone, first, last)
    for row in rows:
        lines += _event(row, city, address(row))
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


def _event(activity: Activity, city: City, url: str) -> Iterator[str]:
    cancelled = activity.state == ActivityState.CANCELLED
    yield "BEGIN:VEVENT"
    yield f"UID:{activity.pk}@copact"
    yield f"DTSTAMP:{timezone.now().astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;TZID={city.time_zone}:{activity.starts_at.astimezone(city.zone):%Y%m%dT%H%M%S}"
    yield f"DTEND;TZID={city.time_zone}:{activity.ends_at.astimezone(city.zone):%Y%m%dT%H%M%S}"
    yield f"SUMMARY;LANGUAGE={activity.language}:{_text(activity.title)}"
    if activity.story or activity.cancelled_reason:
        yield f"DESCRIPTION:{_text(activity.cancelled_reason or activity.story)}"
    where = activity.place or (str(activity.commons) if activity.commons else "")
    if where:
        yield f"LOCATION:{_text(where)}"
    if activity.commons:
        yield f"GEO:{activity.commons.lat:.6f};{activity.commons.lng:.6f}"
    yield f"URL:{url}"
    yield f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}"
    yield f"SEQUENCE:{int(cancelled)}"
    yield "END:VEVENT"


def _zone(zone: ZoneInfo, name: str, first: datetime, last: datetime) -> Iterator[str]:
    """The zone's rules from a year before the first event: each change of the clocks by itself."""
    at = first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - 365 * DAY
    end = last.astimezone(UTC) + DAY
    yield "BEGIN:VTIMEZONE"
    yield f"TZID:{name}"
    yield from _observance(zone, at, at)
    while at < end:
        if at.astimezone(zone).utcoffset() != (at + DAY).astimezone(zone).utcoffset():
            yield from _observance(zone, at, _change(zone, at))
        at += DAY
    yield "END:VTIMEZONE"


def _change(zone: ZoneInfo, day: datetime) -> datetime:
    """The moment within 24 hours of `day` from which the other offset holds, to the minute."""
    before = day.astimezone(zone).utcoffset()
    low, high = 0, 24 * 60
    while high - low > 1:
        middle = (low + high) // 2
        same = (day + timedelta(minutes=middle)).astimezone(zone).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    return day + timedelta(minutes=high)


def _observance(zone: ZoneInfo, before: datetime, at: datetime) -> Iterator[str]:
    local, earlier = at.astimezone(zone), before.astimezone(zone)
    kind = "DAYLIGHT" if local.dst() else "STANDARD"
    # DTSTART is told in the wall time that held until this moment.
    wall = (at + (earlier.utcoffset() or timedelta())).replace(tzinfo=None)
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{wall:%Y%m%dT%H%M%S}"
    yield f"TZOFFSETFROM:{earlier:%z}"
    yield f"TZOFFSETTO:{local:%z}"
    yield f"TZNAME:{local:%Z}"
    yield f"END:{kind}"


def _text(value: str) -> str:
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return value.replace("\r\n", "\\n").replace("\r", "\\n").replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    """Lines of at most 75 octets; no letter is cut in two."""
    piece, size = "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > 75:
            yield piece
            piece, size = " ", 1
        piece, size = piece + char, size + octets
    yield piece


# -- Atom (RFC 4287) ------------------------------------------------------------------------------


def atom(city: City, activities: Iterable[Activity], *, name: str, page: str, feed: str, address: Any) -> str:
    """The newest announcements of a city."""
    made = Atom1Feed(title=name, link=page, description="", language=city.language, feed_url=feed)
    for row in activities:
        made.add_item(
            title=row.title,
            link=address(row),
            description=f"{row.local_start:%Y-%m-%d %H:%M} {city.time_zone}\n\n{row.story}".strip(),
            unique_id=f"urn:uuid:{row.pk}",
            pubdate=row.made_at,
            updateddate=row.made_at,
        )
    return made.writeString("utf-8")
