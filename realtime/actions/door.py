"""Who comes into a room, and who has to leave it."""

import logging
import re
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import limits, words
from backend.base.journal import move
from backend.base.prepared import Prepared
from backend.base.problems import Conflict
from backend.base.turns import in_turn
from backend.cities.permissions import is_member
from backend.people.actions import make_assisted, make_guest
from backend.people.actions.guests import cleaned_name
from backend.people.models import Person
from realtime import permissions
from realtime.actions import groups
from realtime.actions.acts import SentAway, note_act, sent_away, was_sent_away
from realtime.actions.going import come_back
from realtime.actions.roles import hold, holds_no_more, is_full, keep_led, require_lead, require_place
from realtime.broadcast import rights_on_commit, tell_on_commit
from realtime.choices import Access, ParticipantState, Place, RoomRole
from realtime.models import Participant, Room

log = logging.getLogger(__name__)

Known = Callable[[Room], Participant | None]

MINUTES_10: Final = 600
COLOURS: Final = 6
# Wrong codes in ten minutes: of one address, behind which a whole hall may sit; of all, by the kind of code.
FROM_ONE: Final = 120
FROM_ALL: Final = {"short": 1000, "long": 6000}


def join_room(
    *,
    code: str = "",
    token: str = "",
    name: str = "",
    pin: str = "",
    place: str = Place.ELSEWHERE,
    role: str = "",
    wait: bool = False,
    language: str = "en",
    person: Person | None = None,
    known: Known | None = None,
    address: str = "",
) -> Participant:
    """Come to the door of the room that `code` or `token` names, as `person` or as a guest called `name`.

    `known` tells which guest this device was in a room: under the same name they come back as themselves, and who
    was sent away stays so under any name and any account. That holds for this browser alone: from another one, or
    without its cookies, nobody can be told apart from a newcomer; asking before admitting and a new code help there.
    `role` may be that of an observer; `wait` asks for a place in line where the room is full. Wrong codes get
    one and the same answer, and cost; right ones cost nothing, so that a whole hall may come from one
    address. Raises ValidationError, PermissionDenied, Conflict.
    """
    if person is None:
        name = cleaned_name(name)
    room, short = _find(code, token, address)
    if not _is_invited(room, person):
        raise _no_such_room()
    _require_not_sent_away_as_guest(room, person, known)
    present = _known_here(room, person, name, known)
    if present is not None:
        return _again(present, room, place)
    if not token:
        _check_pin(room, pin)
    role = _role_at_door(room, role)
    with in_turn(), transaction.atomic():
        who = person or make_guest(name=name, language=language)
        waits = (short or room.asks_before_admitting) and not permissions.can_facilitate(who, room)
        state = ParticipantState.WAITING if waits else ParticipantState.ADMITTED
        return _seat(room, who, state, permissions.place_of(place), role, limited=True, wait=wait)


def _require_not_sent_away_as_guest(room: Room, person: Person | None, known: Known | None) -> None:
    """Who was sent away as the guest of this browser, from here or from the main room of a group, does not come in by
    signing in, nor under another name by the group's code. Who has a place of their own, or leads the room anyway, may
    have borrowed the device."""
    if known is None:
        return
    for each in filter(None, (room if person is not None else None, room.parent)):
        guest = known(each)
        if guest is None or not was_sent_away(each, guest):
            continue
        guest.room = each
        if person is None:
            raise sent_away(guest)
        if not _rows(each).filter(person=person).exists() and not permissions.can_facilitate(person, room):
            message = _(
                "A guest was asked to leave this room on this device. If it was you, sign out: then the room’s page tells you why, and lets you ask for a second look. If it was somebody else, come in on another device, or ask the facilitator to let the guest back in."
            )
            raise SentAway(message, guest)


def _known_here(room: Room, person: Person | None, name: str, known: Known | None) -> Participant | None:
    """The place that they have in the room already. Two people may share a phone: another name is another guest,
    unless the one before was asked to leave."""
    if person is not None:
        return _rows(room).filter(person=person).select_related("person").first()
    found = known(room) if known is not None else None
    if found is None or (found.state != ParticipantState.REMOVED and found.name.casefold() != name.casefold()):
        return None
    return found


def _role_at_door(room: Room, role: str) -> str:
    if role != RoomRole.OBSERVER:
        return ""
    if not room.lets_watch:
        message = _("In this room everyone takes part. You can still write little and listen.")
        raise ValidationError({"role": ValidationError(message, code="no_watching")})
    return role


def _rooms() -> Any:
    return Room.objects.across_cities().open().select_related("city", "group", "thread").defer("city__map")


_BY_TOKEN = Prepared(lambda digest: _rooms().filter(token_digest=digest))
_BY_CODE = Prepared(lambda code: _rooms().filter(code=code))
_BY_SHORT_CODE = Prepared(lambda code: _rooms().filter(short_code=code))


def _find(code: str, token: str, address: str) -> tuple[Room, bool]:
    """The open room, and whether its short code was given. A wrong code costs the address one try; the token
    in a QR code is too long to be guessed, and lets people in whatever others tried before."""
    if token:
        secret, lasts = permissions.read_token(token)
        room: Room | None = _BY_TOKEN.first(permissions.token_digest(secret))
        if room is None:
            raise _no_such_room()
        if not lasts:
            message = _("This QR code is too old. Scan the one that is on the screen now, or type the code beside it.")
            raise ValidationError({"code": ValidationError(message, code="old_qr")})
        return room, False
    tidy = tidy_code(code)
    short = len(tidy) == 6
    kind = "short" if short else "long"
    every = (f"room.join:{address}", FROM_ONE), (f"room.join.{kind}", FROM_ALL[kind])
    ways = _BY_SHORT_CODE if short else _BY_CODE
    try:
        room = limits.look_up(every, MINUTES_10, lambda: ways.first(tidy) if tidy else None)
    except limits.UsedUp as used_up:
        log.warning("Room codes are being guessed: the limit of %s is used up.", str(used_up).partition(":")[0])
        message = _("That was too many wrong codes. Scan the QR code, wait ten minutes, or ask the facilitator.")
        raise Conflict("too_many_tries", message) from None
    if room is None:
        raise _no_such_room()
    return room, short


def tidy_code(code: str) -> str:
    """A code as people read it from a wall: spaces, dashes and look-alike letters do not matter."""
    text = re.sub(r"[\s\-.]+", "", str(code or "")).upper()[:40]
    return text.translate(str.maketrans("OIL", "011"))


def _no_such_room() -> ValidationError:
    message = _("No open room has this code. Look at the screen in the hall again, or ask the facilitator.")
    return ValidationError({"code": ValidationError(message, code="no_room")})


def _is_invited(room: Room, person: Person | None) -> bool:
    if room.access != Access.INVITED:
        return True
    if person is None:
        return False
    member = room.group is not None and is_member(person, room.group)
    known = _rows(room).filter(person=person).exists()
    return member or known or permissions.can_facilitate(person, room)


def _check_pin(room: Room, pin: str) -> None:
    if not room.pin_digest:
        return
    right = limits.guess(f"room.pin:{room.pk}", 20, MINUTES_10, lambda: permissions.matches_pin(room, pin))
    if right is None:
        message = _("That was too many wrong PINs. Scan the QR code, or ask the facilitator.")
        raise ValidationError({"pin": ValidationError(message, code="too_many_tries")})
    if not right:
        message = _("This PIN is not right. The facilitator can tell you.")
        raise ValidationError({"pin": ValidationError(message, code="wrong_pin")})


def _rows(room: Room) -> Any:
    return Participant.objects.in_city(room.city_id).filter(room=room)


def _again(participant: Participant, room: Room, place: str) -> Participant:
    participant.room = room
    if participant.state == ParticipantState.REMOVED:
        raise sent_away(participant)
    place = permissions.place_of(place)
    if participant.place != place:
        _rows(room).filter(pk=participant.pk).update(place=place)
        participant.place = place
    if not participant.stays:
        come_back(participant)
    return participant


def _seat(
    room: Room, person: Person, state: str, place: str, role: str = "", *, limited: bool = False, wait: bool = False
) -> Participant:
    """A place in the room; made twice at once, both get the same."""
    _require_not_sent_away(room, person)
    tell_on_commit(room, "door")  # first, since it holds the room's row: those who come at once are counted one by one
    leads = permissions.can_facilitate(person, room)
    role = role or (RoomRole.FACILITATOR if leads else RoomRole.PARTICIPANT)
    if limited and not leads:
        state = _state_within(room, state, role, wait=wait)
    try:
        with transaction.atomic():
            participant = Participant.objects.create(
                city_id=room.city_id,
                room=room,
                person=person,
                role=role,
                state=state,
                place=place,
                colour=_rows(room).count() % COLOURS + 1,
                seen_at=timezone.now() - permissions.AWAY,
            )
    except IntegrityError:
        participant = _rows(room).select_related("person").get(person=person)
    participant.room = room
    groups.place_late(participant)
    return participant


def _require_not_sent_away(room: Room, person: Person) -> None:
    """Who was removed from the main room does not come in by a group's."""
    if room.parent is not None:
        tell_on_commit(room.parent, "breakouts")  # first: the main room's row before those of its groups
        found = permissions.seat_of(person, room.parent)
        if found is not None and found.state == ParticipantState.REMOVED:
            raise sent_away(found)


def _state_within(room: Room, state: str, role: str, *, wait: bool) -> str:
    """Where the room is full one may wait for a place, or watch. Raises Conflict."""
    if holds_no_more(room):
        raise Conflict(
            "room_full", _("This room is full to the last place. Ask the facilitator: sometimes someone leaves.")
        )
    if role == RoomRole.OBSERVER or not is_full(room):
        return state
    if wait:
        return ParticipantState.WAITING
    message = _("This room is full: %(count)d people take part. You can wait for a place.") % {"count": room.most}
    if room.lets_watch:
        message = _(
            "This room is full: %(count)d people take part. You can wait for a place, or come in and watch."
        ) % {"count": room.most}
    raise Conflict("room_full", message)


def return_to_room(*, room: Room, by: Person, known: Known | None = None) -> Participant:
    """Come back without a code: rooms that one leads or was let into before; into public ones also who is new, as far
    as there is room and no PIN to give. `known` as in `join_room`. Raises PermissionDenied, Conflict."""
    present = _rows(room).filter(person=by).select_related("person").first()
    if present is not None:
        return _again(present, room, present.place)
    _require_not_sent_away_as_guest(room, by, known)
    leads = permissions.can_facilitate(by, room)
    if not leads and not (room.access == Access.PUBLIC and by.has_account):
        raise PermissionDenied(_("To come in you need the room’s code."))
    if room.pin_digest and not leads:
        raise PermissionDenied(_("This room has a PIN. Come in by its code, and give the PIN there."))
    with in_turn(), transaction.atomic():
        waits = room.asks_before_admitting and not leads
        state = ParticipantState.WAITING if waits else ParticipantState.ADMITTED
        return _seat(room, by, state, Place.ELSEWHERE, limited=True)


def seat(
    *, room: Room, person: Person, by: Person, role: str = RoomRole.PARTICIPANT, place: str = Place.ELSEWHERE
) -> Participant:
    """Bring somebody into the room oneself: the facilitator does."""
    require_lead(room, by)
    with transaction.atomic():
        return _seat(room, person, ParticipantState.ADMITTED, permissions.place_of(place), role)


def add_assisted(*, room: Room, name: str, by: Person, place: str = Place.HALL) -> Participant:
    """Someone without a device, in the hall or on the telephone: the facilitator enters for them."""
    require_lead(room, by)
    if place not in (Place.HALL, Place.PHONE):
        message = _("Somebody without a device is in the hall or on the telephone.")
        raise ValidationError({"place": ValidationError(message, code="place")})
    with transaction.atomic():
        tell_on_commit(room, "door")  # first: it holds the room's row, so that of two for one place one comes in
        require_place(room, comes=True)
        person = make_assisted(name=name, language=room.language, by=by)
        return _seat(room, person, ParticipantState.ADMITTED, place, RoomRole.PARTICIPANT)


def admit(*, participant: Participant, by: Person) -> None:
    """Let someone in who waits at the door."""
    room = participant.room
    require_lead(room, by)
    if participant.state == ParticipantState.REMOVED:
        message = _("They were sent away. Let them back in with a word of why, under “Who was sent away”.")
        raise Conflict("removed", message)
    with transaction.atomic():
        _require_not_sent_away(room, participant.person)
        tell_on_commit(room, "door")
        if participant.role != RoomRole.OBSERVER:
            require_place(room)
        move(participant, ParticipantState.ADMITTED, by=by)
        groups.place_late(participant)
        rights_on_commit(room)


def refuse(*, participant: Participant, by: Person, reason: str) -> None:
    """Send someone away from the door, with a reason that they read."""
    room = participant.room
    require_lead(room, by)
    if participant.state != ParticipantState.WAITING:
        raise Conflict("not_waiting", _("They do not wait at the door any more."))
    reason = words.prose(reason, field="reason", limit=400)
    with transaction.atomic():
        epoch = participant.epoch + 1
        move(participant, ParticipantState.REMOVED, by=by, verb="participant.refuse", reason=reason, epoch=epoch)
        note_act(room=room, by=by, act="refuse", reason=reason, about=participant)
        rights_on_commit(room)
        tell_on_commit(room, "door")


def remove(*, participant: Participant, by: Person, reason: str) -> None:
    """Ask someone to leave, with a reason that they read; in force at once, everywhere."""
    require_lead(participant.room, by)
    if participant.person_id == by.pk:
        raise ValidationError({"id": _("You cannot remove yourself. Give the lead to someone else first.")})
    reason = words.prose(reason, field="reason", limit=400)
    with transaction.atomic():
        hold(participant.room, by)  # first: of two leaders who remove each other one stays
        keep_led(participant)
        move(participant, ParticipantState.REMOVED, by=by, reason=reason, epoch=participant.epoch + 1)
        note_act(room=participant.room, by=by, act="remove", reason=reason, about=participant)
        groups.take_out(participant, by=by)
        rights_on_commit(participant.room)


def void_tickets(*, person: Person) -> None:
    """Someone signed out or has a new password: their sockets close in every room, and need a new ticket."""
    with transaction.atomic():
        rows = Participant.objects.across_cities().filter(person=person).exclude(state=ParticipantState.REMOVED)
        rows.update(epoch=F("epoch") + 1)
        # In order, so that two who leave the same rooms never wait for each other.
        for room in Room.objects.across_cities().open().filter(participants__in=rows).order_by("pk"):
            rights_on_commit(room)
