"""Captions: a volunteer whom the facilitator names types what is said, for everyone who wants to read along."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from realtime.actions.captions import (
    SHOWN,
    clear_captions,
    forget_captions,
    keep_captions,
    take_back_caption,
    write_caption,
)
from realtime.choices import RoomRole
from realtime.models import Caption, Room
from realtime.permissions import is_admitted
from realtime.tools.base import Command, Order, State, Viewer, people_of


def _name(order: Order) -> None:
    """Who writes from now on; naming nobody ends it, and the lines go unless the group keeps them."""
    if not order.text("id", 40, required=False):
        order.state["writer"] = ""
        if not order.state["keeps"]:
            clear_captions(room=order.room)
        return
    writer = order.other()
    if not is_admitted(writer) or writer.person.kind == "assisted" or writer.role == RoomRole.OBSERVER:
        message = _("Choose somebody who is in the room with a device of their own.")
        raise ValidationError({"id": ValidationError(message, code="not_here")})
    order.state |= {"writer": str(writer.pk), "used": True}


def _require_writer(order: Order) -> None:
    if order.state["writer"] != str(order.participant.pk):
        raise PermissionDenied(_("The facilitator names who writes the captions."))


def _write(order: Order) -> None:
    _require_writer(order)
    text = order.args.get("text", "")
    write_caption(room=order.room, by=order.by, text=text if isinstance(text, str) else "", keeps=order.state["keeps"])


def _undo(order: Order) -> None:
    _require_writer(order)
    take_back_caption(room=order.room, by=order.by)


def _keep(order: Order) -> None:
    """The facilitator asked, and the group said yes."""
    keep_captions(room=order.room, by=order.by)
    order.state["keeps"] = True


def _drop(order: Order) -> None:
    """Nothing is kept, also not what was kept until now. Anybody in the room may ask for it at any time."""
    order.state["keeps"] = False
    forget_captions(room=order.room)


class Captions:
    name = "captions"
    commands = {
        "name": Command("facilitate", _name),
        "write": Command("speak", _write),
        "undo": Command("speak", _undo),
        "keep": Command("facilitate", _keep),
        "drop": Command("speak", _drop),
    }

    def start(self) -> State:
        return {"writer": "", "keeps": False, "used": False}

    def read(self, room: Room, state: State) -> Any:
        rows = Caption.objects.filter(room=room).order_by("-id").values("id", "text")
        lines = list(rows[:SHOWN])[::-1] if state["used"] else []
        writes = (row for row in people_of(room) if str(row.pk) == state["writer"] and row.is_in)
        name = next((row.name for row in writes), "")
        return state, lines, name

    def show(self, read: Any, viewer: Viewer) -> State:
        """The last lines; who writes them stands on no projector."""
        state, lines, name = read
        shown = {
            "used": state["used"],
            "on": bool(name),
            "keeps": state["keeps"],
            "lines": lines,
            "mine": bool(state["writer"]) and state["writer"] == viewer.participant,
        }
        return {**shown, "writer": name} if viewer.participant else shown
