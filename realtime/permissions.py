"""Who may what in a room, and the credentials that say who somebody is: tickets and the room's cookie."""

import base64
import hashlib
import hmac
import time
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from backend.base.prepared import Prepared
from backend.cities.permissions import can_act_for, has_city_role, is_member
from backend.people.choices import PersonKind, Role
from backend.people.permissions import is_present, is_site_admin
from realtime.choices import Access, Eligible, ParticipantState, Place, RoomRole, RoomState
from realtime.models import Participant, Room, ToolState
from realtime.querysets import PRESENT

TICKET_SECONDS: Final = 12 * 3600
COOKIE_SECONDS: Final = 30 * 24 * 3600
QR_SECONDS, QR_STEP, SECRET = 12 * 3600, 600, 22  # how long a QR code lets in, in which steps, and its secret's letters
AWAY: Final = PRESENT  # who was last seen this long ago counts as gone
HOLDS: Final = 300  # people in one room, those who only watch among them
# Asked at every command.
_SEAT = Prepared(lambda room, person: Participant.objects.across_cities().filter(room=room, person=person))
_MODERATION = Prepared(lambda room: ToolState.objects.filter(room=room, tool="moderation").values_list("state"))
SAFE: Final = ("GET", "HEAD")
LEADS: Final = frozenset({RoomRole.FACILITATOR})
SCRIBES: Final = frozenset({RoomRole.FACILITATOR, RoomRole.SCRIBE})


# --- Around a room -----------------------------------------------------------------------


def can_open(person: Any, city: Any, group: Any = None) -> bool:
    """Facilitators, officers and administrators of the city; for a group, its members."""
    if not is_present(person) or not person.has_account:
        return False
    if has_city_role(person, city, Role.FACILITATOR, Role.OFFICER, Role.ADMIN):
        return True
    return group is not None and group.city_id == city.pk and is_member(person, group)


def can_facilitate(person: Any, room: Room) -> bool:
    """Lead this room without being asked: who opened it, the city's facilitators, the group's keepers."""
    if not is_present(person) or not person.has_account:
        return False
    if room.made_by_id == person.pk or has_city_role(person, room.city, Role.FACILITATOR, Role.ADMIN):
        return True
    if room.parent_id is not None and _leads(person, room.parent_id, room.city_id):
        return True  # a group's room is led by who leads the main one
    return room.group is not None and can_act_for(person, room.group)


def _leads(person: Any, room: UUID, city: Any) -> bool:
    rows = Participant.objects.in_city(city).admitted().filter(room=room, person=person.pk)
    return bool(rows.filter(role=RoomRole.FACILITATOR).exists())


def can_lead(person: Any) -> bool:
    """Be given the lead: with an account, so that who led can be asked about it afterwards."""
    return is_present(person) and person.has_account


def can_step_in(person: Any, room: Room) -> bool:
    """Take the lead of a room that nobody leads: the city's staff and facilitators, and the group's keepers."""
    if not can_lead(person):
        return False
    return can_facilitate(person, room) or has_city_role(person, room.city, Role.OFFICER)


def can_keep_door(person: Any, room: Room) -> bool:
    """Let in, send away and enter for others: who leads the room, or was given the lead in it."""
    if can_facilitate(person, room):
        return True
    if not is_present(person):
        return False
    rows = Participant.objects.in_city(room.city_id).filter(room=room, person=person.pk, role=RoomRole.FACILITATOR)
    return rows.filter(state=ParticipantState.ADMITTED).exists()


def can_ask_erasure(person: Any, room: Room, whose: Any) -> bool:
    """Ask that somebody's words be taken out of a room: they themselves, or the city's staff for them."""
    if not is_present(person):
        return False
    if person.pk == whose.pk or person.pk == whose.merged_into_id:
        return True
    return is_site_admin(person) or has_city_role(person, room.city, Role.OFFICER, Role.ADMIN)


def can_see(person: Any, room: Room, participant: Participant | None) -> bool:
    """Know that the room is there at all."""
    if room.access == Access.PUBLIC or is_admitted(participant):
        return True
    if participant is not None and participant.state == ParticipantState.WAITING:
        return True
    return person is not None and (can_facilitate(person, room) or is_site_admin(person))


def seat_of(person: Any, room: Room) -> Participant | None:
    """The place that somebody has in a room now, in whatever state."""
    found: Participant | None = _SEAT.first(room.pk, person.pk)
    if found is not None:
        found.room, found.person = room, person
    return found


def is_admitted(participant: Participant | None) -> bool:
    return participant is not None and participant.state == ParticipantState.ADMITTED


def was_in(participant: Participant | None) -> bool:
    """Is or was in the room, also who was removed; not who waits at its door."""
    return participant is not None and participant.state != ParticipantState.WAITING


# --- Inside a room -----------------------------------------------------------------------


class Rules(NamedTuple):
    """What moderation has set in a room at this moment."""

    open: bool = True
    locked: bool = False
    frozen: bool = False
    chat_paused: bool = False


def rules_of(room: Room) -> Rules:
    return rules_from(room.state, *(_MODERATION.first(room.pk) or ({},)))


def rules_from(room_state: str, state: dict[str, Any]) -> Rules:
    return Rules(
        open=room_state == RoomState.OPEN,
        locked=bool(state.get("locked")),
        frozen=bool(state.get("frozen")),
        chat_paused=bool(state.get("chat_paused")),
    )


def abilities(participant: Participant | None, rules: Rules) -> dict[str, bool]:
    """What somebody may do in their room now; all False for who is not in it."""
    inside = participant is not None and is_admitted(participant) and rules.open
    role = participant.role if participant is not None else ""
    leads = inside and role in LEADS
    takes_part = inside and role != RoomRole.OBSERVER
    writes = takes_part and not rules.frozen
    muted = participant is not None and participant.chat_muted
    return {
        "write": writes and (not rules.locked or role in SCRIBES),
        "board": writes,
        "suggest": writes,
        "chat": takes_part and not muted and (leads or not (rules.chat_paused or rules.frozen)),
        "react": writes,
        "speak": takes_part,
        "vote": inside and not rules.frozen,
        "attend": inside,
        "facilitate": leads,
        "freeze": inside and role in SCRIBES,
        "submit": leads,
        "moderate": leads,
        # What is left to do when the session is over and the room closed.
        "record": is_admitted(participant) and role in LEADS,
        "answer": is_admitted(participant) and role != RoomRole.OBSERVER,
    }


def can_ask_again(participant: Participant | None, act: Any) -> bool:
    """Ask for a second look: whom an act concerns, also when removed; of an act about all, whoever is in the room."""
    if participant is None or act.by_id == participant.person_id:
        return False
    if act.concerns_id is not None:
        return bool(act.concerns_id == participant.person_id)
    return is_admitted(participant) and participant.role not in LEADS


def can_answer(participant: Participant | None, appeal: Any) -> bool:
    """Answer a second look from within the room: a facilitator who did not decide it, and never one's own."""
    if participant is None or not is_admitted(participant) or participant.role not in LEADS:
        return False
    return participant.person_id not in {appeal.act.by_id, appeal.by_id}


class InRoom(Protocol):
    """What a participant's row says of their place in the room, however it was read."""

    @property
    def person_id(self) -> UUID: ...
    @property
    def state(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def place(self) -> str: ...


def is_eligible(participant: InRoom, eligible: str, members: frozenset[UUID] = frozenset()) -> bool:
    """Whether somebody may vote on a question with this rule; `members` are those of the room's group."""
    if participant.state != ParticipantState.ADMITTED:
        return False
    if eligible == Eligible.EVERYONE:
        return True
    if participant.role == RoomRole.OBSERVER:
        return False
    if eligible == Eligible.HALL:
        return participant.place == Place.HALL
    return eligible != Eligible.GROUP or participant.person_id in members


# --- Tickets -----------------------------------------------------------------------------


class Ticket(NamedTuple):
    """What a ticket says; whether it still holds is asked of the participant's row."""

    participant: UUID
    epoch: int
    view: bool = False
    log: int = 1  # which log of the room's text its holder may have read
    session: int | None = None  # of who has an account: sessions of other rights end, and their tickets with them


def session_of(person: Any) -> int | None:
    return person.session_epoch if person.has_account else None


def ticket_for(participant: Participant, *, view: bool = False, log: int | None = None) -> str:
    """A credential for the room's socket, valid for hours or until the participant's epoch or the account's
    grows, and for the text as it is: where words are taken out of it for good, another one begins.

    With `view` it is a projector's: it shows what everyone may see, says nothing, and is nobody. `log` is of the
    text that its holder has already, where that may be an older one than the room's.
    """
    session = session_of(participant.person)
    value = (
        f"{participant.pk.hex}.{participant.epoch}.{log or participant.room.log}.{'' if session is None else session}"
    )
    value += ".v" if view else ""
    return signing.TimestampSigner(salt="copact.room.ticket").sign(value)


def read_ticket(ticket: str) -> Ticket | None:
    """None for a ticket that was not made here, or too long ago."""
    try:
        value = signing.TimestampSigner(salt="copact.room.ticket").unsign(ticket, max_age=TICKET_SECONDS)
        key, epoch, log, session, *view = value.split(".")
        return Ticket(UUID(key), int(epoch), bool(view), int(log), int(session) if session else None)
    except (signing.BadSignature, ValueError):
        return None


def websocket_path(participant: Participant, ticket: str) -> str:
    """The address of the socket, with its credential."""
    return f"/ws/rooms/{participant.room_id}/?ticket={ticket}"


# --- The room's cookie -------------------------------------------------------------------

_PREFIX = "copact_room_"


def remember(response: HttpResponse, participant: Participant) -> None:
    """Let a guest come back into this room as the same person."""
    signer = signing.TimestampSigner(salt="copact.room.cookie")
    response.set_cookie(
        _PREFIX + participant.room_id.hex,
        signer.sign(participant.pk.hex),
        max_age=COOKIE_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def forget(response: HttpResponse, room: Room) -> None:
    response.delete_cookie(_PREFIX + room.pk.hex, samesite="Lax")


def _remembered(value: str) -> tuple[UUID, float] | None:
    signer = signing.TimestampSigner(salt="copact.room.cookie")
    try:
        key = UUID(signer.unsign(value, max_age=COOKIE_SECONDS))
        return key, signing.b62_decode(value.rsplit(":", 2)[1])
    except (signing.BadSignature, ValueError, IndexError):
        return None


def participant_of(request: HttpRequest, room: Room) -> Participant | None:
    """Who of this room is asking: the signed-in person, else the guest whom the room's cookie names."""
    rows = Participant.objects.in_city(room.city_id).filter(room=room).select_related("person")
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return rows.filter(person=user.pk).first()
    return guest_in(request, room)


def guest_in(request: HttpRequest, room: Room) -> Participant | None:
    """The guest of this room whom its cookie names, whoever is signed in in this browser by now."""
    rows = Participant.objects.in_city(room.city_id).filter(room=room).select_related("person")
    guests = rows.filter(person__kind=PersonKind.GUEST, person__is_active=True)
    found = _remembered(request.COOKIES.get(_PREFIX + room.pk.hex, ""))
    if found is not None:
        known: Participant | None = getattr(request, "guests", {}).get(found[0]) if request.method in SAFE else None
        if known is not None and known.room_id == room.pk and known.person.is_active:
            return known
        return guests.filter(pk=found[0]).first()
    if room.parent_id is None:
        return None
    found = _remembered(request.COOKIES.get(_PREFIX + room.parent_id.hex, ""))  # a group has no key of its own
    return guests.filter(person__participations=found[0]).first() if found is not None else None


def guest_of(request: HttpRequest) -> Any:
    """The guest that this browser last was in any room, or None; for `request.person`.

    The places that were found stay at the request: a page that only reads asks for none of them again.
    """
    values = [value for name, value in request.COOKIES.items() if name.startswith(_PREFIX)][:20]
    known = sorted(filter(None, map(_remembered, values)), key=lambda found: found[1], reverse=True)
    if not known:
        return None
    keys = [key for key, _ in known]
    rows = Participant.objects.across_cities().filter(pk__in=keys).exclude(state=ParticipantState.REMOVED)
    guests = {row.pk: row for row in rows.select_related("person") if row.person.kind == PersonKind.GUEST}
    request.guests = guests  # type: ignore[attr-defined]
    return next((guests[key].person for key in keys if key in guests and guests[key].person.is_active), None)


# --- Codes -------------------------------------------------------------------------------


def secret_of(room: Room) -> str:
    """What is secret in the room's QR code: 128 bits, made from the site's key; a new short code makes a new one."""
    words = f"copact.room.way-in\n{room.pk}\n{room.short_code}".encode()
    mac = hmac.new(settings.SECRET_KEY.encode(), words, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:16]).decode().rstrip("=")


def token_of(room: Room, at: float | None = None) -> str:
    """What the QR code says: the room's secret, and from when on it lets people in, so that a picture that somebody
    took of the screen ends by itself. It stays the same for ten minutes."""
    secret, stamp = secret_of(room), f"{int(time.time() if at is None else at) // QR_STEP:06x}"
    return secret + stamp + _sealed(secret, stamp)


def read_token(token: str) -> tuple[str, bool]:
    """The secret in a QR code's token, and whether it lets people in now."""
    secret, stamp, seal = token[:SECRET], token[SECRET : SECRET + 6], token[SECRET + 6 :]
    if not hmac.compare_digest(seal.encode(), _sealed(secret, stamp).encode()):
        return secret, False
    return secret, time.time() < int(stamp, 16) * QR_STEP + QR_SECONDS


def _sealed(secret: str, stamp: str) -> str:
    mac = hmac.new(settings.SECRET_KEY.encode(), f"copact.room.qr\n{secret}\n{stamp}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:8]).decode().rstrip("=")


def token_digest(secret: str) -> str:
    """The QR code's secret as it is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def pin_digest(room: Room, pin: str) -> str:
    """A PIN is short, so it is stored with the site's key and only tried within limits."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{room.pk}\n{pin}".encode(), hashlib.sha256).hexdigest()


def place_of(value: str) -> str:
    return value if value in Place.values else Place.ELSEWHERE


def matches_pin(room: Room, pin: str) -> bool:
    return hmac.compare_digest(pin_digest(room, pin.strip()), room.pin_digest)
