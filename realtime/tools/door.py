"""Who is in the room, who waits outside, and letting them in; people without a device come in by the facilitator."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.problems import Conflict
from backend.people.choices import PersonKind
from realtime.actions import (
    add_assisted,
    admit,
    go_home,
    link_assisted,
    refuse,
    rename_assisted,
    renew_way_in,
    set_role,
    set_way_in,
    take_up_again,
)
from realtime.choices import Place, RoomRole
from realtime.models import Participant, Room
from realtime.querysets import PRESENT
from realtime.tools.base import Command, Order, State, Viewer, people_of


def _admit(order: Order) -> None:
    admit(participant=order.other(), by=order.by)


def _admit_all(order: Order) -> None:
    """As many as there is room for, in the order of their coming."""
    rows = Participant.objects.in_city(order.room.city_id).filter(room=order.room).waiting()
    let_in = 0
    for participant in rows.select_related("person").order_by("joined_at", "pk"):
        participant.room = order.room
        try:
            admit(participant=participant, by=order.by)
        except Conflict:
            if not let_in:
                raise
            return
        let_in += 1
    if not let_in:
        raise ValidationError({"id": ValidationError(_("Nobody waits at the door."), code="empty")})


def _refuse(order: Order) -> None:
    refuse(participant=order.other(), by=order.by, reason=order.text("reason"))
    order.also.add("moderation")


def _add(order: Order) -> None:
    place = order.text("place", 10, required=False) or Place.HALL
    add_assisted(room=order.room, name=order.text("name", 80), by=order.by, place=place)
    order.also.add("speaking")


def _gone(order: Order) -> None:
    go_home(participant=order.other(), by=order.by)


def _back(order: Order) -> None:
    take_up_again(participant=order.other(), by=order.by)


def _rename(order: Order) -> None:
    rename_assisted(participant=order.other(), by=order.by, name=order.text("name", 80))


def _link(order: Order) -> None:
    """Somebody who was entered by hand has a device by now: what they did is theirs."""
    gone, stays = order.other("id"), order.other("to")
    link_assisted(participant=gone, to=stays, by=order.by)
    order.also |= {"speaking", "board", "chat", "passages"}


def _role(order: Order) -> None:
    reason = order.text("reason", required=False)
    set_role(participant=order.other(), by=order.by, role=order.text("role", 12), reason=reason)
    order.also |= {"speaking", "moderation"}


def _limit(order: Order) -> None:
    set_way_in(room=order.room, by=order.by, most=order.args.get("most", ""))


def _watching(order: Order) -> None:
    set_way_in(room=order.room, by=order.by, lets_watch=True)


def _no_watching(order: Order) -> None:
    set_way_in(room=order.room, by=order.by, lets_watch=False)


def _renew(order: Order) -> None:
    renew_way_in(room=order.room, by=order.by)


class Door:
    name = "door"
    commands = {
        "admit": Command("facilitate", _admit),
        "admit_all": Command("facilitate", _admit_all),
        "refuse": Command("facilitate", _refuse),
        "add": Command("facilitate", _add),
        "gone": Command("facilitate", _gone),
        "back": Command("facilitate", _back),
        "rename": Command("facilitate", _rename),
        "link": Command("facilitate", _link),
        "role": Command("facilitate", _role),
        "limit": Command("facilitate", _limit),
        "watching": Command("facilitate", _watching),
        "no_watching": Command("facilitate", _no_watching),
        "renew": Command("facilitate", _renew),
    }

    def start(self) -> State:
        return {}

    def read(self, room: Room, state: State) -> Any:
        present = timezone.now() - PRESENT
        people, waiting, taken = [], [], 0
        for row in people_of(room):
            if not row.is_in:
                waiting.append({"id": str(row.pk), "name": row.name})
                continue
            taken += row.takes_place
            people.append(
                {
                    "id": str(row.pk),
                    "name": row.name,
                    "role": row.role,
                    "kind": row.kind,
                    "place": row.place,
                    "online": row.seen_at > present,
                    "left": not row.stays,
                    "colour": row.colour,
                }
            )
        code = room.short_code or ""
        way_in = {"most": room.most, "lets_watch": room.lets_watch, "taken": taken, "short_code": code}
        return people, waiting, counts(people), way_in

    def show(self, read: Any, viewer: Viewer) -> State:
        """The projector shows numbers only; those at the door are the facilitator's business."""
        people, waiting, numbers, way_in = read
        shown = {
            "people": people if viewer.participant else [],
            "waiting": waiting if viewer.leads else [],
            "counts": numbers,
        }
        return {**shown, "way_in": way_in} if viewer.leads or not viewer.participant else shown


def counts(people: list[dict[str, Any]]) -> dict[str, int]:
    """How many are where: nobody is counted under two places, who has no device is told apart, and who went is not
    there."""
    people = [each for each in people if not each["left"]]
    return {
        "hall": sum(each["place"] == Place.HALL for each in people),
        "online": sum(each["online"] and each["place"] == Place.ELSEWHERE for each in people),
        "phone": sum(each["place"] == Place.PHONE for each in people),
        "assisted": sum(each["kind"] == PersonKind.ASSISTED for each in people),
        "watching": sum(each["role"] == RoomRole.OBSERVER for each in people),
    }
