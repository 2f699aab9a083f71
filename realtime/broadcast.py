"""From any code of any process to the rooms that are alive: hints that something in the database changed.

A hint carries no data and may be lost: each process also looks at the rows of its rooms once a second.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.db import connection, transaction
from django.db.models import F

from backend.base.prepared import in_database
from realtime.models import Room

log = logging.getLogger(__name__)

GROUP = "copact.rooms"
HINT = "room.hint"

Hint = dict[str, Any]
_local: list[Callable[[Hint], None]] = []


def attach(listener: Callable[[Hint], None]) -> None:
    """Hand every hint to the hub of this process, which passes it on to the others; called from any thread."""
    _local.append(listener)


def detach(listener: Callable[[Hint], None]) -> None:
    if listener in _local:
        _local.remove(listener)


def tell_on_commit(room: Room, *tools: str) -> None:
    """After this transaction, everyone in `room` gets the tools' states as they may see them."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE realtime_room SET told = told + 1 WHERE id = %s", [in_database(room.pk)])
    for tool in tools:
        transaction.on_commit(partial(tell, {"room": room.pk.hex, "tool": tool}))


def told_since(place: int, room: Room) -> set[str]:
    """Tools of `room` that this transaction tells already, by what waits from `place` on for its end."""
    calls = [entry[1] for entry in connection.run_on_commit[place:]]
    hints = [call.args[0] for call in calls if isinstance(call, partial) and call.func is tell]
    return {str(hint["tool"]) for hint in hints if hint["room"] == room.pk.hex and "tool" in hint}


def rights_on_commit(room: Room) -> None:
    """After this transaction, somebody's rights in `room` are different: every socket is asked again.

    The new epoch also stops every update that was accepted under the old one from being stored.
    """
    Room.objects.across_cities().filter(pk=room.pk).update(epoch=F("epoch") + 1)
    transaction.on_commit(lambda: tell({"room": room.pk.hex, "epoch": True}))


def anew_on_commit(room: UUID) -> None:
    """After this transaction, the text of `room` is another one: whoever holds the old one drops it."""
    transaction.on_commit(lambda: tell({"room": room.hex, "log": True}))


def head_on_commit(room: UUID) -> None:
    """After this transaction, the text of `room` has gone on without a socket."""
    transaction.on_commit(lambda: tell({"room": room.hex, "head": True}))


def tell(hint: Hint) -> None:
    """Give a hint to the hub of this process, or, where there is none, to all others."""
    if _local:
        for listener in list(_local):
            listener(hint)
        return
    layer = get_channel_layer()
    if layer is None or isinstance(layer, InMemoryChannelLayer):
        return
    try:
        async_to_sync(layer.group_send)(GROUP, {"type": HINT, "from": "", "hints": [hint]})
    except Exception:
        log.warning("A hint to the rooms could not be sent; they find out within a second.", exc_info=True)
