"""Calendars tell the wall time with its zone, right across both changes of the clocks."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.activities import actions, feeds
from tests.backend.activities.factories import make_activity, make_commons
from tests.factories import make_city

pytestmark = pytest.mark.django_db

ZONES = ["Europe/Rome", "Europe/Budapest", "Europe/Bucharest", "America/New_York", "Asia/Kathmandu"]


def calendar(city, *activities):
    return feeds.calendar(city, activities, name="Activities", address=lambda row: f"http://x/{row.slug}/")


def unfolded(text):
    return text.replace("\r\n ", "").split("\r\n")


def parts(lines, name):
    """The blocks BEGIN:name … END:name, each as a list of lines."""
    found, block = [], None
    for line in lines:
        if line == f"BEGIN:{name}":
            block = []
        elif line == f"END:{name}":
            found.append(block)
            block = None
        elif block is not None:
            block.append(line)
    return found


def at(zone, *when):
    return datetime(*when, tzinfo=ZoneInfo(zone))


def field(block, name):
    return next(line.partition(":")[2] for line in block if line.partition(":")[0].split(";")[0] == name)


def moment(text):
    """20270328T100000 as a wall time."""
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", [(2027, 3, 28), (2027, 3, 14), (2027, 10, 31), (2027, 11, 7), (2027, 7, 1)])
def test_the_wall_time_with_the_zones_own_rules_is_the_moment_itself(zone, day):
    city = make_city(time_zone=zone)
    start = at(zone, *day, 10)
    text = calendar(city, make_activity(city, starts_at=start, ends_at=start + timedelta(hours=2)))
    lines = unfolded(text)
    event = parts(lines, "VEVENT")[0]
    wall = moment(field(event, "DTSTART"))
    assert wall.hour == 10
    rules = []
    for kind in ("STANDARD", "DAYLIGHT"):
        rules += [(moment(field(block, "DTSTART")), field(block, "TZOFFSETTO")) for block in parts(lines, kind)]
    _since, offset = max(rule for rule in rules if rule[0] <= wall)
    sign = -1 if offset[0] == "-" else 1
    delta = sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5]))
    assert wall - delta == start.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def test_a_change_of_the_clocks_is_told_to_the_minute():
    city = make_city(time_zone="Europe/Rome")
    start = at("Europe/Rome", 2027, 4, 10, 10)
    lines = unfolded(calendar(city, make_activity(city, starts_at=start, ends_at=start + timedelta(hours=1))))
    summer = [block for block in parts(lines, "DAYLIGHT") if "DTSTART:20270328T020000" in block]
    assert len(summer) == 1
    assert "TZOFFSETFROM:+0100" in summer[0]
    assert "TZOFFSETTO:+0200" in summer[0]


def test_lines_are_at_most_75_octets_and_no_letter_is_cut():
    city = make_city()
    title = "Łódź és Győr, ș, ț; \\ " * 6
    text = calendar(city, make_activity(city, title=title.strip(), story="one\ntwo, three"))
    for line in text.split("\r\n"):
        assert len(line.encode()) <= 75
    lines = unfolded(text)
    assert "DESCRIPTION:one\\ntwo\\, three" in lines
    assert any("Győr\\, ș\\, ț\\; \\\\" in line for line in lines)
    assert text.endswith("END:VCALENDAR\r\n")


def test_place_and_address_and_state_are_told():
    city = make_city()
    activity = make_activity(city, commons=make_commons(city, "Gardens"))
    lines = unfolded(calendar(city, activity))
    assert "LOCATION:Gardens" in lines
    assert "GEO:45.097500;7.704000" in lines
    assert "STATUS:CONFIRMED" in lines
    actions.cancel_activity(activity, by=activity.host, reason="Storm")
    lines = unfolded(calendar(city, activity))
    assert "STATUS:CANCELLED" in lines
    assert "SEQUENCE:1" in lines
    assert "DESCRIPTION:Storm" in lines


def test_a_city_without_activities_has_an_empty_calendar():
    assert parts(unfolded(calendar(make_city())), "VEVENT") == []


def test_the_feed_tells_each_activity_once_with_its_address():
    city = make_city()
    activity = make_activity(city, title="Care & day")
    text = feeds.atom(
        city, [activity], name="Activities", page="http://x/", feed="http://x/atom", address=lambda _: "http://x/a/"
    )
    assert f"urn:uuid:{activity.pk}" in text
    assert "Care &amp; day" in text
    assert 'href="http://x/a/"' in text
