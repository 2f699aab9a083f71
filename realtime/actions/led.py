"""How a session was led, for its minutes: what was done and why, without the name of anyone whom it concerned."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.base.naming import Names
from backend.conversations.choices import AppealState
from backend.conversations.models import ModerationAct
from realtime.actions.acts import ACTS
from realtime.actions.bringing import Rooms
from realtime.actions.parts import Part, clock, head, line, table
from realtime.models import Participant, Room

MOST: Final = 400  # acts of a room: what people still read
# What is said once in the main room and stands in the log of each group, too.
TO_ALL: Final = ("announce", "call_back")


def moderation_summary(room: Room) -> dict[str, Any]:
    """How the room was led, for its minutes: without the name of anyone whom an act concerned.

    `counts`: act -> how often. `acts`, oldest first: act, label, reason, at (aware), personal (it concerned one
    person; its reason then stays out, since it may name them). `appeals`: asked, open, accepted, refused.
    """
    return summaries_in([room])[room.pk]


def summaries_in(rooms: Sequence[Room]) -> dict[UUID, dict[str, Any]]:
    """The same of a room and its groups at once, by their rooms."""
    threads = [room.thread_id for room in rooms]
    held: dict[UUID, list[ModerationAct]] = {thread: [] for thread in threads}
    acts = ModerationAct.objects.in_city(rooms[0].city_id).filter(thread__in=threads)
    for act in acts.select_related("appeal").order_by("at", "id"):
        if act.thread_id is not None:
            held[act.thread_id].append(act)
    return {room.pk: _summed(held[room.thread_id]) for room in rooms}


def _summed(rows: list[ModerationAct]) -> dict[str, Any]:
    states = Counter(row.appeal.state for row in rows if hasattr(row, "appeal"))
    return {
        "counts": dict(Counter(row.act for row in rows)),
        "acts": [
            {
                "act": row.act,
                "label": str(ACTS.get(row.act, row.act)),
                "reason": "" if row.concerns_id else row.reason,
                "at": row.at,
                "personal": row.concerns_id is not None,
            }
            for row in rows
        ],
        "appeals": {
            "asked": sum(states.values()),
            "open": states[AppealState.OPEN],
            "accepted": states[AppealState.ACCEPTED],
            "refused": states[AppealState.REFUSED],
        },
    }


# --- In the minutes ----------------------------------------------------------------------


def told_moderation(rooms: Rooms) -> list[Part]:
    """The main room's acts, and those of each group under its name; what was said to all stands once."""
    found = summaries_in([room for _name, room in rooms])
    main = rooms[0][1]
    names = _names(main)
    to_all = {(act["act"], act["reason"]) for act in found[main.pk]["acts"] if act["act"] in TO_ALL}
    parts: list[Part] = []
    for name, room in rooms:
        summary = found[room.pk]
        repeated = to_all if room.pk != main.pk else set()
        acts = [act for act in summary["acts"] if (act["act"], act["reason"]) not in repeated]
        told = [*_acts(acts, names), *_asked_again(summary["appeals"]["asked"])]
        parts += [head(name), *told] if name and told else told
    return parts


def _acts(acts: list[dict[str, Any]], names: Names) -> list[Part]:
    rows = [
        [clock(act["at"]), str(act["label"]), "" if names.are_in(act["reason"]) else act["reason"]]
        for act in acts[:MOST]
    ]
    return table([_("Time"), _("What was done"), _("Why")], rows)


def _asked_again(asked: int) -> list[Part]:
    if not asked:
        return []
    text = ngettext("%(count)s person asked for a second look.", "%(count)s people asked for a second look.", asked)
    return [line(text % {"count": asked})]


def _names(room: Room) -> Names:
    """Everyone who was there or in one of the groups: a reason that names them stays out, since nobody asked them."""
    here = Q(room=room) | Q(room__parent=room)
    rows = Participant.objects.in_city(room.city_id).filter(here).values_list("person__name", flat=True)
    return Names(rows.distinct())
