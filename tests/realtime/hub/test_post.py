"""What waits to be stored goes together into one transaction, and each room hears of its own."""

import asyncio
from typing import Any

import pytest

from realtime import store
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
        post.want(each)  # type: ignore[arg-type]
    heard = [await asyncio.wait_for(each.heard.get(), 10) for each in rooms]
    post.writer.stop()
    assert heard == [Stored(1), Stored(2), Stored(3)]
    assert submitted == [3]


async def test_who_has_nothing_to_store_after_all_is_passed_over(writers: list[Participant]) -> None:
    post = Post(asyncio.get_running_loop())
    empty, full = Waiting(None), Waiting(batch(writers[0], entries(writers[0], 5, "x")))
    post.want(empty)  # type: ignore[arg-type]
    await asyncio.sleep(0.02)
    post.want(full)  # type: ignore[arg-type]
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
    post.want(first)  # type: ignore[arg-type]
    assert await asyncio.wait_for(first.heard.get(), 10) == Stored(1)
    assert await asyncio.wait_for(late.heard.get(), 10) == Stored(1)
    post.writer.stop()
