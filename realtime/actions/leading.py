"""Who leads a room: passing the lead on, sharing it, stepping down, and stepping in where nobody leads."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.journal import record
from backend.base.problems import Conflict
from backend.people.actions import notify
from backend.people.choices import PersonKind, Role, Scope
from backend.people.models import Person
from realtime import permissions
from realtime.actions import groups
from realtime.actions.acts import note_act
from realtime.actions.states import change_state
from realtime.broadcast import rights_on_commit, tell_on_commit
from realtime.choices import ParticipantState, Place, RoomRole, RoomState
from realtime.models import Participant, Room, ToolState

PATIENCE: Final = timedelta(minutes=2)  # a phone may sleep for so long
TOLD: Final = 30  # people who can step in

log = logging.getLogger(__name__)


def _rows(room: Room) -> Any:
    return Participant.objects.in_city(room.city_id).filter(room=room)


def leaders(room: Room) -> Any:
    """Who leads and did not go."""
    return _leading(_rows(room))


def leaders_around(room: Room) -> Any:
    """The same, in every place they are seen in: who leads the main room leads its groups, and goes from one to another."""
    rows, main = Participant.objects.in_city(room.city_id), room.parent_id or room.pk
    of_main = _leading(rows.filter(room=main)).values("person")
    return _leading(rows.filter(Q(room__in=[room.pk, main]) | Q(room__parent=main, person__in=of_main)))


def _around(room: Room) -> Any:
    """Every place in the room and its groups."""
    return Participant.objects.in_city(room.city_id).admitted().filter(Q(room=room) | Q(room__parent=room))


def _leading(rows: Any) -> Any:
    return rows.admitted().staying().filter(role=RoomRole.FACILITATOR)


def _last_seen(participant: Participant) -> datetime | None:
    """When they were last seen in the room or a group of it; None for who went, out of the room and of its groups."""
    rows = _around(participant.room).filter(person=participant.person_id).staying()
    if participant.left_at is not None:
        rows = rows.filter(seen_at__gt=participant.left_at)
    last: datetime | None = rows.aggregate(last=Max("seen_at"))["last"]
    return last


def alone_from(seen: list[datetime]) -> datetime | None:
    """The moment from which nobody leads, by when each leader was last seen; None where there is no leader at all.

    Someone counts as gone some time after their last sign; from then on the room waits for two minutes.
    """
    return max(seen) + permissions.AWAY + PATIENCE if seen else None


def is_led(room: Room) -> bool:
    return _holds(alone_from(list(leaders_around(room).values_list("seen_at", flat=True))))


def _holds(moment: datetime | None) -> bool:
    return moment is not None and moment > timezone.now()


def leaves_nobody(participant: Participant) -> bool:
    """Whether people are in the room who would have nobody to lead them if this one went."""
    room = participant.room
    leads = participant.state == ParticipantState.ADMITTED and participant.role == RoomRole.FACILITATOR
    if not leads or room.state != RoomState.OPEN:
        return False
    others = _around(room).exclude(person=participant.person_id)
    return others.here().exists() and not _led_without(participant)


def _led_without(participant: Participant) -> bool:
    room = participant.room
    if room.parent_id is not None:  # on to the next group: who leads the main room leads this one still
        return bool(leaders_around(room).exclude(pk=participant.pk).exists())
    others = leaders_around(room).exclude(person=participant.person_id)
    return _holds(alone_from(list(others.values_list("seen_at", flat=True))))


def could_lead(room: Room) -> Any:
    """Who is here now and can be given the lead."""
    here = _around(room).filter(seen_at__gt=timezone.now() - permissions.AWAY).values("person")
    rows = _rows(room).admitted().filter(person__in=here)
    rows = rows.filter(person__kind=PersonKind.ACCOUNT, person__is_active=True).exclude(role=RoomRole.FACILITATOR)
    return rows.select_related("person").order_by("joined_at", "pk")


def _give(participant: Participant, role: str, by: Person, verb: str) -> None:
    room = participant.room
    tell_on_commit(room, "door", "leading", "breakouts")  # first: the main room's row before those of its groups
    changes: dict[str, Any] = {"role": role}
    if role == RoomRole.FACILITATOR and participant.left_at is not None and _last_seen(participant) is not None:
        changes["left_at"] = None  # who went out of the main room and is seen in a group leads both
    if not _rows(room).filter(pk=participant.pk, role=participant.role).update(**changes):
        raise Conflict("moved_meanwhile", _("Someone else was faster. Look at it again."))
    record(by=by, verb=verb, subject=participant, before=participant.role, after=role)
    before, participant.role = participant.role, role
    groups.carry_role(participant, before, by=by)
    rights_on_commit(room)


def _check_fit(participant: Participant) -> None:
    if participant.state != ParticipantState.ADMITTED:
        raise ValidationError({"id": ValidationError(_("This person is not in the room any more."), code="gone")})
    if not permissions.can_lead(participant.person):
        message = _("To lead, one needs an account. They can make one now and keep what they did here.")
        raise ValidationError({"id": ValidationError(message, code="no_account")})


def share_lead(*, participant: Participant, by: Person) -> None:
    """Lead together with someone else."""
    _require_lead(participant.room, by)
    _check_fit(participant)
    with transaction.atomic():
        _give(participant, RoomRole.FACILITATOR, by, "room.lead.share")
        note_act(room=participant.room, by=by, act="lead", reason=_joined(participant), about=participant)


def pass_lead(*, participant: Participant, by: Person) -> None:
    """Give the lead to someone else, and take part oneself."""
    room = participant.room
    _require_lead(room, by)
    with transaction.atomic():
        tell_on_commit(room, "door")  # first: it holds the room's row, so that two who pass it to each other keep it
        participant.refresh_from_db(fields=["role", "state", "seen_at", "left_at"])
        _check_fit(participant)
        mine = _rows(room).admitted().select_related("person").filter(person=by, role=RoomRole.FACILITATOR).first()
        if mine is None or mine.pk == participant.pk:
            raise ValidationError({"id": ValidationError(_("Choose someone else who is in the room."), code="self")})
        mine.room = room
        _require_here(participant)
        _give(participant, RoomRole.FACILITATOR, by, "room.lead.pass")
        _give(mine, RoomRole.PARTICIPANT, by, "room.lead.step_down")
        note_act(room=room, by=by, act="lead", reason=_joined(participant), about=participant)


def _require_here(heir: Participant) -> None:
    """Whom the room would not count as leading it the moment they do."""
    seen = _last_seen(heir)
    if seen is None or not _holds(alone_from([seen])):
        message = _("%(name)s is not here now. Choose someone who is here, or wait until they are back.")
        raise ValidationError({"id": ValidationError(message % {"name": heir.person.name}, code="away")})


def step_down(*, room: Room, by: Person) -> None:
    """Take part only; someone else must lead."""
    with transaction.atomic():
        tell_on_commit(room, "door")  # first: it holds the room's row, so that of two leaders one stays
        mine = leaders(room).filter(person=by).first()
        if mine is None:
            raise PermissionDenied(_("Only the facilitator can do this."))
        if not leaders(room).exclude(pk=mine.pk).exists():
            message = _("Nobody would lead the room then. Give the lead to someone first.")
            raise Conflict("last_facilitator", message)
        mine.room = room
        _give(mine, RoomRole.PARTICIPANT, by, "room.lead.step_down")


def step_in(*, room: Room, by: Person) -> Participant:
    """Lead a room that nobody leads now. Raises PermissionDenied, Conflict."""
    if not permissions.can_step_in(by, room):
        raise PermissionDenied(_("The city’s staff and facilitators can step in, and who keeps the group."))
    with transaction.atomic():
        tell_on_commit(room, "door")  # first: it holds the room's row, so that of two who step in one leads
        mine = _rows(room).select_related("person").filter(person=by).first()
        if mine is not None and mine.state == ParticipantState.REMOVED:
            raise PermissionDenied(_("The facilitator has asked you to leave this room."))
        if is_led(room):
            raise Conflict("led", _("Someone leads this room. Ask them to share the lead with you."))
        if mine is None:
            mine = _come_in(room, by)
        mine.room = room
        _rows(room).filter(pk=mine.pk).update(state=ParticipantState.ADMITTED, seen_at=timezone.now(), left_at=None)
        if mine.role == RoomRole.FACILITATOR:
            record(by=by, verb="room.lead.step_in", subject=mine, after=mine.role)
            tell_on_commit(room, "leading")
        else:
            _give(mine, RoomRole.FACILITATOR, by, "room.lead.step_in")
        note_act(room=room, by=by, act="lead", reason=_joined(mine), about=mine)
    return mine


def _come_in(room: Room, by: Person) -> Participant:
    return Participant.objects.create(
        city_id=room.city_id, room=room, person=by, role=RoomRole.PARTICIPANT, place=Place.ELSEWHERE
    )


def _joined(participant: Participant) -> str:
    return _("%(name)s leads now.") % {"name": participant.person.name}


def _require_lead(room: Room, by: Person) -> None:
    if not leaders(room).filter(person=by).exists():
        raise PermissionDenied(_("Only the facilitator can do this."))


def ask_for_lead(room: Room, gone: Person) -> None:
    """The last leader went: the room shows it, and who can step in is told."""
    if not leaders_around(room).exists():
        _ask(room, gone)


def ask_where_nobody_leads() -> int:
    """Leaders who vanish without a word: in a room where people are, who can step in is told, once.

    How often anybody was told.
    """
    now = timezone.now()
    people = Participant.objects.across_cities().admitted().exclude(role=RoomRole.FACILITATOR)
    here = people.filter(Q(room=OuterRef("pk")) | Q(room__parent=OuterRef("pk")), seen_at__gt=now - permissions.AWAY)
    rows = Room.objects.across_cities().open().filter(Exists(here), parent=None, starts_at__lte=now)
    return sum(_asked_safely(room) for room in rows.select_related("city", "group"))


def _asked_safely(room: Room) -> bool:
    """What goes wrong in one room leaves the others theirs."""
    try:
        return _ask_once(room)
    except Exception:
        log.exception("Nobody could be asked to lead room %s.", room.pk)
        return False


def _ask_once(room: Room) -> bool:
    if not _is_missed(room):
        return False
    with transaction.atomic():
        tell_on_commit(room, "leading")  # it holds the room's row; where nobody is missed, there is nothing to tell
        if not _is_missed(room):
            return False
        _ask(room, None)
    return True


def _is_missed(room: Room) -> bool:
    """Whether nobody leads, and nobody was asked to since the last one who did."""
    if is_led(room):
        return False
    state = ToolState.objects.filter(room=room, tool="leading").values_list("state", flat=True).first() or {}
    asked = datetime.fromisoformat(state["asked"]) if "asked" in state else None
    seen = leaders_around(room).aggregate(last=Max("seen_at"))["last"]
    return asked is None or (seen is not None and asked <= seen)


def _ask(room: Room, gone: Person | None) -> None:
    asked = timezone.now().isoformat()
    record(by=gone, verb="room.lead.none", subject=room)
    change_state(room, "leading", lambda state: {**state, "asked": asked})
    reference = {
        "kind": "room",
        "id": str(room.pk),
        "url": reverse("realtime:step_in", args=[room.city.slug, room.slug]),
        "title": room.title,
    }
    people = who_can_step_in(room)
    for person in (people.exclude(pk=gone.pk) if gone is not None else people)[:TOLD]:
        notify(person=person, kind="room_without_lead", reference=reference)


def who_can_step_in(room: Room) -> Any:
    """The same as permissions.can_step_in, asked of all at once."""
    now = timezone.now()
    valid = Q(grants__until=None) | Q(grants__until__gt=now)
    staff = Q(
        grants__scope_kind=Scope.CITY,
        grants__scope_id=room.city_id,
        grants__role__in=[Role.OFFICER, Role.FACILITATOR, Role.ADMIN],
    )
    if room.group_id is not None:
        keepers = [Role.STEWARD, Role.CONTACT]
        staff |= Q(grants__scope_kind=Scope.GROUP, grants__scope_id=room.group_id, grants__role__in=keepers)
    return Person.objects.filter(valid & staff | Q(pk=room.made_by_id), is_active=True).distinct().order_by("pk")
