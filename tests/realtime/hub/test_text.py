"""What newcomers are served from, what others stored, and a text that has to be read anew."""

from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async

from realtime import document, store
from realtime.document import Broken, Gap
from realtime.hub import Hub
from realtime.hub.text import LiveText
from realtime.models import Participant
from tests.realtime.hub.orders import rows_of
from tests.realtime.scripted import enter, until
from tests.realtime.updates import typed

each_way = pytest.mark.usefixtures("each_way")


@each_way
async def test_a_live_room_serves_newcomers_from_a_snapshot_made_meanwhile(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("realtime.store", "realtime.store.snapshots"):
        monkeypatch.setattr(f"{place}.SNAPSHOT_EVERY", 3)
    one = await enter(amal)
    for _ in range(3):
        one.paragraph("taken out again")
        del one.text.children[0]
    one.paragraph("kept")
    await until(lambda: one.saved == one.sent)
    room = hub.rooms[amal.room_id]
    text = room.intake.text
    assert text is not None
    assert b"taken out again" in b"".join(text.first_frames(b"\0"))
    room.look_for_snapshot()
    await until(lambda: text.asked == text.head)
    assert await sync_to_async(store.snapshot)(amal.room_id)
    one.paragraph("after it")
    room.look_for_snapshot()
    await until(lambda: text.snapped > 0 and text.prepared is not None)
    assert b"taken out again" not in b"".join(text.first_frames(b"\0"))
    two = await enter(gianni)
    await until(lambda: str(two.text) == str(one.text))
    assert "after it" in str(two.text)


@each_way
async def test_a_character_cut_in_two_is_read_by_the_server_as_by_browsers(hub: Hub, amal: Participant) -> None:
    one = await enter(amal, client=77)
    cut = bytes.fromhex(
        # Yjs: "a😀b" in a text, then "x" between the halves of the second character.
        "01014d0004010464" + "6f6373" + "06" + "61f09f988062" + "00"
    )
    one.update(cut)
    await until(lambda: one.saved == one.sent)
    split = bytes.fromhex("01014d04c44d014d02017800")
    one.update(split)
    await until(lambda: one.saved == one.sent)
    room = hub.rooms[amal.room_id]
    assert room.intake.text is not None
    assert room.intake.text.stale
    await until(lambda: room.intake.text is not None and not room.intake.text.stale, patience=4)
    _scratch, known, damaged = document.load(await sync_to_async(rows_of)(amal.room))
    assert known.splits == {(77, 2)}
    assert damaged == []


@pytest.mark.parametrize(
    ("came", "owner", "fault"),
    [((2, 3, 4), uuid4(), Broken), ((2, 4), None, Gap)],
    ids=["somebody else's client", "a row that is not there"],
)
def test_where_rows_of_others_cannot_all_be_taken_none_counts_as_told(
    came: tuple[int, ...], owner: UUID | None, fault: type[Exception]
) -> None:
    updates = typed(77, "abcd")
    text = LiveText(store.Loaded(head=1, epoch=1, updates=updates[:1], owners={77: uuid4()}, damaged=[]))
    rows = [store.Row(number, updates[number - 1]) for number in came]
    with pytest.raises(fault):
        text.foreign(rows, {77: owner} if owner else {})
    assert text.head == 1


def test_rows_of_others_that_are_known_already_are_not_taken_twice() -> None:
    mine = uuid4()
    first, *rest = typed(77, "abcd")
    text = LiveText(store.Loaded(head=1, epoch=1, updates=[first], owners={77: mine}, damaged=[]))
    rows = [store.Row(number, data) for number, data in enumerate([first, *rest], 1)]
    assert [change.data for change in text.foreign(rows, {77: mine})] == rest
    assert text.head == 4
    assert text.foreign(rows, {77: mine}) == []
