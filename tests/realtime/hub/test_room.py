"""The rooms of a process: nothing told before it is stored, rights in force at once, nobody in another's name."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError
from django.db.models import F

from backend.base import prose
from backend.merging import merge_guest
from realtime import document, store, tools
from realtime import hub as hubs
from realtime.actions import post_passage, seat, set_role, write_turns
from realtime.choices import RoomRole
from realtime.hub import Hub
from realtime.models import Participant, Room, Update
from realtime.permissions import ticket_for
from realtime.protocol import Close
from tests.factories import make_person
from tests.realtime.factories import join, leader, make_room
from tests.realtime.scripted import WAYS, enter, refused, until


@pytest.fixture(params=WAYS, autouse=True)
def each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every server's own messages, and the line that ours hands over."""
    monkeypatch.setattr("tests.realtime.scripted.way", [request.param])


@pytest.fixture
def amal(transactional_db: None) -> Participant:
    return join(make_room())


@pytest.fixture
def gianni(amal: Participant) -> Participant:
    return join(amal.room, "Gianni")


async def by_lead(room: Room, tool: str, command: str, **args: Any) -> None:
    lead = await sync_to_async(leader)(room)
    await sync_to_async(tools.do)(room=room, tool=tool, command=command, by=lead.person, args=args)


def rows_of(room: Room) -> list[bytes]:
    return store.updates_of(room.pk)[0]


# --- The text ----------------------------------------------------------------------------


async def test_two_people_write_and_read_the_same(hub: Hub, amal: Participant, gianni: Participant) -> None:
    one, two = await enter(amal), await enter(gianni)
    one.paragraph("from Amal")
    two.paragraph("from Gianni 😀")
    await until(lambda: len(list(one.text.children)) == 2 == len(list(two.text.children)))
    assert str(one.text) == str(two.text)
    await until(lambda: one.saved == one.sent and two.saved == two.sent)
    said = document.read(await sync_to_async(rows_of)(amal.room))
    assert len(said.content["content"]) == 2


async def test_the_first_one_in_a_cold_room_gets_the_whole_text(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    await sync_to_async(write_turns)(room=amal.room, turns=[(amal.person, "paragraph", "Written before anyone came")])
    wires = await asyncio.gather(*[enter(who) for who in (amal, gianni, amal, gianni)])
    assert all("Written before anyone came" in str(wire.text) for wire in wires)


async def test_nothing_is_told_or_called_saved_that_could_not_be_stored(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = await enter(amal), await enter(gianni)
    one.paragraph("kept")
    await until(lambda: "kept" in str(two.text) and one.saved == one.sent)
    saved = one.saved

    def full(*args: object) -> None:
        raise DatabaseError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("realtime.store.rows._insert", full)
        one.paragraph("lost")
        await until(lambda: one.code is not None)
    assert one.code == Close.CANNOT_SAVE
    assert one.saved == saved
    await asyncio.sleep(0.1)
    assert "lost" not in str(two.text)
    two.paragraph("going on")
    await until(lambda: two.saved == two.sent)
    again = await enter(amal)
    assert "going on" in str(again.text)
    assert "lost" not in str(again.text)


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


async def test_words_from_a_form_reach_those_who_are_live(hub: Hub, amal: Participant, gianni: Participant) -> None:
    one = await enter(amal)
    one.paragraph("live")
    await until(lambda: one.saved == one.sent)
    await sync_to_async(post_passage)(room=amal.room, by=gianni.person, text="From paper.\n\nSecond part.")
    await until(lambda: "Second part." in str(one.text))
    one.paragraph("and on")
    await until(lambda: one.saved == one.sent)
    said = document.read(await sync_to_async(rows_of)(amal.room))
    assert len(said.content["content"]) == 4


async def test_rows_of_another_process_arrive_within_a_second_without_any_hint(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await enter(amal)
    monkeypatch.setattr("realtime.broadcast._local", [])
    await sync_to_async(post_passage)(room=amal.room, by=gianni.person, text="From elsewhere.")
    await until(lambda: "From elsewhere." in str(one.text), patience=3)


async def test_a_batch_that_comes_too_late_takes_the_others_words_first(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await enter(amal)
    monkeypatch.setattr("realtime.broadcast._local", [])
    for number in range(4):
        await sync_to_async(post_passage)(room=amal.room, by=gianni.person, text=f"elsewhere {number}")
        one.paragraph(f"here {number}")
        await until(lambda: one.saved == one.sent)
    await until(lambda: "elsewhere 3" in str(one.text))
    said = document.read(await sync_to_async(rows_of)(amal.room))
    assert len(said.content["content"]) == 8


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


async def test_a_reader_who_stops_reading_costs_nothing_and_catches_up_in_a_few_pieces(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    one, slow = await enter(amal), await enter(gianni)
    await until(lambda: set(slow.states) == set(tools.TOOLS))
    slow.stuck = True
    for _ in range(40):
        one.words += "x" * 50_000
        await until(lambda: one.saved == one.sent)
    [socket] = [each for each in hub.rooms[amal.room_id].sockets if each.participant == gianni.pk]
    assert socket.waiting() < 1_500_000
    assert socket.lag is not None
    frames = slow.frames
    slow.stuck = False
    await until(lambda: len(str(slow.words)) == 40 * 50_000)
    assert slow.frames - frames < 30


async def test_a_room_is_freed_when_it_was_empty_for_a_while(hub: Hub, amal: Participant, settings: Any) -> None:
    settings.ROOMS_FREED_AFTER = 0.1
    wire = await enter(amal)
    wire.paragraph("x")
    await until(lambda: wire.saved == wire.sent)
    await wire.close()
    assert amal.room_id in hub.rooms
    await until(lambda: amal.room_id not in hub.rooms, patience=4)
    assert "x" in str((await enter(amal)).text)


async def test_as_many_rooms_as_may_be_the_one_left_longest_ago_goes_first(hub: Hub, settings: Any) -> None:
    settings.ROOMS_LOADED_MOST = 2
    first, second, third, fourth = [await sync_to_async(lambda: join(make_room()))() for _ in range(4)]
    one, two = await enter(first), await enter(second)
    for wire in (one, two):
        wire.paragraph("kept")
        await until(lambda wire=wire: wire.saved == wire.sent)
    await two.close()
    await one.close()
    await until(lambda: all(room.idle for room in hub.rooms.values()))
    await enter(third)
    assert set(hub.rooms) == {first.room_id, third.room_id}
    again = await enter(first)
    assert "kept" in str(again.text)
    assert await refused(fourth.room_id, ticket_for(fourth)) == Close.LATER
    await again.close()
    await until(lambda: hub.rooms[first.room_id].idle)
    assert (await enter(fourth)).code is None


async def test_a_room_that_somebody_waits_for_is_not_let_go(hub: Hub, amal: Participant, settings: Any) -> None:
    settings.ROOMS_LOADED_MOST = 1
    room = hub.claim(amal.room_id)
    room.waiting = 1
    await room.opened
    assert not room.idle
    with pytest.raises(hubs.Crowded):
        hub.claim(UUID(int=5))


# --- Rights ------------------------------------------------------------------------------


async def test_a_freeze_is_in_force_at_once_and_what_was_held_back_comes_after(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    one, two = await enter(amal), await enter(gianni)
    await by_lead(amal.room, "moderation", "freeze", reason="We look at it together.")
    await until(lambda: one.denied != [])
    assert one.denied[-1] == "We look at it together."
    one.paragraph("too early")
    await asyncio.sleep(0.3)
    assert "too early" not in str(two.text)
    assert one.saved < one.sent
    await by_lead(amal.room, "moderation", "unfreeze")
    await until(lambda: "too early" in str(two.text))
    await until(lambda: one.saved == one.sent)


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
    await by_lead(amal.room, "board", "lock_column", id="c2")
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
    await sync_to_async(set_role)(participant=gianni, by=lead.person, role=RoomRole.OBSERVER)
    one, watcher = await enter(amal), await enter(gianni)
    assert watcher.denied
    watcher.paragraph("not allowed")
    one.paragraph("allowed")
    await until(lambda: "allowed" in str(watcher.text))
    await asyncio.sleep(0.1)
    assert "not allowed" not in str(one.text)
    assert watcher.code is None


async def test_a_change_of_rights_in_another_process_holds_within_a_second(
    hub: Hub, amal: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = await enter(amal)
    rows = Participant.objects.across_cities().filter(pk=amal.pk)
    await sync_to_async(rows.update)(state="removed", epoch=F("epoch") + 1)
    await sync_to_async(store_epoch)(amal.room)
    wire.paragraph("after the removal")
    await until(lambda: wire.code is not None, patience=3)
    assert wire.code == Close.FORBIDDEN
    assert document.read(await sync_to_async(rows_of)(amal.room)).content["content"] == []


async def test_a_guest_who_takes_an_account_while_writing_goes_on_on_the_same_line(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    one, other = await enter(amal, client=71), await enter(gianni)
    one.paragraph("as a guest")
    await until(lambda: "as a guest" in str(other.text) and one.saved == one.sent)
    account = await sync_to_async(make_person)("Amal H.")
    await sync_to_async(merge_guest)(guest=amal.person, into=account, by=account)
    one.paragraph("as an account")
    await until(lambda: one.code is not None or "as an account" in str(other.text))
    assert one.code is None
    await until(lambda: one.saved == one.sent)


async def test_a_guest_whose_account_is_in_the_room_goes_on_with_the_same_hand(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    one, other = await enter(amal, client=71), await enter(gianni)
    one.paragraph("as a guest")
    await until(lambda: "as a guest" in str(other.text) and one.saved == one.sent)
    account = await sync_to_async(make_person)("Amal H.")
    lead = await sync_to_async(leader)(amal.room)
    await sync_to_async(seat)(room=amal.room, person=account, by=lead.person)
    await sync_to_async(merge_guest)(guest=amal.person, into=account, by=account)
    await until(lambda: one.code is not None)
    assert one.code == Close.SIGNED_OUT
    rows = Participant.objects.across_cities().select_related("person", "room")
    mine = await sync_to_async(rows.get)(room=amal.room, person=account)
    again = await enter(mine, client=71)
    again.paragraph("as an account")
    await until(lambda: again.code is not None or again.saved == again.sent)
    assert again.code is None
    await until(lambda: "as an account" in str(other.text))


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


def store_epoch(room: Room) -> None:
    Room.objects.across_cities().filter(pk=room.pk).update(epoch=F("epoch") + 1)
