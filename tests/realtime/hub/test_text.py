"""What newcomers are served from, and a text that has to be read anew."""

import pytest
from asgiref.sync import sync_to_async

from realtime import document, store
from realtime.hub import Hub
from realtime.models import Participant
from tests.realtime.hub.orders import rows_of
from tests.realtime.scripted import enter, until

pytestmark = pytest.mark.usefixtures("each_way")


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
