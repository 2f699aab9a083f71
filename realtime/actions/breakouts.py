"""Break-out rooms: making groups, sending people into them, calling them back, bringing their texts together."""

import random
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.base import words
from backend.base.journal import move, record
from backend.base.problems import Conflict
from backend.base.rows import free_slug
from backend.conversations.actions import open_thread
from backend.people.models import Person
from realtime import document, permissions
from realtime.actions import groups, plans
from realtime.actions.acts import note_act
from realtime.actions.closing import end_group_room
from realtime.actions.rooms import new_code
from realtime.actions.states import change_state
from realtime.actions.text import new_block_id, write_log
from realtime.actions.voters import require_open
from realtime.broadcast import tell_on_commit
from realtime.choices import Access, BreakoutState, Choosing, LateComers, RoomRole, RoomState
from realtime.document import Block, Known, Scratch
from realtime.models import (
    Breakout,
    BreakoutGroup,
    BreakoutSeat,
    Participant,
    Room,
    ToolState,
)

MOST: Final = 20  # groups in one round
MINUTES: Final = 240
QUESTION: Final = 300


def require_lead(room: Room, by: Person) -> None:
    if not permissions.can_keep_door(by, room):
        raise PermissionDenied(_("Only the facilitator makes groups."))


def refused(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})


def people_for_groups(room: Room, *, everyone: bool = False) -> list[Participant]:
    """Who takes part and is here now, or has no device; `everyone`: also who is away and did not go."""
    rows = Participant.objects.in_city(room.city_id).admitted().filter(room=room)
    rows = rows.exclude(role__in=groups.ROAMING)
    rows = rows.staying() if everyone else rows.here()
    return list(rows.select_related("person").order_by("joined_at", "pk"))


# --- Making groups -----------------------------------------------------------------------


def make_groups(
    *,
    room: Room,
    by: Person,
    count: int,
    choosing: str = Choosing.MIXED,
    late: str = LateComers.SMALLEST,
    minutes: int = 15,
    question: str = "",
    everyone: bool = False,
    lot: random.Random | None = None,
) -> Breakout:
    """Make `count` groups; by lot everyone who is here gets a place at once. Nobody goes anywhere yet."""
    require_lead(room, by)
    if room.parent_id is not None:
        raise refused("count", _("Groups are made in the main room."), "in_group")
    if choosing not in Choosing.values or late not in LateComers.values:
        raise refused("choosing", _("Choose one of the ways."), "choice")
    people = people_for_groups(room, everyone=everyone)
    _check_count(count, len(people))
    question = words.line(question, field="question", limit=QUESTION, required=False)
    try:
        with transaction.atomic():
            number = (Breakout.objects.filter(room=room).aggregate(last=Max("number"))["last"] or 0) + 1
            made = Breakout.objects.create(
                room=room, number=number, choosing=choosing, late=late, minutes=minutes, question=question, by=by
            )
            made.room = room
            _fill(made, count, people, lot or random.SystemRandom())
            record(by=by, verb="breakout.make", subject=made, after=made.state, scope=room.city.slug)
            require_open(room, "breakouts")
    except IntegrityError:
        raise Conflict("groups_there", _("There are groups already. Call them back and end them first.")) from None
    return made


def _check_count(count: int, people: int) -> None:
    if not people:
        raise refused("count", _("Nobody is here yet who could go into a group. Wait until people are in."), "nobody")
    if not 1 <= count <= MOST:
        raise refused("count", _("Make between 1 and %(most)d groups.") % {"most": MOST}, "number")
    if count > people:
        message = ngettext(
            "Only %(people)d person is here, so a group would be empty. Make fewer groups.",
            "Only %(people)d people are here, so a group would be empty. Make fewer groups.",
            people,
        )
        raise refused("count", message % {"people": people}, "empty_group")


def _fill(made: Breakout, count: int, people: Sequence[Participant], lot: random.Random) -> None:
    with translation.override(made.room.language):
        titles = [_("Group %(number)d") % {"number": number} for number in range(1, count + 1)]
    rows = BreakoutGroup.objects.bulk_create(
        [BreakoutGroup(breakout=made, number=number, title=title) for number, title in enumerate(titles, 1)]
    )
    if made.choosing in (Choosing.HAND, Choosing.FREE):
        return
    hall = [each for each in people if each.place == "hall"]
    rest = [each for each in people if each.place != "hall"]
    dealt = groups.deal(hall, rest, count, mixed=made.choosing == Choosing.MIXED, lot=lot)
    BreakoutSeat.objects.bulk_create(
        BreakoutSeat(breakout=made, group=group, participant=each)
        for group, members in zip(rows, dealt, strict=True)
        for each in members
    )


def current_of(room: Room, *states: str) -> Breakout:
    """The round of a room, in one of `states`. Raises Conflict."""
    found = groups.current(room)
    if found is None or (states and found.state not in states):
        raise Conflict("no_groups", _("There are no groups for this now."))
    found.room = room
    return found


def group_of(breakout: Breakout, number: Any) -> BreakoutGroup:
    rows = breakout.groups.select_related("room")
    found = rows.filter(number=int(number)).first() if str(number).isdecimal() else None
    if found is None:
        raise refused("group", _("This group is not there any more."), "gone")
    return found


def put_in_group(*, participant: Participant, number: Any, by: Person) -> None:
    """The facilitator puts someone into a group, before the groups go or while they work."""
    room = participant.room
    require_lead(room, by)
    breakout = current_of(room, BreakoutState.PLANNED, BreakoutState.OPEN)
    if participant.role in groups.ROAMING or not permissions.is_admitted(participant):
        raise refused("id", _("Only people who take part go into a group."), "not_in_part")
    if not participant.stays:
        raise refused("id", _("This person is not in the room any more."), "gone")
    groups.sit(breakout, group_of(breakout, number), participant, by=by)


def choose_group(*, participant: Participant, number: Any = "") -> None:
    """Someone chooses their group where they may; who came late goes into the smallest unless they name one."""
    breakout = current_of(participant.room, BreakoutState.PLANNED, BreakoutState.OPEN)
    seated = breakout.seats.filter(participant=participant).exists()
    if participant.role in groups.ROAMING:
        raise refused("group", _("Who leads or watches is in no group."), "not_in_part")
    planned = breakout.state == BreakoutState.PLANNED
    if (planned and breakout.choosing != Choosing.FREE) or (seated and not planned):
        raise refused("group", _("The facilitator puts people into the groups."), "not_free")
    group = group_of(breakout, number) if number else groups.smallest(breakout)
    if group is None:
        raise Conflict("no_groups", _("There are no groups for this now."))
    groups.sit(breakout, group, participant, by=participant.person)


def drop_group(*, room: Room, by: Person, number: Any) -> None:
    """Take an empty group away before the groups go."""
    require_lead(room, by)
    breakout = current_of(room, BreakoutState.PLANNED)
    group = group_of(breakout, number)
    if groups.taking_seats(breakout).filter(group=group).exists():
        raise refused("group", _("People are in this group. Put them into another one first."), "not_empty")
    group.delete()
    tell_on_commit(room, "breakouts")


def give_up_groups(*, room: Room, by: Person) -> None:
    """No groups after all."""
    require_lead(room, by)
    _move(current_of(room, BreakoutState.PLANNED), BreakoutState.DROPPED, by)


def _move(breakout: Breakout, to: str, by: Person, **changes: Any) -> None:
    with transaction.atomic():
        tell_on_commit(breakout.room, "breakouts")  # first: the room's row before the round's
        # A round has no city of its own: the line stands in its room's.
        breakout.city = breakout.room.city  # type: ignore[attr-defined]
        move(breakout, to, by=by, verb=f"breakout.{to}", **changes)


# --- Going and coming back ---------------------------------------------------------------


def send_groups(*, room: Room, by: Person) -> None:
    """Everyone goes to work: each group gets its room. Who has no group yet goes into the smallest.

    Seats of who went, was removed or takes part no more are free again.
    """
    require_lead(room, by)
    breakout = current_of(room, BreakoutState.PLANNED)
    with transaction.atomic():
        tell_on_commit(room, "breakouts")  # first: it holds the room's row, so that nobody goes meanwhile
        breakout.seats.exclude(pk__in=groups.taking_seats(breakout).values("pk")).delete()
        _seat_the_rest(breakout, by)
        rows = list(breakout.groups.annotate(people=Count("seats")).order_by("number"))
        empty = next((row for row in rows if not row.people), None)
        if empty is not None:
            message = _("Nobody is in “%(group)s”. Put someone in, or take it away.") % {"group": empty.title}
            raise refused("group", message, "empty_group")
        now = timezone.now()
        ends_at = now + timedelta(minutes=breakout.minutes)
        for row in rows:
            row.breakout = breakout
            _open_child(row, by, ends_at)
        _move(breakout, BreakoutState.OPEN, by, started_at=now, ends_at=ends_at)
        stopped = ToolState.objects.filter(room=room, tool="moderation").values_list("state", flat=True).first() or {}
        if stopped.get("frozen"):
            groups.hold_groups(room, by=by, cause="main", reason=stopped.get("reason", ""))
    for row in rows:
        _seed(row, by)


def _seat_the_rest(breakout: Breakout, by: Person) -> None:
    seated = set(breakout.seats.values_list("participant_id", flat=True))
    for each in people_for_groups(breakout.room):
        group = groups.smallest(breakout) if each.pk not in seated else None
        if group is not None:
            each.room = breakout.room
            groups.sit(breakout, group, each, by=by)


def _open_child(group: BreakoutGroup, by: Person, ends_at: Any) -> None:
    """A room like the main one: its language, its city, nobody from outside; its facilitators lead here, too."""
    main = group.breakout.room
    room = Room(
        city=main.city,
        parent=main,
        title=f"{main.title[:140]}: {group.title}"[:160],
        question=group.breakout.question,
        language=main.language,
        access=Access.INVITED,
        commons=main.commons,
        group=main.group,
        made_by=main.made_by,
        thread=open_thread(city=main.city),
        lets_watch=False,
        most=main.most,
    )
    room.slug = free_slug(Room.objects.in_city(main.city_id), f"{main.slug}-{group.breakout.number}-{group.number}", "")
    room.code = new_code()
    room.save(force_insert=True)
    with translation.override(main.language):
        steps = plans.steps_from([(_("Work in the group"), group.breakout.minutes)])
        column = _("Ideas")
    agenda = {"steps": steps, "now": 0, "ends_at": ends_at.isoformat()}
    board = {"columns": [{"id": "c1", "title": column}], "question": room.question, "open": True}
    ToolState.objects.bulk_create(
        [ToolState(room=room, tool="agenda", state=agenda), ToolState(room=room, tool="board", state=board)]
    )
    BreakoutGroup.objects.filter(pk=group.pk).update(room=room)
    group.room = room
    leads = Participant.objects.in_city(main.city_id).admitted().filter(room=main, role=RoomRole.FACILITATOR)
    for each in [*leads, *(seat.participant for seat in group.seats.select_related("participant"))]:
        groups.seat_in(room, each, by)
    record(by=by, verb="room.open", subject=room, after=RoomState.OPEN)


def _seed(group: BreakoutGroup, by: Person) -> None:
    """A heading and the question, so that nobody begins before an empty sheet; told apart from the group's own words."""
    room = group.room
    assert room is not None
    blocks = [Block("heading", group.title)]
    if room.question:
        blocks.append(Block("paragraph", room.question))
    used: list[int] = []

    def compose(scratch: Scratch, known: Known) -> Iterable[Any]:
        used[:] = [document.new_client(known.clocks)]
        yield (by.pk, None), scratch.appended(used[0], blocks, new_block_id)

    write_log(room, compose, carries=True)
    BreakoutGroup.objects.filter(pk=group.pk).update(seed=used[0])


def _rooms(breakout: Breakout) -> list[Room]:
    rows = breakout.groups.exclude(room=None).select_related("room__city", "room__thread")
    return [row.room for row in rows if row.room is not None]


def extend_groups(*, room: Room, by: Person, minutes: int) -> None:
    """More time for all groups; called back, they go on working."""
    require_lead(room, by)
    breakout = current_of(room, BreakoutState.OPEN, BreakoutState.BACK)
    ends_at = max(breakout.ends_at or timezone.now(), timezone.now()) + timedelta(minutes=minutes)
    with transaction.atomic():
        if breakout.state == BreakoutState.BACK:
            _move(breakout, BreakoutState.OPEN, by, ends_at=ends_at)
            groups.hold_groups(room, by=by, cause="back")
        else:
            Breakout.objects.filter(pk=breakout.pk).update(ends_at=ends_at)
            record(by=by, verb="breakout.extend", subject=breakout, after=str(minutes), scope=room.city.slug)
            tell_on_commit(room, "breakouts")
        for child in _rooms(breakout):
            change_state(child, "agenda", lambda state: {**state, "ends_at": ends_at.isoformat()})
            tell_on_commit(child, "breakouts")


def tell_groups(*, room: Room, by: Person, text: str, message: dict[str, Any]) -> None:
    """The same words for all groups; they stand in each room's log, and in the main room's."""
    require_lead(room, by)
    breakout = current_of(room, BreakoutState.OPEN, BreakoutState.BACK)
    with transaction.atomic():
        note_act(room=room, by=by, act="announce", reason=text)
        for child in _rooms(breakout):
            note_act(room=child, by=by, act="announce", reason=text)
            change_state(child, "moderation", lambda state: {**state, "message": message})


def call_back(*, room: Room, by: Person) -> None:
    """Everyone is asked to come back; in the groups nobody writes any more."""
    require_lead(room, by)
    breakout = current_of(room, BreakoutState.OPEN)
    with transaction.atomic():
        _move(breakout, BreakoutState.BACK, by)
        with translation.override(room.language):
            reason = _("The facilitator calls everyone back to the main room.")
        groups.hold_groups(room, by=by, cause="back", reason=reason)
        for each in (room, *groups.at_work(room)):
            note_act(room=each, by=by, act="call_back", reason=reason)


def end_groups(*, room: Room, by: Person) -> None:
    """The groups are over; their rooms close, their texts stay to be read. What they still vote on is counted."""
    require_lead(room, by)
    breakout = current_of(room, BreakoutState.BACK)
    with transaction.atomic():
        _move(breakout, BreakoutState.DONE, by, ended_at=timezone.now())
        for child in _rooms(breakout):
            if child.state == RoomState.OPEN:  # a group may have closed its room by itself
                end_group_room(room=child, by=by)


def ask_for_help(*, room: Room, wanted: bool) -> None:
    """A group calls the facilitator, or does not need them any more."""
    rows = BreakoutGroup.objects.filter(room=room).select_related("breakout__room")
    group = rows.first()
    if group is None:
        raise Conflict("no_groups", _("There are no groups for this now."))
    with transaction.atomic():
        rows.update(asks_help=wanted)
        tell_on_commit(group.breakout.room, "breakouts")
