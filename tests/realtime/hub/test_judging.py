"""Who may write what at this moment, and what becomes of an update that is not taken."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from backend.base import prose
from realtime import document
from realtime.actions import post_passage, set_role
from realtime.choices import RoomRole
from realtime.hub import Hub
from realtime.models import Participant, Update
from realtime.protocol import Close
from tests.realtime.factories import leader
from tests.realtime.hub.orders import by_lead, rows_of
from tests.realtime.scripted import enter, until

pytestmark = pytest.mark.usefixtures("each_way")


async def test_a_locked_text_leaves_the_board_open(hub: Hub, amal: Participant, gianni: Participant) -> None:
    one, two = await enter(amal), await enter(gianni)
    await by_lead(amal.room, "moderation", "lock", reason="Only the scribes now.")
    await until(lambda: one.denied != [])
    from pycrdt import Map

    one.doc.get("board", type=Map)["n1"] = Map({"text": "an idea", "column": "c1"})
    await until(lambda: "n1" in two.doc.get("board", type=Map))
    await until(lambda: one.saved == one.sent)
    lead = await sync_to_async(leader)(amal.room)
    await sync_to_async(set_role)(participant=gianni, by=lead.person, role=RoomRole.SCRIBE)
    await asyncio.sleep(0.3)
    two.paragraph("a scribe writes")
    await until(lambda: "a scribe writes" in str(one.text))


async def test_what_the_boards_rules_forbid_is_left_out_and_its_sender_reads_the_board_anew(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    from pycrdt import Map

    one, two = await enter(amal), await enter(gianni)
    two.doc.get("board", type=Map)["n1"] = Map({"text": "Gianni’s", "column": "c1"})
    await until(lambda: "n1" in one.doc.get("board", type=Map))
    await by_lead(amal.room, "board", "lock_column", id="c2", reason="We read.")
    socket = next(each for each in hub.rooms[amal.room_id].sockets if each.participant == amal.pk)
    await until(lambda: socket.standing.board is not None and "c2" in socket.standing.board.locked)
    with one.doc.transaction():
        one.paragraph("Words of the same moment")
        one.doc.get("board", type=Map)["n1"]["text"] = "Amal’s"
        one.doc.get("board", type=Map)["n2"] = Map({"text": "Into the locked one", "column": "c2"})
    await until(lambda: one.code is not None)
    assert (one.code, one.saved) == (Close.RIGHTED, one.sent)
    assert one.states["righted"]["words"] == ["Into the locked one"]
    assert one.states["righted"]["why"]
    await until(lambda: "Words of the same moment" in str(two.text))
    assert two.code is None
    again = await enter(amal)
    board = again.doc.get("board", type=Map).to_py()
    assert {key: note["text"] for key, note in board.items()} == {"n1": "Gianni’s"}
    assert "Words of the same moment" in str(again.text)


async def test_who_leads_changes_any_note(hub: Hub, amal: Participant) -> None:
    from pycrdt import Map

    one = await enter(amal)
    one.doc.get("board", type=Map)["n1"] = Map({"text": "Amal’s", "column": "c1"})
    lead = await enter(await sync_to_async(leader)(amal.room))
    await until(lambda: "n1" in lead.doc.get("board", type=Map))
    lead.doc.get("board", type=Map)["n1"]["text"] = "Better said"
    await until(lambda: one.doc.get("board", type=Map)["n1"]["text"] == "Better said")
    assert lead.code is None


async def test_an_observer_reads_and_does_not_write(hub: Hub, amal: Participant, gianni: Participant) -> None:
    lead = await sync_to_async(leader)(amal.room)
    await sync_to_async(set_role)(participant=gianni, by=lead.person, role=RoomRole.OBSERVER, reason="Asked to.")
    one, watcher = await enter(amal), await enter(gianni)
    assert watcher.denied
    watcher.paragraph("not allowed")
    one.paragraph("allowed")
    await until(lambda: "allowed" in str(watcher.text))
    await asyncio.sleep(0.1)
    assert "not allowed" not in str(one.text)
    assert watcher.code is None


async def test_marks_from_who_may_not_write_are_refused_while_the_order_is_taken(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    """Only the server marks for them: a frame of their own is never taken, whatever it says."""
    await sync_to_async(post_passage)(room=amal.room, by=gianni.person, text="Six steel benches")
    await by_lead(amal.room, "moderation", "lock", reason="The scribes write.")
    wire = await enter(amal)
    before = len(await sync_to_async(rows_of)(amal.room))
    words = next(iter(next(iter(wire.text.children)).children))
    words.format(4, 9, {"deletion": {"id": "abcdefgh", "by": str(gianni.pk)}})
    words.insert(9, "wooden", {"insertion": {"id": "abcdefgh", "by": str(gianni.pk)}})
    await until(lambda: bool(wire.denied))
    assert len(await sync_to_async(rows_of)(amal.room)) == before
    block = prose.blocks(document.read(await sync_to_async(rows_of)(amal.room)).content)[0]
    order = {"block": block.id, "before": block.text, "after": "Six wooden benches"}
    fresh = await enter(amal)
    assert (await fresh.ask("passages", "suggest", **order))["ok"]
    await until(lambda: "wooden" in str(fresh.text))
    updates = await sync_to_async(list)(Update.objects.filter(room=amal.room).order_by("number"))
    assert updates[-1].participant_id == amal.pk
