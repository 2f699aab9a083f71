"""Who leads the room: passing the lead on, sharing it, stepping down and, where nobody leads, stepping in."""

from functools import cache, partial
from typing import Any

from django.utils import timezone

from backend.people.choices import PersonKind
from realtime.actions import alone_from, leaders_around, pass_lead, share_lead, step_down, step_in, who_can_step_in
from realtime.models import Room
from realtime.permissions import AWAY
from realtime.tools.base import Command, Order, State, Viewer, people_of


def _share(order: Order) -> None:
    share_lead(participant=order.other(), by=order.by)
    order.also |= {"door", "breakouts"}


def _pass(order: Order) -> None:
    pass_lead(participant=order.other(), by=order.by)
    order.also |= {"door", "breakouts"}


def _step_down(order: Order) -> None:
    step_down(room=order.room, by=order.by)
    order.also.add("door")


def _step_in(order: Order) -> None:
    step_in(room=order.room, by=order.by)
    order.also.add("door")


def _who_can(room: Room) -> frozenset[str]:
    return frozenset(str(key) for key in who_can_step_in(room).values_list("pk", flat=True))


class Leading:
    name = "leading"
    commands = {
        "share": Command("facilitate", _share),
        "pass": Command("facilitate", _pass),
        "step_down": Command("facilitate", _step_down),
        "step_in": Command("attend", _step_in),
    }

    def start(self) -> State:
        return {}

    def read(self, room: Room, state: State) -> Any:
        """Who leads, and who could step in: the second is asked once, and only where somebody of the room looks."""
        found = [each for each in people_of(room) if each.leads]
        moment = alone_from([row.seen_at for row in found])
        if moment is None or moment < timezone.now() + AWAY:  # who leads the main room goes from group to group
            moment = alone_from(list(leaders_around(room).values_list("seen_at", flat=True)))
        return {
            "names": [row.name for row in found],
            "leads": {str(row.pk) for row in found},
            "alone_from": moment,
            "can": cache(partial(_who_can, room)),
            # Only these can lead at all: for guests nobody is asked.
            "accounts": {str(row.person_id) for row in people_of(room) if row.kind == PersonKind.ACCOUNT},
        }

    def _may_step_in(self, read: Any, viewer: Viewer) -> bool:
        leads = viewer.participant in read["leads"]  # they need not
        return not leads and viewer.person in read["accounts"] and viewer.person in read["can"]()

    def show(self, read: Any, viewer: Viewer) -> State:
        """`alone_from` is when the room has nobody who leads, if none of them comes back before."""
        inside = viewer.participant is not None
        moment = read["alone_from"]
        now = timezone.now()
        return {
            "names": read["names"] if inside else [],
            "alone": moment is None or moment <= now,
            "alone_from": moment.isoformat() if moment else None,
            "may_step_in": inside and self._may_step_in(read, viewer),
            "server_time": now.isoformat(),
        }
