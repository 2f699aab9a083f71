"""Work behind the rooms, in the worker."""

from uuid import UUID

from backend.base import limits
from backend.base.tasks import later, task
from realtime import store
from realtime.models import Room
from realtime.store import past


@task
def make_snapshot(room: str) -> bool:
    """Merge the room's rows into one cached row; safe to run at any time and twice."""
    return store.snapshot(UUID(room))


@task
def work_out_past(room: str) -> int:
    """Work a room's past out of its rows and keep it, so that pages read it from there."""
    found = Room.objects.across_cities().filter(pk=room).first()
    return past.past(found).head if found is not None else 0


def past_is_near(room: Room) -> bool:
    """Whether the past can be told at once; where it cannot, the worker is asked to see to it."""
    if past.missing(room) <= past.FAR:
        return True
    if limits.spend(f"room.past:{room.pk}", 1, 60):
        later(work_out_past, str(room.pk))
    return False
