"""Who goes and who comes back: what that changes for those who stay."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.journal import record
from backend.people.actions import rename_assisted as give_name
from backend.people.choices import PersonKind
from backend.people.models import Person
from realtime import permissions
from realtime.actions import groups
from realtime.actions.belongings import NAMING
from realtime.actions.leading import ask_for_lead
from realtime.actions.roles import require_lead, require_place
from realtime.actions.states import change_state, end_turn
from realtime.broadcast import rights_on_commit, tell_on_commit
from realtime.choices import ParticipantState, RoomRole
from realtime.models import Participant, Room, ToolState

# Tools that show or count who is there.
COUNTING: Final = ("door", "speaking", "polls", "consent", "breakouts")


def _rows(room: Room) -> Any:
    return Participant.objects.in_city(room.city_id).filter(room=room)


# --- By themselves -----------------------------------------------------------------------


def leave_room(*, participant: Participant) -> None:
    """Go: tickets made so far are void, and the door shows it. One may come back."""
    with transaction.atomic():
        _go(participant)  # first: it holds the room's row, as who passes the lead to them does
        if participant.role == RoomRole.FACILITATOR:
            ask_for_lead(participant.room, participant.person)
        rights_on_commit(participant.room)


def _go(participant: Participant) -> None:
    """Nobody waits for them any more; what they said and voted stays. Inside the caller's transaction."""
    room, now = participant.room, timezone.now()
    _end_turn(participant)  # before the room's row, as who leads the talk holds them
    tell_on_commit(room, *COUNTING)
    gone = now - permissions.AWAY
    _rows(room).filter(pk=participant.pk).update(epoch=F("epoch") + 1, seen_at=gone, left_at=now)
    participant.seen_at, participant.left_at = gone, now
    groups.give_up_seat(participant)


def _end_turn(participant: Participant) -> None:
    """Who goes while they have the word has spoken until now, and no longer."""
    state = ToolState.objects.filter(room=participant.room, tool="speaking").values_list("state", flat=True).first()
    current = (state or {}).get("current") or {}
    if current.get("id") == str(participant.pk):
        change_state(participant.room, "speaking", lambda held: end_turn(held, of=str(participant.pk)))
        tell_on_commit(participant.room, "fair")


def come_back(participant: Participant) -> None:
    """Somebody who went is here again, by whatever they do. A newer going stands."""
    now = timezone.now()
    with transaction.atomic():
        tell_on_commit(participant.room, *COUNTING)  # first: it holds the room's row, as who goes does
        mine = _rows(participant.room).filter(pk=participant.pk, epoch=participant.epoch)
        if mine.update(seen_at=now, left_at=None):
            participant.seen_at, participant.left_at = now, None
            groups.place_late(participant)


def mark_seen(participant: Participant) -> None:
    """By plain forms one has no socket to be seen by: who went and does something is back, who leads is there."""
    now = timezone.now()
    if not participant.stays:
        come_back(participant)
    elif participant.role == RoomRole.FACILITATOR and participant.seen_at < now - permissions.AWAY:
        _rows(participant.room).filter(pk=participant.pk).update(seen_at=now)


# --- Without a device --------------------------------------------------------------------


def _everywhere(participant: Participant, by: Person) -> list[Participant]:
    """Their places in the main room and in its groups, whichever of them it is said in."""
    require_lead(participant.room, by)
    if participant.person.kind != PersonKind.ASSISTED or participant.state != ParticipantState.ADMITTED:
        message = _("You can only enter for people without a device who are in the room.")
        raise ValidationError({"id": ValidationError(message, code="not_assisted")})
    rooms = groups.with_groups(participant.room)
    rows = Participant.objects.in_city(participant.city_id).admitted().filter(person=participant.person_id)
    found = {row.room_id: row for row in rows.filter(room__in=rooms).select_related("person")}
    places = [(room, found[room.pk]) for room in rooms if room.pk in found]
    for room, row in places:
        row.room = room
    return [row for _room, row in places]


def go_home(*, participant: Participant, by: Person) -> None:
    """Somebody without a device has gone. It is no act of moderation; they can be taken up again."""
    places = [each for each in _everywhere(participant, by) if each.stays]
    with transaction.atomic():
        for each in places:
            _go(each)
            record(by=by, verb="participant.gone", subject=each)


def take_up_again(*, participant: Participant, by: Person) -> None:
    """Somebody without a device who went home is here again, as far as there is room. Raises Conflict."""
    places = [each for each in _everywhere(participant, by) if not each.stays]
    with transaction.atomic():
        for each in places:
            tell_on_commit(
                each.room, *COUNTING
            )  # first: it holds the room's row, so that places are counted one by one
            if each.role != RoomRole.OBSERVER:
                require_place(each.room)
            come_back(each)
            record(by=by, verb="participant.back", subject=each)


def rename_assisted(*, participant: Participant, by: Person, name: str) -> None:
    """Somebody without a device has another name than was typed. The journal holds that, and no name."""
    places = _everywhere(participant, by)
    with transaction.atomic():
        give_name(assisted=participant.person, name=name)
        record(by=by, verb="participant.rename", subject=participant)
        for each in places:
            tell_on_commit(each.room, *NAMING, "appeals", "moderation")
