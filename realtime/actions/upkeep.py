"""Work behind the rooms, in the worker."""

from uuid import UUID

from backend.base.tasks import task
from realtime import store


@task
def make_snapshot(room: str) -> bool:
    """Merge the room's rows into one cached row; safe to run at any time and twice."""
    return store.snapshot(UUID(room))
