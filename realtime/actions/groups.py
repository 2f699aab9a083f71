"""Who is in which group of a break-out: dealt by lot, placed late, taken out with those who are removed."""

import random
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.journal import move, record
from backend.base.problems import Conflict
from backend.conversations.choices import AppealState
from backend.conversations.models import ModerationAct
from backend.people.models import Person
from realtime import permissions
from realtime.actions.states import change_state, held
from realtime.broadcast import rights_on_commit, tell_on_commit
from realtime.choices import BreakoutState, LateComers, ParticipantState, RoomRole, RoomState
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
    """Of those that are still at work; None where none is."""
    people = Count("seats", filter=Q(seats__in=taking_seats(breakout).values("pk")))
    rows = breakout.groups.exclude(room__state=RoomState.CLOSED).annotate(people=people).select_related("room")
    return rows.order_by("people", "number").first()


def sit(breakout: Breakout, group: BreakoutGroup, participant: Participant, *, by: Person) -> None:
    """Put someone into a group, out of any other of this round; while it runs, with a place in its room.

    Raises Conflict where that group has closed its room before the others.
    """
    if group.room is not None and group.room.state == RoomState.CLOSED:
        raise Conflict("group_closed", _("This group has ended. Choose another one."))
    with transaction.atomic():
        tell_on_commit(participant.room, "breakouts")  # first: the main room's row before those of its groups
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


def seat_in(room: Room, participant: Participant, by: Person) -> None:
    """The same person in the group's room, without a code; who comes back there is let in again, but not who was sent
    away from the main room."""
    if participant.state == ParticipantState.REMOVED:
        return
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
    breakout.room = participant.room
    group = smallest(breakout)
    if group is not None and not breakout.seats.filter(participant=participant).exists():
        sit(breakout, group, participant, by=participant.person)


def give_up_seat(participant: Participant) -> None:
    """Who goes, or takes part no more, has no place in groups that are still being made; one that is out they come
    back to."""
    planned = BreakoutSeat.objects.filter(participant=participant, breakout__state=BreakoutState.PLANNED)
    if planned.exists():
        tell_on_commit(participant.room, "breakouts")  # first: the room's row before the place, as who puts people does
        planned.delete()


def taking_seats(breakout: Breakout) -> Any:
    """The seats of those who take part and did not go."""
    people = Participant.objects.in_city(breakout.room.city_id).admitted().staying().filter(room=breakout.room_id)
    return breakout.seats.filter(participant__in=people.exclude(role__in=ROAMING))


# --- What the main room takes and gives back holds in the groups ------------------------------


def with_groups(room: Room) -> list[Room]:
    """The main room and those of its groups, whichever of them is named."""
    main = room if room.parent is None else room.parent
    return [main, *main.children.across_cities().order_by("pk")]


def at_work(room: Room) -> list[Room]:
    """The rooms of the groups that are out."""
    return list(Room.objects.in_city(room.city_id).open().filter(parent=room).select_related("city").order_by("pk"))


def take_out(participant: Participant, *, by: Person) -> None:
    """Who is removed from the main room is removed from the groups, too; who leads it goes in and out of all of them."""
    rows = Participant.objects.in_city(participant.city_id).admitted()
    for row in rows.filter(room__parent=participant.room_id, person=participant.person_id).select_related("room"):
        _show_out(row.room, participant, by)
    current_round = current(participant.room)
    if current_round is not None:
        BreakoutSeat.objects.filter(breakout=current_round, participant=participant).delete()
        tell_on_commit(participant.room, "breakouts")


def bring_back(participant: Participant, *, by: Person) -> None:
    """Who may come back into the main room has their way into the groups again."""
    if participant.role == RoomRole.FACILITATOR:
        for room in at_work(participant.room):
            seat_in(room, participant, by)
    else:
        place_late(participant)


def carry_role(participant: Participant, before: str, *, by: Person) -> None:
    """Who leads the main room leads every group, and who watches it watches; everyone else takes part in one.

    What a group makes of its own people is left alone.
    """
    role = participant.role if participant.role in ROAMING else RoomRole.PARTICIPANT
    if not ROAMING & {before, role}:
        return
    if role in ROAMING:
        give_up_seat(participant)
    for room in at_work(participant.room):
        if role == RoomRole.FACILITATOR:
            seat_in(room, participant, by)
        elif not BreakoutSeat.objects.filter(group__room=room, participant=participant).exists():
            _show_out(room, participant, by)
        rows = Participant.objects.in_city(room.city_id).filter(room=room, person=participant.person_id)
        if rows.exclude(role=role).update(role=role):
            record(by=by, verb="participant.role", subject=rows.get(), after=role)
            rights_on_commit(room)
            tell_on_commit(room, "door", "leading", "speaking")
    place_late(participant)


def carry_mute(participant: Participant, *, by: Person) -> None:
    """Who may not write in the main room's chat may not in the groups'; whom a group muted by itself stays so."""
    muted = participant.chat_muted
    for room in at_work(participant.room):
        if not muted and _muted_there(room, participant.person_id):
            continue
        rows = Participant.objects.in_city(room.city_id).filter(room=room, person=participant.person_id)
        if rows.exclude(chat_muted=muted).update(chat_muted=muted):
            record(by=by, verb="participant.mute" if muted else "participant.unmute", subject=rows.get())
            rights_on_commit(room)
            tell_on_commit(room, "chat")


def _muted_there(room: Room, person: Any) -> bool:
    """Whether a group muted somebody by itself, and nobody took that back."""
    rows = ModerationAct.objects.in_city(room.city_id).filter(thread=room.thread_id, concerns=person)
    rows = rows.filter(act__in=("mute", "unmute")).exclude(appeal__state=AppealState.ACCEPTED)
    return bool(rows.order_by("-at").values_list("act", flat=True).first() == "mute")


def hold_groups(room: Room, *, by: Person, cause: str, reason: str = "") -> None:
    """In no group anybody writes, for a cause of the main room; without a reason that cause is over."""
    for group_room in at_work(room):
        hold_group(group_room, by=by, cause=cause, reason=reason)


def hold_group(room: Room, *, by: Person, cause: str, reason: str = "") -> None:
    tell_on_commit(room, "breakouts")  # first: it holds the room's row, as the commands of its own moderation do
    change_state(room, "moderation", lambda state: held(state, cause, reason))
    record(by=by, verb="room.frozen" if reason else "room.frozen.end", subject=room, reason=reason)
    rights_on_commit(room)
