"""A moment of each torture that `make soak` runs at full length; seeds are printed, and fixed in CI."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from realtime.protocol import Close
from tests.realtime.nodes import node
from tests.realtime.torture.bus import cut, flushed, restarted
from tests.realtime.torture.comings import comings
from tests.realtime.torture.filling import filled
from tests.realtime.torture.forgeries import forgeries
from tests.realtime.torture.ground import Ground, ground
from tests.realtime.torture.judged import judged
from tests.realtime.torture.kills import killed
from tests.realtime.torture.mutants import THROWN_OUT, hunted, mutants
from tests.realtime.torture.sessions import sessions
from tests.realtime.torture.stops import stopped

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seed() -> int:
    found = int(os.environ.get("SEED", "1" if os.environ.get("CI") else random.randrange(1, 10**6)))
    print(f"SEED={found}")
    return found


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Ground]:
    with ground(tmp_path) as found:
        yield found


def test_killed_again_and_again_nothing_saved_or_seen_is_lost(here: Ground, seed: int) -> None:
    found = killed(here, kills=2, writers=8, seed=seed, longest=1.0)
    assert found.lost == []
    assert found.promised > 100
    assert found.seen > 100
    assert found.slowest < 5


@pytest.mark.once
def test_damaged_frames_hurt_nobody(here: Ground, seed: int) -> None:
    found = mutants(here, frames=500, seed=seed, heavy_size=60_000)
    assert found.apart == []
    assert found.slowest < 5
    assert [name for name, seconds in found.heaviest.items() if seconds >= 8] == []  # they took minutes once
    assert len(found.heaviest) > 20
    assert "silence" not in found.answers
    assert found.answers[THROWN_OUT] > found.frames / 4


def test_a_newcomer_after_a_restart_reads_what_the_authors_read(here: Ground, seed: int) -> None:
    found = sessions(here, count=6, seed=seed)
    assert found.apart == []
    assert found.snapshots == 3


def test_what_goes_through_guard_store_and_snapshot_reads_as_before(seed: int) -> None:
    with node("judge.mjs") as judge:
        found = judged(judge, count=12, seed=seed)
    assert found.apart == []
    assert found.compacted == found.snapshots == 6


@pytest.mark.once
def test_forged_client_ids_fork_nothing(here: Ground, seed: int) -> None:
    found = forgeries(here, tries=100, seed=seed)
    assert "silence" not in found.answers
    assert found.answers[THROWN_OUT] > found.tries / 8
    assert found.apart == []
    assert found.stolen == []


@pytest.mark.servers
def test_a_bus_that_is_cut_for_a_while_costs_nothing(here: Ground, seed: int) -> None:
    found = cut(here, seconds=3, seed=seed)
    assert found.lost == []
    assert found.healed < 10  # as `make soak` measures it on a quiet machine, under 3
    assert found.presence


@pytest.mark.servers
def test_a_bus_that_forgets_everything_costs_nothing(here: Ground, seed: int) -> None:
    found = flushed(here, seconds=4, every=1, seed=seed)
    assert {"emptied", "cut"} <= set(found.times)
    assert found.lost == []
    assert found.presence


@pytest.mark.servers
def test_a_bus_that_is_killed_and_started_anew_costs_nothing(here: Ground, seed: int) -> None:
    found = restarted(here, seconds=4, every=1, seed=seed)
    assert found.times["restarted"] > 0
    assert found.lost == []
    assert found.presence


@pytest.mark.once
def test_a_polite_end_with_fifty_in_mid_sentence(here: Ground, seed: int) -> None:
    found = stopped(here, sockets=50, seed=seed)
    assert found.codes == {Close.RESTARTING}
    assert found.lost == []
    assert found.promised > 50
    assert found.seconds < 5


def test_a_long_room_is_cached_while_people_write_in_it(here: Ground, seed: int) -> None:
    found = filled(here, rows=600, writers=6, seconds=6, seed=seed)
    assert found.faults == []
    assert found.snapshots >= 1
    assert found.newcomers == found.snapshots
    assert found.smaller > 1


@pytest.mark.once
def test_rooms_that_come_and_go_leave_nothing(here: Ground) -> None:
    found = comings(here, rooms=8, at_once=4, free_after=0.2)
    assert found.loaded == 0
    assert found.after - found.before < 10


@pytest.mark.once
def test_what_slips_past_the_guard_every_reader_reads_alike(seed: int) -> None:
    with node("judge.mjs") as judge:
        found = hunted(judge, tries=10_000, seed=seed)
    assert found.apart == []
    assert found.taken > 50
