"""Who is in which group of a break-out: dealt by lot, placed late, taken out with those who are removed."""

import random
from collections.abc import Sequence
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone

from backend.base.journal import move
from backend.people.models import Person
from realtime import permissions
from realtime.broadcast import rights_on_commit, tell_on_commit
from realtime.choices import BreakoutState, LateComers, ParticipantState, RoomRole
from realtime.models import Breakout, BreakoutGroup, BreakoutSeat, Participant, Room

T = TypeVar("T")
ROAMING = frozenset({RoomRole.FACILITATOR, RoomRole.OBSERVER})  # they go from group to group, or stay and watch


def deal(hall: Sequence[T], online: Sequence[T], groups: int, *, mixed: bool, lot: random.Random) -> list[list[T]]:
    """Everyone into exactly one of `groups`, whose sizes differ by one at most.

    `mixed`: those in the hall and those online are each spread as evenly; else people of one kind stay
    together, so that those in the hall can sit at one table.
    """
    first, second = lot.sample(list(hall), len(hall)), lot.sample(list(online), len(online))
    line = [*first, *second]
    if mixed:
        return [line[place::groups] for place in range(groups)]
    size, over = divmod(len(line), groups)
    out, start = [], 0
    for place in range(groups):
        end = start + size + (place < over)
        out.append(line[start:end])
        start = end
    return out


def current(room: Room) -> Breakout | None:
    """The round that is being made, under way or called back."""
    rows = Breakout.objects.filter(room=room).exclude(state__in=[BreakoutState.DONE, BreakoutState.DROPPED])
    return rows.first()


def smallest(breakout: Breakout) -> BreakoutGroup | None:
    rows = breakout.groups.annotate(people=Count("seats")).select_related("room")
    return rows.order_by("people", "number").first()


def sit(breakout: Breakout, group: BreakoutGroup, participant: Participant, *, by: Person) -> None:
    """Put someone into a group, out of any other of this round; while it runs, with a place in its room."""
    with transaction.atomic():
        rows = BreakoutSeat.objects.filter(breakout=breakout, participant=participant)
        before = rows.select_related("group__room").first()
        if before is not None and before.group_id == group.pk:
            return
        if before is None:
            try:
                with transaction.atomic():
                    BreakoutSeat.objects.create(breakout=breakout, group=group, participant=participant)
            except IntegrityError:
                rows.update(group=group)
        else:
            rows.update(group=group)
            if before.group.room is not None:
                _show_out(before.group.room, participant, by)
        if group.room is not None:
            seat_in(group.room, participant, by)
        tell_on_commit(participant.room, "breakouts")


def seat_in(room: Room, participant: Participant, by: Person) -> None:
    """The same person in the group's room, without a code; who comes back there is let in again."""
    seats = Participant.objects.in_city(room.city_id)
    row, made = seats.get_or_create(
        room=room,
        person_id=participant.person_id,
        defaults={
            "city_id": room.city_id,
            "role": RoomRole.PARTICIPANT if participant.role not in ROAMING else participant.role,
            "place": participant.place,
            "colour": participant.colour,
            "chat_muted": participant.chat_muted,
            "seen_at": timezone.now() - permissions.AWAY,
        },
    )
    if not made and row.state == ParticipantState.REMOVED:
        move(row, ParticipantState.ADMITTED, by=by, verb="participant.regroup")
        rights_on_commit(room)
    tell_on_commit(room, "door")


def _show_out(room: Room, participant: Participant, by: Person) -> None:
    """Moved to another group: their sockets in this one close; what they wrote here stays theirs."""
    rows = Participant.objects.in_city(room.city_id).filter(room=room, person=participant.person_id)
    row = rows.filter(state=ParticipantState.ADMITTED).first()
    if row is not None:
        move(row, ParticipantState.REMOVED, by=by, verb="participant.regroup", epoch=row.epoch + 1)
        rights_on_commit(room)
        tell_on_commit(room, "door")


def place_late(participant: Participant) -> None:
    """Someone came in while the groups work: into the smallest, if the round says so and they take part."""
    breakout = current(participant.room)
    if breakout is None or participant.role in ROAMING or participant.state != ParticipantState.ADMITTED:
        return
    if breakout.state != BreakoutState.OPEN or breakout.late != LateComers.SMALLEST:
        return
    group = smallest(breakout)
    if group is not None and not breakout.seats.filter(participant=participant).exists():
        sit(breakout, group, participant, by=participant.person)


def take_out(participant: Participant, *, by: Person) -> None:
    """Who is removed from the main room is removed from the group, too."""
    seats = BreakoutSeat.objects.filter(participant=participant).select_related("group__room")
    for seat in seats:
        if seat.group.room is not None:
            _show_out(seat.group.room, participant, by)
    current_round = current(participant.room)
    if current_round is not None:
        seats.filter(breakout=current_round).delete()
        tell_on_commit(participant.room, "breakouts")
