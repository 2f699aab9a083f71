"""What waits to be stored goes together into one transaction, and each room hears of its own."""

import asyncio
from typing import Any, cast

import pytest

from realtime import store
from realtime.hub.intake import Intake
from realtime.hub.post import Post
from realtime.models import Participant
from realtime.store import Batch, Stored
from tests.realtime.factories import join, make_room
from tests.realtime.store.batches import batch, entries


class Waiting:
    """A room with one batch to store."""

    def __init__(self, found: Batch | None) -> None:
        self.left, self.heard = found, asyncio.Queue[Any]()

    def batch(self) -> Batch | None:
        found, self.left = self.left, None
        return found

    def outcome(self, outcome: Any) -> None:
        self.heard.put_nowait(outcome)


def _want(post: Post, room: Waiting) -> None:
    post.want(cast(Intake, room))


@pytest.fixture
def writers(transactional_db: None) -> list[Participant]:
    return [join(make_room()) for _ in range(3)]


async def test_what_comes_at_once_is_stored_together_and_each_hears_its_own(
    writers: list[Participant], monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = [Waiting(batch(who, entries(who, 5, "x" * number))) for number, who in enumerate(writers, 1)]
    post, submitted = Post(asyncio.get_running_loop()), []
    submit = store.Writer.submit

    def seen(writer: Any, batches: list[Batch], done: Any) -> None:
        submitted.append(len(batches))
        submit(writer, batches, done)

    monkeypatch.setattr(store.Writer, "submit", seen)
    for each in (*rooms, rooms[0]):
        _want(post, each)
    heard = [await asyncio.wait_for(each.heard.get(), 10) for each in rooms]
    post.writer.stop()
    assert heard == [Stored(1), Stored(2), Stored(3)]
    assert submitted == [3]


async def test_who_has_nothing_to_store_after_all_is_passed_over(writers: list[Participant]) -> None:
    post = Post(asyncio.get_running_loop())
    empty, full = Waiting(None), Waiting(batch(writers[0], entries(writers[0], 5, "x")))
    _want(post, empty)
    await asyncio.sleep(0.02)
    _want(post, full)
    assert await asyncio.wait_for(full.heard.get(), 10) == Stored(1)
    assert empty.heard.empty()
    post.writer.stop()


async def test_what_comes_while_another_is_stored_is_not_forgotten(writers: list[Participant]) -> None:
    post = Post(asyncio.get_running_loop())
    late = Waiting(batch(writers[1], entries(writers[1], 5, "y")))

    class First(Waiting):
        def batch(self) -> Batch | None:
            asyncio.get_running_loop().call_soon(post.want, late)
            return super().batch()

    first = First(batch(writers[0], entries(writers[0], 5, "x")))
    _want(post, first)
    assert await asyncio.wait_for(first.heard.get(), 10) == Stored(1)
    assert await asyncio.wait_for(late.heard.get(), 10) == Stored(1)
    post.writer.stop()


async def test_the_trouble_of_one_room_is_not_the_others(writers: list[Participant]) -> None:
    class Failing(Waiting):
        failed = 0

        def fail(self) -> None:
            self.failed += 1

    class Unready(Failing):
        def batch(self) -> Batch | None:
            raise RuntimeError("it cannot say what it has")

    class Deaf(Failing):
        def outcome(self, outcome: Any) -> None:
            raise RuntimeError("it cannot be told")

    post = Post(asyncio.get_running_loop())
    unready, deaf = Unready(None), Deaf(batch(writers[0], entries(writers[0], 5, "x")))
    sound = [Waiting(batch(who, entries(who, 5, "y"))) for who in writers[1:]]
    for each in (unready, deaf, sound[0]):
        _want(post, each)
    assert await asyncio.wait_for(sound[0].heard.get(), 10) == Stored(1)
    _want(post, sound[1])
    assert await asyncio.wait_for(sound[1].heard.get(), 10) == Stored(1)
    assert (unready.failed, deaf.failed) == (1, 1)
    post.writer.stop()
