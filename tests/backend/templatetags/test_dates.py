"""Dates and times as people of the reader's language write them."""

import datetime as dt
import re

import pytest
from django.utils import timezone, translation

from backend.management import catalogues
from backend.templatetags import dates
from tests.backend.templatetags.drawing import NOON, TEMPLATES, draw


@pytest.mark.parametrize(
    ("language", "day", "long"),
    [
        ("en", "14 March 2026", "Saturday 14 March 2026"),
        ("it", "14 marzo 2026", "sabato 14 marzo 2026"),
        ("pl", "14 marca 2026", "sobota 14 marca 2026"),
        ("hu", "2026. március 14.", "2026. március 14. szombat"),
        ("ro", "14 martie 2026", "sâmbătă 14 martie 2026"),
    ],
)
def test_dates_are_written_as_people_write_them(language, day, long):
    with translation.override(language):
        assert draw("{{ d|day }}", d=NOON) == day
        assert draw("{{ d|long_day }}", d=NOON).replace(",", "") == long


@pytest.mark.parametrize(
    ("language", "month", "stopped"),
    [
        ("en", "March 2026", "14 March 2026."),
        ("it", "marzo 2026", "14 marzo 2026."),
        ("pl", "marzec 2026", "14 marca 2026."),
        ("hu", "2026. március", "2026. március 14."),
        ("ro", "martie 2026", "14 martie 2026."),
    ],
)
def test_months_stand_alone_and_a_sentence_ends_with_one_full_stop(language, month, stopped):
    with translation.override(language):
        assert draw("{{ d|month }}", d=NOON) == month
        assert draw("{{ d|day|stopped }}", d=NOON) == stopped


def test_hungarian_sentences_leave_the_full_stop_to_the_date_they_end_with():
    pages = "\n".join(file.read_text() for file in TEMPLATES.rglob("*.html"))
    dates_of_pages = set(re.findall(r"(\w+)=[\w.]+\|(?:short_)?day\b", pages))
    assert {"day", "due", "answer", "end"} <= dates_of_pages
    ended = re.compile(rf"%\((?:{'|'.join(dates_of_pages)})\)s\.")
    catalogue = catalogues.read("hu")
    assert not [text for message in catalogue for text in told(message) if ended.search(text)]


def told(message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_a_time_is_told_in_the_present_zone_and_in_24_hours():
    with timezone.override("Europe/Rome"):
        assert draw("{{ d|clock }}", d=NOON) == draw("{{ d|clock }}", d=NOON.isoformat()) == "17:05"
        assert draw("{{ d|moment }}", d=NOON) == "14 March 2026, 17:05"


def test_nothing_is_written_where_there_is_no_date():
    for name in ("day", "short_day", "long_day", "month", "clock", "moment", "ago", "days_left", "iso", "stopped"):
        assert draw("{{ d|" + name + " }}", d=None) == ""


def test_days_that_are_left():
    today = timezone.localdate()
    assert [dates.days_left(today + dt.timedelta(days=n)) for n in (-1, 0, 1, 12)] == [
        "closed",
        "last day",
        "1 day left",
        "12 days left",
    ]


def test_a_date_and_what_is_said_of_it_have_one_full_stop_between_them():
    steps = [{"kind": "made", "title": "Bench", "when": "2026. november 22.", "note": "Nadia"}]
    assert ">2026. november 22. Nadia<" in draw("{% thread steps %}", steps=steps)
    assert ">2026. november 22.<" in draw("{% thread steps %}", steps=[{**steps[0], "note": ""}])
