"""The minutes: what the facilitator adds, and what the group answers; their text has a page of its own."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from backend.base import words
from realtime.actions.minutes import (
    LEAST,
    LONGEST,
    OBJECTION,
    REASON,
    WORDS,
    answer_minutes,
    find_minutes,
    latest,
    leave_out,
    name_in_minutes,
    propose_minutes,
    take_back_minutes,
    voters,
    write_section,
)
from realtime.choices import MinutesState
from realtime.models import MinutesAnswer, MinutesName, Room
from realtime.tools.base import Command, Order, State, Viewer


def _write(order: Order) -> None:
    text = order.args.get("text", "")
    if not isinstance(text, str):
        raise ValidationError({"text": ValidationError(_("Write something here."), code="required")})
    if len(text) > 2 * WORDS:
        raise words.too_long(text, field="text", limit=WORDS, code="max_length")
    write_section(
        room=order.room,
        by=order.by,
        section=order.text("section", 16),
        text=text,
        base=order.number("base", 0, 1_000_000),
    )


def _leave_out(order: Order) -> None:
    leave_out(room=order.room, by=order.by, section=order.text("section", 16), out=True)


def _put_in(order: Order) -> None:
    leave_out(room=order.room, by=order.by, section=order.text("section", 16), out=False)


def _propose(order: Order) -> None:
    time = order.number("time", LEAST, LONGEST)
    rule, audience = order.text("rule", 10), order.text("audience", 8)
    propose_minutes(room=order.room, by=order.by, time=time, rule=rule, audience=audience)


def _take_back(order: Order) -> None:
    take_back_minutes(room=order.room, by=order.by, reason=order.text("reason", REASON))


def _whose(order: Order) -> dict[str, Any]:
    """Who enters it and, where it is for somebody without a device, for whom.

    Orders used to name that person otherwise; one that still does must not pass for an answer of who enters it.
    """
    if order.args.get("participant"):
        message = _("This way to answer for somebody else has changed. Load the page again and enter it anew.")
        raise ValidationError({"participant": ValidationError(message, code="unknown")})
    if order.helper is None:
        return {"room": order.room, "by": order.by}
    return {"room": order.room, "by": order.helper, "participant": order.participant}


def _agree(order: Order) -> None:
    answer_minutes(**_whose(order), agrees=True)


def _object(order: Order) -> None:
    answer_minutes(**_whose(order), agrees=False, text=order.text("text", OBJECTION))


def _name(order: Order) -> None:
    name_in_minutes(**_whose(order), named=True)


def _unname(order: Order) -> None:
    name_in_minutes(**_whose(order), named=False)


class Minutes:
    name = "minutes"
    commands = {
        "write": Command("record", _write),
        "leave_out": Command("record", _leave_out),
        "put_in": Command("record", _put_in),
        "propose": Command("record", _propose),
        "take_back": Command("record", _take_back),
        "agree": Command("answer", _agree, assisted=True, helping="record", away=True),
        "object": Command("answer", _object, assisted=True, helping="record", away=True),
        "name": Command("answer", _name, assisted=True, helping="record", away=True),
        "unname": Command("answer", _unname, assisted=True, helping="record", away=True),
    }

    def start(self) -> State:
        return {}

    def read(self, room: Room, state: State) -> Any:
        """The row, its last revision, who answered what, who is named, and how many are asked."""
        minutes = find_minutes(room)
        if minutes is None:
            return None, None, {}, frozenset(), 0
        rows = MinutesAnswer.objects.filter(revision=minutes.proposed_id).values_list("person", "agrees", "words")
        answers = {str(person): (agrees, words) for person, agrees, words in rows} if minutes.proposed_id else {}
        named = frozenset(map(str, MinutesName.objects.filter(minutes=minutes).values_list("person", flat=True)))
        return minutes, latest(minutes), answers, named, voters(room).count()

    def show(self, read: Any, viewer: Viewer) -> State:
        """Counts for everyone in the room; one's own answer for oneself alone."""
        minutes, revision, answers, named, asked = read
        if minutes is None:
            return {"state": MinutesState.DRAFT.value, "used": False, "revision": 0, "named": False, "answer": None}
        shown = {
            "state": minutes.state,
            "used": minutes.state != MinutesState.DRAFT,
            "closes_at": minutes.closes_at.isoformat() if minutes.closes_at else None,
            "agreed": minutes.agreed,
        }
        if not viewer.participant:
            return shown
        agrees, words = answers.get(viewer.person or "", (None, ""))
        given = [each for each, _words in answers.values()]
        return {
            **shown,
            "revision": revision.number if revision else 0,
            "rule": minutes.rule,
            "audience": minutes.audience,
            "named": viewer.person in named,
            "answer": None if agrees is None else {"agrees": agrees, "words": words},
            "counts": {"asked": asked, "agreed": given.count(True), "objected": given.count(False)},
        }
