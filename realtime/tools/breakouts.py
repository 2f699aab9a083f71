"""Groups: made by lot, by hand or by choice, each with a room of its own, called back with what they wrote."""

from collections import defaultdict
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import words
from realtime.actions import (
    ask_for_help,
    bring_text,
    call_back,
    choose_group,
    drop_group,
    end_groups,
    extend_groups,
    give_up_groups,
    make_groups,
    put_in_group,
    send_groups,
    tell_groups,
)
from realtime.actions.groups import ROAMING, current
from realtime.choices import BreakoutState, Choosing, LateComers, ParticipantState, RoomState
from realtime.models import Breakout, BreakoutGroup, BreakoutSeat, Participant, Room
from realtime.querysets import PRESENT
from realtime.tools.base import Command, Order, State, Viewer, everyone_of
from realtime.tools.moderation import MESSAGE, new_message

YES = frozenset({"1", "true", "True", "on"})


def _make(order: Order) -> None:
    make_groups(
        room=order.room,
        by=order.by,
        count=order.number("count", 1, 20),
        choosing=order.text("choosing", 8, required=False) or Choosing.MIXED,
        late=order.text("late", 8, required=False) or LateComers.SMALLEST,
        minutes=order.number("minutes", 1, 240),
        question=order.text("question", 300, required=False),
        everyone=str(order.args.get("everyone", "")) in YES,
    )


def _put(order: Order) -> None:
    put_in_group(participant=order.other(), number=order.args.get("group", ""), by=order.by)


def _choose(order: Order) -> None:
    choose_group(participant=order.participant, number=order.args.get("group", ""))


def _drop(order: Order) -> None:
    drop_group(room=order.room, by=order.by, number=order.args.get("group", ""))


def _give_up(order: Order) -> None:
    give_up_groups(room=order.room, by=order.by)


def _send(order: Order) -> None:
    send_groups(room=order.room, by=order.by)


def _extend(order: Order) -> None:
    extend_groups(room=order.room, by=order.by, minutes=order.number("minutes", 1, 120))


def _tell(order: Order) -> None:
    text = words.prose(str(order.args.get("text", "")), field="text", limit=MESSAGE)
    tell_groups(room=order.room, by=order.by, text=text, message=new_message(order.by.name, text))


def _call_back(order: Order) -> None:
    call_back(room=order.room, by=order.by)


def _bring(order: Order) -> None:
    blocks = order.args.get("blocks", ())
    chosen = blocks.split(",") if isinstance(blocks, str) else blocks if isinstance(blocks, list) else ()
    group = _group(order)
    bring_text(room=order.room, by=order.by, group=group.pk, blocks=[str(each) for each in chosen if each])
    order.also.add("versions")


def _group(order: Order) -> BreakoutGroup:
    """By its id, or by its number in the round that is under way."""
    rows = BreakoutGroup.objects.filter(breakout__room=order.room)
    given = str(order.args.get("group", ""))
    try:
        if given.isdecimal() and (now := current(order.room)) is not None:
            found = rows.filter(breakout=now, number=int(given)).first()
        else:
            found = rows.filter(pk=given).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        message = _("This group is not there any more.")
        raise ValidationError({"group": ValidationError(message, code="gone")})
    return found


def _end(order: Order) -> None:
    end_groups(room=order.room, by=order.by)


def _help(order: Order) -> None:
    ask_for_help(room=order.room, wanted=str(order.args.get("on", "1")) in YES)


class Read(NamedTuple):
    """The round of a room as one look at the database found it; and, in a group's room, the group."""

    room: Room
    now: Breakout | None
    groups: list[BreakoutGroup]
    seats: dict[Any, list[BreakoutSeat]]  # by group
    inside: dict[Any, set[Any]]  # room of a group -> persons who are there now
    roaming: frozenset[str]
    inner: BreakoutGroup | None


class Breakouts:
    name = "breakouts"
    commands = {
        "make": Command("facilitate", _make),
        "put": Command("facilitate", _put),
        "choose": Command("speak", _choose, assisted=True),
        "drop": Command("facilitate", _drop),
        "give_up": Command("facilitate", _give_up),
        "send": Command("facilitate", _send),
        "extend": Command("facilitate", _extend),
        "tell": Command("facilitate", _tell),
        "call_back": Command("facilitate", _call_back),
        "bring": Command("facilitate", _bring),
        "end": Command("facilitate", _end),
        "help": Command("speak", _help),
    }

    def start(self) -> State:
        return {}

    def read(self, room: Room, state: State) -> Read:
        """Three queries at most: the groups of the last round, its seats, and who is in their rooms."""
        if room.parent_id is not None:
            rows = BreakoutGroup.objects.select_related("breakout__room__city")
            return Read(room, None, [], {}, {}, frozenset(), rows.filter(room=room).first())
        last = Breakout.objects.filter(room=room).exclude(state=BreakoutState.DROPPED).order_by("-number")
        rows = BreakoutGroup.objects.filter(breakout__in=last.values("pk")[:1])
        groups = list(rows.select_related("breakout", "room__city"))
        if not groups:
            return Read(room, None, [], {}, {}, frozenset(), None)
        now = groups[0].breakout
        seats: dict[Any, list[BreakoutSeat]] = defaultdict(list)
        for seat in now.seats.select_related("participant__person").order_by("pk"):
            seats[seat.group_id].append(seat)
        inside: dict[Any, set[Any]] = defaultdict(set)
        there = (
            Participant.objects.in_city(room.city_id)
            .admitted()
            .filter(room__in=[group.room_id for group in groups if group.room_id], seen_at__gt=timezone.now() - PRESENT)
        )
        for key, person in there.values_list("room", "person"):
            inside[key].add(person)
        roaming = frozenset(str(each.pk) for each in everyone_of(room) if each.role in ROAMING)
        return Read(room, now, groups, seats, inside, roaming, None)

    def show(self, read: Read, viewer: Viewer) -> State:
        server_time = timezone.now().isoformat()
        if read.inner is not None:
            return {**_inner(read.inner, viewer), "server_time": server_time}
        if read.now is None:
            return {"used": False, "state": "", "groups": [], "mine": None, "server_time": server_time}
        over = read.now.state == BreakoutState.DONE
        return {
            "used": not over or viewer.leads,
            "state": read.now.state,
            "choosing": read.now.choosing,
            "question": read.now.question,
            "minutes": read.now.minutes,
            "ends_at": read.now.ends_at.isoformat() if read.now.ends_at else None,
            "groups": [_group_as_seen(read, group, viewer) for group in read.groups],
            "mine": None if over else _mine(read, viewer),
            "may_choose": _may_choose(read, viewer),
            "server_time": server_time,
        }


def _over(group: BreakoutGroup) -> bool:
    """It closed its room by itself, before the others are called back."""
    return group.room is not None and group.room.state == RoomState.CLOSED


def _address(room: Room | None) -> str:
    return reverse("realtime:room", args=[room.city.slug, room.slug]) if room is not None else ""


def _inner(group: BreakoutGroup, viewer: Viewer) -> State:
    """What those in a group's room see of where they are."""
    round_ = group.breakout
    return {
        "used": True,
        "state": round_.state,
        "groups": [],
        "mine": {"number": group.number, "title": group.title, "url": ""},
        "back": _address(round_.room) if viewer.participant else "",
        "main": round_.room.title,
        "called": round_.state in (BreakoutState.BACK, BreakoutState.DONE),
        "asks_help": group.asks_help,
        "ends_at": round_.ends_at.isoformat() if round_.ends_at else None,
    }


def _group_as_seen(read: Read, group: BreakoutGroup, viewer: Viewer) -> State:
    """Counts for all; names for those in the room; how it goes and the way in for who leads."""
    seats = read.seats.get(group.pk, [])
    told: State = {
        "id": str(group.pk),
        "number": group.number,
        "title": group.title,
        "people": len(seats),
        "over": _over(group),
    }
    if viewer.participant is None:
        return told
    told["names"] = [seat.participant.person.name for seat in seats]
    if not viewer.leads:
        return told
    there = read.inside.get(group.room_id, set())
    return {
        **told,
        "members": [
            {
                "id": str(seat.participant_id),
                "name": seat.participant.person.name,
                "there": seat.participant.person_id in there,
                "assisted": seat.participant.person.kind == "assisted",
                "removed": seat.participant.state == ParticipantState.REMOVED,
            }
            for seat in seats
        ],
        "there": len(there),
        "changes": group.room.head if group.room is not None else 0,
        "asks_help": group.asks_help,
        "url": _address(group.room),
    }


def _mine(read: Read, viewer: Viewer) -> State | None:
    for group in read.groups:
        for seat in read.seats.get(group.pk, []):
            if str(seat.participant_id) == viewer.participant:
                where = {"number": group.number, "title": group.title, "url": _address(group.room)}
                return {**where, "over": _over(group)}
    return None


def _may_choose(read: Read, viewer: Viewer) -> bool:
    """Before the groups go where everyone chooses; while they work, who came late and waits."""
    if read.now is None or viewer.participant is None or viewer.participant in read.roaming:
        return False
    if read.now.state == BreakoutState.PLANNED:
        return read.now.choosing == Choosing.FREE
    return read.now.state == BreakoutState.OPEN and _mine(read, viewer) is None
