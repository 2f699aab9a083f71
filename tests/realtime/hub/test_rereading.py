"""What a room reads of itself once more misses nothing of what comes meanwhile, and ends with the room."""

import threading
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError

from realtime import document, protocol, store
from realtime.hub import Hub
from realtime.hub.rereading import Gone
from realtime.models import Participant
from realtime.permissions import ticket_for
from realtime.protocol import Close, Sync
from tests.realtime.hub.orders import rows_of
from tests.realtime.scripted import PATIENCE, Wire, enter, until

pytestmark = pytest.mark.usefixtures("each_way")

# Yjs: "a😀b" in a text, then "x" between the halves of the second character; the same of another client.
WHOLE = bytes.fromhex("01014d0004010464" + "6f6373" + "06" + "61f09f988062" + "00")
CUT = bytes.fromhex("01014d04c44d014d02017800")
WHOLE_TOO = WHOLE.replace(b"\x4d", b"\x4e")
CUT_TOO = CUT.replace(b"\x4d", b"\x4e")


class Held:
    """A look at the store that has seen what it sees, and is held before it can say so; the later ones are not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        self.seen, self.go_on = threading.Event(), threading.Event()
        self._look = getattr(store, name)
        monkeypatch.setattr(store, name, self.look)

    def look(self, *asked: Any) -> Any:
        found = self._look(*asked)
        if not self.seen.is_set():
            self.seen.set()
            assert self.go_on.wait(PATIENCE)
        return found


async def test_a_new_copy_for_trying_on_has_what_was_stored_while_it_was_made(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.hub.intake.REBUILD", 0)
    one, two = await enter(amal, client=77), await enter(gianni)
    one.update(WHOLE)
    await until(lambda: one.saved == one.sent)
    held = Held(monkeypatch, "rows_after")
    one.update(CUT)
    await until(held.seen.is_set)
    text = hub.rooms[amal.room_id].intake.text
    assert text is not None
    two.paragraph("written while the copy is made")
    await until(lambda: two.saved == two.sent and not hub.rooms[amal.room_id].intake.busy)
    held.go_on.set()
    await until(lambda: text.scratch is not None)
    assert text.scratch is not None
    assert text.scratch.content() == document.read(await sync_to_async(rows_of)(amal.room)).content
    assert "written while the copy is made" in str(text.scratch.content())


async def test_a_character_cut_while_the_copy_is_made_has_it_made_once_more(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy holds as a whole what was stored before it, and would read otherwise than a browser."""
    monkeypatch.setattr("realtime.hub.intake.REBUILD", 0)
    one, two = await enter(amal, client=77), await enter(gianni, client=78)
    one.update(WHOLE)
    two.update(WHOLE_TOO)
    await until(lambda: one.saved == one.sent and two.saved == two.sent)
    held = Held(monkeypatch, "rows_after")
    one.update(CUT)
    await until(held.seen.is_set)
    two.update(CUT_TOO)
    await until(lambda: two.saved == two.sent and not hub.rooms[amal.room_id].intake.busy)
    held.go_on.set()
    text = hub.rooms[amal.room_id].intake.text
    await until(lambda: text is not None and not text.stale)
    assert text is not None
    assert text.scratch is not None
    stored, _, _ = document.load(await sync_to_async(rows_of)(amal.room))
    assert text.scratch.whole() == stored.whole()


async def test_a_cut_that_a_snapshot_has_taken_up_does_not_have_the_copy_made_again_and_again(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads the snapshot knows nothing of that cut, which is as it should be."""
    monkeypatch.setattr("realtime.hub.intake.REBUILD", 0)
    one, two = await enter(amal, client=77), await enter(gianni, client=78)
    text = hub.rooms[amal.room_id].intake.text
    assert text is not None
    one.update(WHOLE)
    one.update(CUT)
    two.update(WHOLE_TOO)
    await until(lambda: one.saved == one.sent and two.saved == two.sent and not text.stale)
    assert await sync_to_async(store.snapshot)(amal.room_id)
    two.update(CUT_TOO)
    await until(lambda: two.saved == two.sent and not text.stale)
    assert text.known.splits == {(77, 2), (78, 2)}


async def test_a_base_for_newcomers_has_what_was_stored_while_it_was_read(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await enter(amal)
    one.paragraph("before")
    await until(lambda: one.saved == one.sent)
    text = hub.rooms[amal.room_id].intake.text
    assert text is not None
    text.prepared = None
    held = Held(monkeypatch, "rows_after")
    coming = await Wire(gianni.room_id, ticket_for(gianni)).open(sync=False)
    coming.send(protocol.sync(Sync.STEP1, b"\0"))
    await until(held.seen.is_set)
    one.paragraph("meanwhile")
    await until(lambda: one.saved == one.sent and not hub.rooms[amal.room_id].intake.busy)
    held.go_on.set()
    await until(lambda: coming.synced)
    await until(lambda: "before" in str(coming.text) and "meanwhile" in str(coming.text))


async def test_a_damaged_end_of_the_log_is_not_waited_for(hub: Hub, amal: Participant) -> None:
    """What was told is stored; where its row is gone since, no look at the store will ever find it."""
    one = await enter(amal)
    one.paragraph("kept")
    await until(lambda: one.saved == one.sent)
    room = hub.rooms[amal.room_id]
    text = room.intake.text
    assert text is not None
    text.head, text.prepared = text.head + 1, None
    assert await room.rereading.prepared() is text


async def test_who_waits_for_a_text_that_cannot_be_read_again_is_sent_away_and_nothing_goes_on(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await enter(amal)
    one.paragraph("kept")
    await until(lambda: one.saved == one.sent)
    room, go_on = hub.rooms[amal.room_id], threading.Event()

    def away(key: object) -> None:
        assert go_on.wait(PATIENCE)
        raise OperationalError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr("realtime.store.load", away)
        room.intake.restart([])
        two = await Wire(amal.room_id, ticket_for(gianni)).open(sync=False)
        two.send(protocol.sync(Sync.STEP1, b"\0"))
        await until(lambda: any(socket.serving for socket in room.sockets))
        [waiting] = [socket for socket in room.sockets if socket.serving]
        go_on.set()
        await until(lambda: one.code is not None and two.code is not None)
    assert (one.code, two.code) == (Close.LATER, Close.LATER)
    await until(lambda: not waiting.serving)
    again = await enter(gianni)
    assert "kept" in str(again.text)


async def test_a_room_that_is_not_the_live_one_any_more_serves_nobody(hub: Hub, amal: Participant) -> None:
    await enter(amal)
    room = hub.rooms[amal.room_id]
    hub.forget(room)
    with pytest.raises(Gone):
        await room.rereading.prepared()
