"""What live rooms have to store, on its way to the writer: all rooms' in one transaction."""

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Final

from realtime import store

if TYPE_CHECKING:
    from realtime.hub.intake import Intake

WINDOW: Final = 0.010  # between the beginnings of two transactions under load


class Post:
    """At once when the last transaction is some milliseconds ago; what comes meanwhile goes together into the next.

    What fails in one room is that room's: the others' words go on being stored.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.writer = store.Writer()
        self._loop = loop
        self._waiting: dict[Intake, None] = {}
        self._under_way = False
        self._timer: asyncio.Handle | None = None
        self._began = 0.0

    def want(self, intake: "Intake") -> None:
        """This room has something to store."""
        self._waiting[intake] = None
        if not self._under_way and self._timer is None:
            self._schedule()

    def _schedule(self) -> None:
        wait = self._began + WINDOW - monotonic()
        self._timer = self._loop.call_later(wait, self._go) if wait > 0.0005 else self._loop.call_soon(self._go)

    def _go(self) -> None:
        self._timer = None
        waiting, self._waiting = self._waiting, {}
        found = [(intake, batch) for intake in waiting if (batch := _batch(intake)) is not None]
        if not found:
            return
        self._under_way, self._began = True, monotonic()

        def done(outcomes: list[store.Outcome]) -> None:
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._done, [intake for intake, _ in found], outcomes)

        self.writer.submit([batch for _, batch in found], done)

    def _done(self, intakes: "list[Intake]", outcomes: list[store.Outcome]) -> None:
        self._under_way = False
        for intake, outcome in zip(intakes, outcomes, strict=True):
            try:
                intake.outcome(outcome)
            except Exception:
                intake.fail()
        if self._waiting and self._timer is None:
            self._schedule()


def _batch(intake: "Intake") -> store.Batch | None:
    try:
        return intake.batch()
    except Exception:
        intake.fail()
        return None
