"""Second looks at how the room is led: asked by whom an act concerns, answered by someone else than who did it."""

from functools import cache, partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from backend.base.journal import record
from backend.conversations.choices import AppealState
from backend.conversations.models import Appeal
from backend.people.models import Person
from realtime import permissions
from realtime.actions import acts_of, answer_appeal, ask_again
from realtime.actions.acts import ACTS, log_for
from realtime.models import Room
from realtime.tools.base import Command, Order, State, Viewer

LENGTH = 2000
WAITING = 50
LOG = 200


def _ask(order: Order) -> None:
    """For somebody without a device who leads enters it, also who decided: another one answers all the same."""
    text = order.args.get("text", "")
    words = text if isinstance(text, str) else ""
    made = ask_again(room=order.room, by=order.by, act=order.text("act", 40), text=words)
    if order.helper is not None:
        record(by=order.helper, verb="appeal.enter", subject=made)
    order.also.add("moderation")


def open_appeal(room: Room, key: str) -> Appeal:
    rows = Appeal.objects.in_city(room.city_id).filter(act__thread=room.thread_id)
    try:
        found = rows.select_related("act__post", "act__thread", "by", "city").filter(pk=key).first()
    except (ValidationError, ValueError, TypeError):
        found = None
    if found is None:
        raise ValidationError({"id": ValidationError(_("This is not here any more."), code="gone")})
    return found


def _answer(order: Order) -> None:
    appeal = open_appeal(order.room, order.text("id", 40))
    if not permissions.can_answer(order.participant, appeal):
        raise PermissionDenied(_("Someone else than who decided first answers this."))
    text = order.args.get("answer", "")
    accept = str(order.args.get("accept", "")) in {"1", "true", "True", "on"}
    answer_appeal(appeal=appeal, by=order.by, accept=accept, answer=text if isinstance(text, str) else "")


def told_log(room: Room, person: Person, *, leads: bool) -> list[State]:
    """The log as data, newest first: of whom an act is only where they or a facilitator read it."""
    rows = log_for(room, person, leads=leads)[:LOG]
    return [
        {
            "id": str(act.pk),
            "act": act.act,
            "what": str(ACTS.get(act.act, act.act)),
            "reason": act.reason,
            "by": act.by.name,
            "about": act.concerns.name if act.concerns is not None else "",
            "at": act.at.isoformat(),
            "appeal": act.appeal.state if hasattr(act, "appeal") else "",
            "answer": act.appeal.answer if hasattr(act, "appeal") and _own(act.appeal, person, leads) else "",
        }
        for act in rows
    ]


def _own(appeal: Appeal, person: Person, leads: bool) -> bool:
    return leads or appeal.by_id == person.pk


def _waiting(room: Room) -> list[Any]:
    return list(acts_of(room).filter(appeal__state=AppealState.OPEN).select_related("appeal__by")[:WAITING])


class Appeals:
    name = "appeals"
    commands = {
        "ask": Command("attend", _ask, assisted=True, helping="record", away=True),
        "answer": Command("moderate", _answer),
    }

    def start(self) -> State:
        return {}

    def read(self, room: Room, state: State) -> Any:
        """Once, and only where someone who leads looks."""
        return cache(partial(_waiting, room))

    def show(self, read: Any, viewer: Viewer) -> State:
        """Those that wait, for facilitators; each says whether this one may answer it."""
        if not viewer.leads:
            return {"waiting": []}
        return {
            "waiting": [
                {
                    "id": str(act.appeal.pk),
                    "name": act.appeal.by.name,
                    "text": act.appeal.text,
                    "what": str(ACTS.get(act.act, act.act)),
                    "reason": act.reason,
                    "mine": viewer.person in {str(act.by_id), str(act.appeal.by_id)},
                }
                for act in read()
            ]
        }
