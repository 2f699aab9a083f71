"""Before a new log takes the place of the old one, nothing of it may be missing: not a word of anybody."""

import pytest

from backend.base import prose
from backend.base.problems import Conflict
from realtime import document, store
from realtime.actions import ask_erasure, freeze_version, write_turns
from realtime.actions.proving import Proof
from realtime.choices import ErasureState
from realtime.document import Timeline
from realtime.models import ClientClock, Erasure, Participant, Room, Update
from realtime.store import past
from tests.realtime.factories import damage, join, leader, make_room
from tests.realtime.pasts import agree, first_rows, fresh, said
from tests.realtime.timelines import timeline

TWELVE = "one two three four five six seven eight nine ten eleven twelve"


@pytest.fixture
def torn(db: None) -> tuple[Erasure, bytes]:
    """Bo's words are the rows 1 to 3, and the second is damaged; Amal's are row 4, and she wants them taken out."""
    room = make_room()
    amal, bo = join(room, "Amal"), join(room, "Bo")
    write_turns(room=room, turns=[(bo.person, "paragraph", TWELVE), (amal.person, "paragraph", "Agliè 9")])
    row = bytes(Update.objects.get(room=room, number=2).data)
    damage(room, 2, b"\xff")
    return ask_erasure(room=fresh(room), person=amal.person, by=amal.person), row


def verified(room: Room) -> list[str]:
    return store.verify(room.pk).faults


def test_words_that_were_damaged_and_brought_again_outlive_an_erasure(torn: tuple[Erasure, bytes]) -> None:
    erasure, row = torn
    room = erasure.room
    store.bring_again(room.pk, [(store.lost(room.pk, [2])[0], row)])
    version = freeze_version(room=fresh(room), by=leader(room).person)
    held = past.past(fresh(room))
    assert [piece.text for piece in prose.blocks(held.read(held.head).content)] == [TWELVE, "Agliè 9"]
    agree(erasure, leader(room).person)
    assert (erasure.state, said(room), verified(room)) == (ErasureState.DONE, [TWELVE], [])
    version.refresh_from_db()
    assert TWELVE in str(document.read(first_rows(room.pk, version.update_number)).content)


def test_nothing_goes_while_a_damaged_row_of_others_was_not_brought_again(torn: tuple[Erasure, bytes]) -> None:
    erasure, row = torn
    room = erasure.room
    before = list(Update.objects.filter(room=room).order_by("number").values_list("number", "seal"))
    agree(erasure, leader(room).person)
    assert (erasure.state, erasure.problem, erasure.log) == (ErasureState.FAILED, "torn", None)
    assert list(Update.objects.filter(room=room).order_by("number").values_list("number", "seal")) == before
    store.bring_again(room.pk, [(store.lost(room.pk, [2])[0], row)])
    agree(erasure, leader(room).person)
    assert (erasure.state, said(room), verified(room)) == (ErasureState.DONE, [TWELVE], [])


def test_nor_while_a_row_is_missing_altogether(torn: tuple[Erasure, bytes]) -> None:
    erasure, _row = torn
    damage(erasure.room, 2, None)
    agree(erasure, leader(erasure.room).person)
    assert (erasure.state, erasure.problem) == (ErasureState.FAILED, "torn")
    assert Update.objects.filter(room=erasure.room).count() == 3


def clocks(made: Timeline) -> dict[int, int]:
    return {client: made.clock(client) for client in made.clients()}


def test_everything_must_be_in_the_timeline_and_be_taken_over(written: tuple[Room, Participant, Participant]) -> None:
    room, _amal, _bo = written
    rows = first_rows(room.pk, room.head)
    whole = timeline(rows)
    Proof(room.pk).hold(whole, clocks(whole))
    short = timeline(rows[:-1])
    for made, taken in ((short, clocks(short)), (whole, clocks(short))):
        with pytest.raises(Conflict) as refused:
            Proof(room.pk).hold(made, taken)
        assert refused.value.code == "torn"


def test_it_must_say_what_everybody_reads(written: tuple[Room, Participant, Participant]) -> None:
    room, _amal, _bo = written
    made = timeline(first_rows(room.pk, room.head))
    spoken = next(item for client in made.clients() for item in made.of(client) if "bench" in item.text)
    spoken.text = spoken.text.replace("bench", "board")
    with pytest.raises(Conflict) as refused:
        Proof(room.pk).hold(made, clocks(made))
    assert refused.value.code == "cannot"


def test_what_was_counted_and_stands_nowhere_is_missing(written: tuple[Room, Participant, Participant]) -> None:
    room, _amal, bo = written
    made = timeline(first_rows(room.pk, room.head))
    ClientClock.objects.create(room=room, client=7, person=bo.person, clock=3)
    with pytest.raises(Conflict) as refused:
        Proof(room.pk).hold(made, clocks(made))
    assert refused.value.code == "torn"
