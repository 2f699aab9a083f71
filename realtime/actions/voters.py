"""Who may vote in a room, who leads it, and whose ballots there are: shared by polls and consent checks."""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.ids import uuid7
from backend.base.prepared import in_database
from backend.base.problems import Conflict
from backend.people.choices import PersonKind, Scope
from backend.people.models import Person, RoleGrant
from realtime import permissions
from realtime.broadcast import tell_on_commit
from realtime.choices import Eligible, RoomState, VoteState
from realtime.models import Ballot, ConsentCheck, Participant, Poll, Room

MOST_VOTERS: Final = 300

# The votes of a whole hall come at once, and each holds the question's row until it is stored.
_CAST: Final = "UPDATE {} SET casts = casts + 1 WHERE id = %s AND state = %s RETURNING casts"
_BALLOT: Final = (
    'INSERT INTO realtime_ballot (id, room_id, person_id, entered_by_id, at, tool, item, value, "cast")'
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (room_id, tool, item, person_id) DO UPDATE SET"
    ' value = excluded.value, "cast" = excluded."cast", entered_by_id = excluded.entered_by_id, at = excluded.at'
)


class Cast(NamedTuple):
    """What a ballot says, for counting."""

    person_id: UUID
    value: Any
    entered_by_id: UUID | None


def require_lead(room: Room, by: Person) -> None:
    """Raises PermissionDenied for who does not lead the room now."""
    mine = permissions.seat_of(by, room)
    if not permissions.abilities(mine, permissions.rules_of(room))["facilitate"]:
        raise PermissionDenied(_("Only the facilitator can do this."))


def members_of(room: Room) -> frozenset[UUID]:
    """Everyone with a part in the room's group."""
    rows = RoleGrant.objects.active().filter(scope_kind=Scope.GROUP, scope_id=room.group_id)
    return frozenset(rows.values_list("person_id", flat=True)) if room.group_id else frozenset()


def voters_of(room: Room, eligible: str) -> dict[UUID, bool]:
    """The people who are asked, and of each whether they are assisted: who may vote and did not go."""
    rows = Participant.objects.in_city(room.city_id).admitted().staying().filter(room=room).select_related("person")
    members = members_of(room) if eligible == Eligible.GROUP else frozenset()
    return {
        row.person_id: row.person.kind == PersonKind.ASSISTED
        for row in rows
        if permissions.is_eligible(row, eligible, members)
    }


def require_vote(asked: Poll | ConsentCheck, by: Person, voter: Participant) -> None:
    """Raises PermissionDenied where `by` may not give the vote of `voter` now, in words that say why."""
    room = voter.room
    if voter.person_id != by.pk:
        if voter.person.kind != PersonKind.ASSISTED:
            raise PermissionDenied(_("You enter votes only for people without a phone. All others vote themselves."))
        require_lead(room, by)
    members = members_of(room) if asked.eligible == Eligible.GROUP else frozenset()
    if permissions.is_eligible(voter, asked.eligible, members):
        return
    reasons: dict[str, str] = {
        Eligible.HALL: _("Only people in the hall vote on this. Are you there? Come in again and say so."),
        Eligible.GROUP: _("Only members of the group vote on this."),
    }
    raise PermissionDenied(reasons.get(asked.eligible) or _("Observers look on. Ask the facilitator for a vote."))


def write_ballot(asked: Poll | ConsentCheck, tool: str, by: Person, voter: Participant, value: Any) -> int:
    """Keep one vote if the question is still open, inside the caller's transaction; tells its number.

    From the first statement on, the close waits for this transaction or this one for the close: a vote is in the
    result or refused.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CAST.format(asked._meta.db_table), [in_database(asked.pk), VoteState.OPEN.value])
        found = cursor.fetchone()
        if found is None:
            rows = type(asked).objects.in_city(asked.city_id).filter(pk=asked.pk)
            raise not_open(rows.values_list("state", flat=True).first())
        entered_by = by.pk if voter.person_id != by.pk else None
        keys = map(in_database, (uuid7(), voter.room_id, voter.person_id, entered_by, timezone.now()))
        cursor.execute(_BALLOT, [*keys, tool, str(asked.pk), json.dumps(value), found[0]])
    return int(found[0])


def not_open(state: str | None) -> ValidationError:
    if state == VoteState.CLOSED:
        message, code = _("The vote is closed. Your last answer before that counts."), "closed"
    elif state == VoteState.DRAFT:
        message, code = _("The vote is not open yet. Wait for the facilitator."), "not_open"
    else:
        message, code = _("This question is not here any more."), "gone"
    return ValidationError({"vote": ValidationError(message, code=code)})


def ballots_of(asked: Poll | ConsentCheck, tool: str) -> list[Ballot]:
    return list(Ballot.objects.filter(room=asked.room_id, tool=tool, item=str(asked.pk)).order_by("id"))


def require_nothing_open(room: Room) -> None:
    """Raises Conflict while a vote or a consent check is open: what people said is counted before the room closes."""
    for model in (Poll, ConsentCheck):
        if model.objects.in_city(room.city_id).filter(room=room, state=VoteState.OPEN).exists():
            raise Conflict("vote_open", _("A vote is still open. Close it first, so that what people said is counted."))


def require_open(room: Room, *tools: str) -> None:
    """Tell the tools, and raise Conflict where the room has just closed; until this transaction ends it stays open."""
    tell_on_commit(room, *tools)
    if not Room.objects.in_city(room.city_id).filter(pk=room.pk, state=RoomState.OPEN).exists():
        raise Conflict("closed", _("The room is closed."))


def turnout(eligible: Mapping[UUID, bool], voted: set[UUID], assisted: set[UUID]) -> dict[str, int]:
    """Who voted and left since still counts as somebody who could vote."""
    may = set(eligible) | voted
    return {"eligible": len(may), "voted": len(voted), "assisted": len(assisted)}


def next_number(model: type[Poll] | type[ConsentCheck], room: Room) -> int:
    rows = model.objects.in_city(room.city_id).filter(room=room)
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def checked_quorum(quorum: int) -> int:
    if not 0 <= quorum <= MOST_VOTERS:
        message = _("A number between %(least)s and %(most)s, please.") % {"least": 0, "most": MOST_VOTERS}
        raise ValidationError({"quorum": ValidationError(message, code="number")})
    return quorum


def checked_eligible(room: Room, eligible: str) -> str:
    if eligible not in Eligible.values:
        raise ValidationError({"eligible": ValidationError(_("Choose who may vote."), code="invalid_choice")})
    if eligible == Eligible.GROUP and room.group_id is None:
        message = _("This room belongs to no group. Choose another rule for who may vote.")
        raise ValidationError({"eligible": ValidationError(message, code="no_group")})
    return eligible
