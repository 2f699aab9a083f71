"""Who is in the room, who waits outside, and letting them in."""

from typing import Any

from django.utils import timezone

from realtime.actions import add_assisted, admit, refuse, set_role
from realtime.choices import ParticipantState, Place
from realtime.models import Participant, Room
from realtime.querysets import PRESENT
from realtime.tools.base import Command, Order, State, Viewer


def _admit(order: Order) -> None:
    admit(participant=order.other(), by=order.by)


def _refuse(order: Order) -> None:
    refuse(participant=order.other(), by=order.by)


def _add(order: Order) -> None:
    add_assisted(room=order.room, name=order.text("name", 80), by=order.by)


def _role(order: Order) -> None:
    set_role(participant=order.other(), by=order.by, role=order.text("role", 12))


class Door:
    name = "door"
    commands = {
        "admit": Command("facilitate", _admit),
        "refuse": Command("facilitate", _refuse),
        "add": Command("facilitate", _add),
        "role": Command("facilitate", _role),
    }

    def start(self) -> State:
        return {}

    def read(self, room: Room, state: State) -> Any:
        present = timezone.now() - PRESENT
        people, waiting, hall = [], [], 0
        rows = Participant.objects.in_city(room.city_id).filter(room=room).exclude(state=ParticipantState.REMOVED)
        for row in rows.select_related("person").order_by("joined_at", "pk"):
            if row.state == ParticipantState.WAITING:
                waiting.append({"id": str(row.pk), "name": row.person.name})
                continue
            hall += row.place == Place.HALL
            people.append(
                {
                    "id": str(row.pk),
                    "name": row.person.name,
                    "role": row.role,
                    "kind": row.person.kind,
                    "online": row.seen_at > present,
                    "colour": row.colour,
                }
            )
        return people, waiting, {"hall": hall, "online": sum(bool(each["online"]) for each in people)}

    def show(self, read: Any, viewer: Viewer) -> State:
        """The projector shows numbers only; those at the door are the facilitator's business."""
        people, waiting, counts = read
        return {
            "people": people if viewer.participant else [],
            "waiting": waiting if viewer.leads else [],
            "counts": counts,
        }
