"""A moment of the text on its page: what stood there, who wrote it and when."""

from typing import Any

import pytest

from tests.realtime.visits import at, browser

pytestmark = pytest.mark.django_db


def test_a_moment_says_what_stood_there_who_wrote_it_and_when(recorded: Any) -> None:
    room, amal = recorded
    html = browser(amal).get(at(room, "history/") + "?at=1").content.decode()
    assert "Benches" in html
    assert "They stand" not in html
    assert 'type="range"' in html
    assert 'aria-valuetext="' in html
    assert html.count("Amal") >= 2  # beside the text and in the shares
    for wrong in ("0", "-4", "99999", "x", "", "9" * 30):
        assert browser(amal).get(at(room, "history/") + f"?at={wrong}").status_code == 200
    part = browser(amal).get(at(room, "history/") + "?at=1&part=moment").content.decode()
    assert part.startswith('<div class="stack" data-part="moment"')
    assert "<html" not in part
