"""What somebody is in a room: their role and place in it, and whether they may write in the chat."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.journal import record
from backend.base.problems import Conflict
from backend.people.choices import PersonKind
from backend.people.models import Person
from realtime import permissions
from realtime.actions import groups
from realtime.actions.acts import OPEN_TO_APPEAL, note_act, sent_away
from realtime.broadcast import rights_on_commit, tell_on_commit
from realtime.choices import ParticipantState, RoomRole
from realtime.models import Participant, Room
from realtime.querysets import COMING


def _rows(room: Room) -> Any:
    return Participant.objects.in_city(room.city_id).filter(room=room)


def require_lead(room: Room, by: Person) -> None:
    if not permissions.can_keep_door(by, room):
        raise PermissionDenied(_("Only the facilitator keeps the door."))


def hold(room: Room, by: Person) -> None:
    """Before something is taken from somebody: hold the room's row, and look again at who may. Raises PermissionDenied."""
    tell_on_commit(room, "door")
    mine = permissions.seat_of(by, room)
    if mine is not None and mine.state == ParticipantState.REMOVED:
        raise sent_away(mine)
    require_lead(room, by)


def is_full(room: Room) -> bool:
    return bool(_rows(room).taking_places().count() >= room.most)


def holds_no_more(room: Room) -> bool:
    """Whether as many are here now, or were given a place today, as any room holds."""
    now = timezone.now()
    recent = Q(seen_at__gte=now - permissions.AWAY) | Q(joined_at__gte=now - COMING)
    return bool(_rows(room).exclude(state=ParticipantState.REMOVED).filter(recent).count() >= permissions.HOLDS)


def require_place(room: Room, *, comes: bool = False) -> None:
    """A place for whom the facilitator lets in, or brings in (`comes`); the caller holds the room's row.
    Raises Conflict."""
    full = is_full(room)
    if (comes and holds_no_more(room)) or (full and room.most >= permissions.HOLDS):
        raise Conflict(
            "room_full", _("The room is full to the last place: none holds more. Wait until someone leaves.")
        )
    if full:
        message = _(
            "The room is full: %(count)d people take part. Let it hold more, under “The way in”, or wait until someone leaves."
        )
        raise Conflict("room_full", message % {"count": room.most})


def keep_led(participant: Participant) -> None:
    """The last who leads keeps the lead; the caller holds the room's row. Raises Conflict."""
    leads = _rows(participant.room).admitted().filter(role=RoomRole.FACILITATOR)
    if leads.filter(pk=participant.pk).exists() and not leads.exclude(pk=participant.pk).exists():
        raise Conflict("last_facilitator", _("Someone has to lead. Give the lead to another person first."))


def set_role(*, participant: Participant, by: Person, role: str, reason: str = "") -> None:
    """Give someone another role in the room; the last facilitator keeps theirs.

    From whom something is taken (the lead, the pen, their word and vote) reads why, and may ask for a second look.
    """
    room = participant.room
    require_lead(room, by)
    if role not in RoomRole.values:
        raise ValidationError({"role": _("Choose one of the roles.")})
    before = participant.role
    act = _act_of(before, role)
    takes = act in OPEN_TO_APPEAL and participant.person_id != by.pk
    reason = words.prose(reason, field="reason", limit=400, required=takes)
    if participant.person.kind == PersonKind.ASSISTED and role in (RoomRole.FACILITATOR, RoomRole.SCRIBE):
        raise ValidationError({"role": _("Somebody without a device cannot lead or write the text by themselves.")})
    if role == RoomRole.FACILITATOR and not permissions.can_lead(participant.person):
        message = _("To lead, one needs an account. They can make one now and keep what they did here.")
        raise ValidationError({"role": ValidationError(message, code="no_account")})
    with transaction.atomic():
        hold(room, by)  # first: of two leaders who take the lead from each other one stays
        if role != RoomRole.FACILITATOR:
            keep_led(participant)
        if not _rows(room).filter(pk=participant.pk, role=before).update(role=role):
            raise Conflict("moved_meanwhile", _("Someone else was faster. Look at it again."))
        record(by=by, verb="participant.role", subject=participant, before=before, after=role, reason=reason)
        if act:
            note_act(room=room, by=by, act=act, reason=reason, about=participant)
        participant.role = role
        groups.carry_role(participant, before, by=by)
        rights_on_commit(room)


def _act_of(before: str, role: str) -> str:
    """What the log calls a change of role."""
    if role == before:
        return ""
    if role in (RoomRole.OBSERVER, RoomRole.FACILITATOR):
        return "watch" if role == RoomRole.OBSERVER else "lead"
    if before in (RoomRole.OBSERVER, RoomRole.FACILITATOR):
        return "take_part" if before == RoomRole.OBSERVER else "unlead"
    return "scribe" if role == RoomRole.SCRIBE else "unscribe"


def mute(*, participant: Participant, by: Person, muted: bool, reason: str = "") -> None:
    """Take somebody's word in the chat, or give it back."""
    room = participant.room
    require_lead(room, by)
    reason = words.prose(reason, field="reason", limit=400, required=muted)
    with transaction.atomic():
        tell_on_commit(room, "chat")  # first: the main room's row before those of its groups
        _rows(room).filter(pk=participant.pk).update(chat_muted=muted)
        participant.chat_muted = muted
        groups.carry_mute(participant, by=by)
        record(by=by, verb="participant.mute" if muted else "participant.unmute", subject=participant, reason=reason)
        note_act(room=room, by=by, act="mute" if muted else "unmute", reason=reason, about=participant)
        rights_on_commit(room)
