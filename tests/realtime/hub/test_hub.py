"""As many rooms as may be are alive in a process, and those that nobody is in go again."""

import asyncio
import threading
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import Client

from realtime import hub as hubs
from realtime.hub import Hub
from realtime.models import Participant, Room
from realtime.permissions import ticket_for
from realtime.protocol import Close
from tests.realtime.factories import join, leader, make_room
from tests.realtime.scripted import enter, refused, until

pytestmark = pytest.mark.usefixtures("each_way")


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


NAMES = (
    "copact_room_sockets",
    "copact_rooms_loaded",
    "copact_rooms_crowded_total",
    "copact_room_queue_bytes",
    'copact_room_refused_updates_total{reason="broken"}',
    'copact_room_refused_updates_total{reason="forged"}',
    'copact_room_refused_updates_total{reason="full"}',
    'copact_room_refused_updates_total{reason="gap"}',
    'copact_room_refused_updates_total{reason="rights"}',
    'copact_room_refused_updates_total{reason="unsure"}',
    "copact_room_commit_seconds_count",
    "copact_room_stored_updates_total",
    "copact_room_damaged_rows_total",
    "copact_room_merged_snapshots_total",
)


@pytest.mark.django_db
def test_every_figure_of_the_rooms_is_there_from_the_start(client: Client) -> None:
    assert hubs.LOADED is not None
    said = client.get("/metrics", REMOTE_ADDR="127.0.0.1").content.decode()
    assert [name for name in NAMES if f"\n{name} " not in said] == []


async def test_while_who_leads_is_there_the_pages_hear_it_again_and_again(
    hub: Hub, amal: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that hears nothing for some minutes says that nobody leads: also in a room where nothing happens."""
    monkeypatch.setattr(hubs, "PRESENT_EVERY", 0.1)
    wire = await enter(amal)
    lead = await enter(await sync_to_async(lambda: leader(amal.room))())
    await until(lambda: "Irene" in wire.states.get("leading", {}).get("names", []))
    for _time in range(2):
        before = wire.states["leading"]["alone_from"]
        await until(lambda before=before: wire.states["leading"]["alone_from"] > before, patience=6)
    await lead.close()


async def test_what_is_asked_while_everything_ends_keeps_no_connection(transactional_db: None) -> None:
    hub = hubs.here()

    def ask() -> Any:
        assert not Room.objects.in_city(UUID(int=5)).exists()
        return connections["default"]

    ending = asyncio.create_task(hub.close())
    while not hub._ended:  # the threads are asked to let go in the same breath
        await asyncio.sleep(0)
    used = await hub.run(ask)
    await ending
    assert used.connection is None


@pytest.mark.parametrize("busy", [1, hubs.THREADS])
async def test_work_that_does_not_end_does_not_keep_everything_from_ending(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, busy: int
) -> None:
    monkeypatch.setattr(hubs, "LET_GO_WITHIN", 0.05)
    hub = hubs.here()
    begun, may_end = threading.Barrier(busy + 1), threading.Event()

    def ask() -> Any:
        assert not Room.objects.in_city(UUID(int=5)).exists()
        begun.wait()
        may_end.wait()
        return connections["default"]

    slow = [asyncio.create_task(hub.run(ask)) for _ in range(busy)]
    await asyncio.to_thread(begun.wait)
    try:
        await hub.close()
        assert hub not in hubs._hubs.values()
        with pytest.raises(RuntimeError, match="after shutdown"):
            await hub.run(ask)
    finally:
        may_end.set()
    assert [used.connection for used in await asyncio.gather(*slow)] == [None] * busy
