"""Records that repeat somebody's words: which places give way, and which only look alike."""

from typing import Any

import pytest

from realtime.actions.repeating import LONG, swapped, take
from realtime.models import MinutesRevision, ToolState
from tests.realtime.minutes import propose, write
from tests.realtime.sessions import Session

SIGN = "[gone]"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Shade", SIGN),
        ("Shade + Trees", f"{SIGN} + Trees"),
        ("10:15 Shade", f"10:15 {SIGN}"),
        ("The idea: Shade", f"The idea: {SIGN}"),
        ("a “Shade” b", f"a “{SIGN}” b"),
        ("One\nShade\nTwo", f"One\n{SIGN}\nTwo"),
        ("Shades", "Shades"),
        ("In the Shade of trees", "In the Shade of trees"),
    ],
)
def test_short_words_give_way_only_where_they_stand_alone(said: str, left: str) -> None:
    assert swapped(said, {"Shade": SIGN}) == left


def test_long_words_give_way_wherever_they_stand() -> None:
    words = "x" * LONG
    assert swapped([{"a": f"say {words}!"}, 3, None], {words: SIGN}) == [{"a": f"say {SIGN}!"}, 3, None]


def test_of_words_within_words_the_longer_ones_go_first() -> None:
    whole, part = "My flat is in via Po 3", "via Po 3 here"[:8]
    assert swapped(whole, {part: "?", whole: SIGN}) == SIGN


def test_nothing_to_swap_changes_nothing() -> None:
    value: Any = {"a": ["Shade"]}
    assert swapped(value, {}) == value


def test_minutes_get_a_new_seal_and_keep_the_one_they_had(session: Session) -> None:
    write(session, "Shade", 0)
    propose(session)
    before = MinutesRevision.objects.order_by("-number")[0]
    take(session.room, [session.amal.person_id], session.lead.person, {"Shade": SIGN})
    after = MinutesRevision.objects.get(pk=before.pk)
    assert after.added == {"agenda": SIGN}
    assert after.sha256 != before.sha256
    assert [row["sha256"] for row in after.content["taken_out"]] == [before.sha256]


def test_minutes_that_say_nothing_of_it_keep_their_seal(session: Session) -> None:
    write(session, "Trees", 0)
    before = MinutesRevision.objects.get().sha256
    take(session.room, [session.amal.person_id], session.lead.person, {"Shade": SIGN})
    assert MinutesRevision.objects.get().sha256 == before


def test_the_bin_of_the_board_forgets_theirs_and_keeps_the_others(session: Session) -> None:
    for who in (session.amal, session.gianni):
        session.do(who, "board", "add_note", column="c1", text="Shade")
    session.do(session.lead, "board", "clear_column", id="c1", reason="Anew.")
    row = ToolState.objects.get(room=session.room, tool="taken")
    people = {each["person"] for each in row.state["bin"]}
    assert people == {str(session.amal.person_id), str(session.gianni.person_id)}
    take(session.room, [session.amal.person_id], session.lead.person, {})
    after = ToolState.objects.get(pk=row.pk)
    assert [each["person"] for each in after.state["bin"]] == [str(session.gianni.person_id)]
    assert after.revision == row.revision + 1
