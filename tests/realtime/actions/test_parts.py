"""Parts and times of a record, in the words of its language and the clock of its city."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from realtime.actions.parts import clock, day, listed, moment, table

EVENING = datetime(2026, 5, 21, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "21 May 2026, 18:30"), ("it", "21 maggio 2026, 18:30"), ("hu", "2026. május 21., 18:30")],
)
def test_a_moment_is_told_in_the_language_and_at_the_clock_of_the_place(language: str, said: str) -> None:
    with translation.override(language), timezone.override(ZoneInfo("Europe/Rome")):
        assert moment(EVENING) == moment(EVENING.isoformat()) == said


def test_what_has_no_time_and_what_has_no_rows_leaves_nothing_behind() -> None:
    assert (day(None), clock(""), moment(None)) == ("", "", "")
    assert (listed([]), table(["Answer"], [])) == ([], [])
