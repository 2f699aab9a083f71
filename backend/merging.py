"""What moves along when a guest becomes part of an account: every table with a person in it, one row each."""

from typing import Any

from django.db import transaction

from backend.activities.models import Activity, Attendance, Contribution, Output, Photo
from backend.base.journal import move
from backend.cities.models import Group, Invitation, Membership
from backend.commons.models import Commons
from backend.impact.models import Export, Measurement, Observation, Study
from backend.pacts.models import (
    Authorship,
    Decision,
    PactVersion,
    Proposal,
    ProposalVersion,
    Report,
    Signature,
    Support,
)
from backend.people import actions as people
from backend.people.models import Person
from marketplace.choices import OwnerKind
from marketplace.models import Account, Deal, Listing, Order
from realtime.actions.belongings import IN_ROOM, NAMING, Moves, move_rows
from realtime.broadcast import rights_on_commit, tell_on_commit
from realtime.choices import ParticipantState
from realtime.models import Participant, SessionPlan

MOVES = (
    Moves(Membership, "person", ("city",)),
    Moves(Group, "founded_by"),
    Moves(Invitation, "by"),
    Moves(Invitation, "accepted_by"),
    Moves(Commons, "added_by"),
    Moves(Proposal, "submitted_by"),
    Moves(ProposalVersion, "by"),
    Moves(Authorship, "person", ("proposal",)),
    Moves(Support, "person", ("proposal",)),
    Moves(PactVersion, "by"),
    Moves(Signature, "by"),
    Moves(Report, "by"),
    Moves(Report, "accepted_by"),
    Moves(Decision, "by"),
    Moves(Activity, "host"),
    Moves(Attendance, "person", ("activity",)),
    Moves(Output, "owner"),
    Moves(Output, "by"),
    Moves(Contribution, "person", ("output",)),
    Moves(Photo, "by"),
    Moves(SessionPlan, "by", ("city", "name")),
    *IN_ROOM,
    Moves(Listing, "by"),
    Moves(Deal, "taker"),
    Moves(Deal, "giver"),
    Moves(Order, "cancelled_by"),
    Moves(Study, "by"),
    Moves(Measurement, "by"),
    Moves(Observation, "by"),
    Moves(Export, "by"),
)

# Columns that name a person and are not simply moved, with the reason.
STAYS = {
    "people.Person.guardian": "a guest has none, and a ward is no guest",
    "people.Person.merged_into": "it is what the merge writes",
    "people.RoleGrant.person": "a guest holds no roles, and none may come by a merge",
    "people.RoleGrant.by": "a guest gives no roles",
    "people.Consent.person": "a yes is not passed on: the account is asked itself",
    "people.Notification.person": "guests are told nothing",
    "people.ApiToken.person": "guests have no keys",
    "realtime.Participant.person": "see _participations: its updates point at the row",
    "marketplace.Transfer.by": "the ledger is never changed; the guest's row points at the account",
}


def merge_guest(*, guest: Person, into: Person, by: Person) -> None:
    """Make a guest part of an account: what they wrote, voted, supported and ordered is the account's."""
    with transaction.atomic():
        people.merge_guest(guest=guest, into=into, by=by)
        move_rows(MOVES, guest, into)
        _participations(guest, into, by)
        _accounts(guest, into)


def _participations(guest: Person, into: Person, by: Person) -> None:
    """One place in each room. Where the account was in the same room, the guest's row stays for
    what it wrote and is shown out, so that its sockets close."""
    rows = Participant._base_manager.select_related("room", "city")
    own_rooms = set(rows.filter(person=into).values_list("room", flat=True))
    for row in rows.filter(person=guest):
        if row.room_id not in own_rooms:
            rows.filter(pk=row.pk).update(person=into)
        elif row.state != ParticipantState.REMOVED:
            move(row, ParticipantState.REMOVED, by=by, reason="merged", epoch=row.epoch + 1)
        rights_on_commit(row.room)  # who writes there at this moment goes on as the account
        tell_on_commit(row.room, *NAMING)


def _accounts(guest: Person, into: Person) -> None:
    """Accounts of the ledger change hands where the account has none of the same kind; an account
    keeps its entries either way."""
    rows = Account._base_manager.filter(owner_kind=OwnerKind.PERSON)
    for row in rows.filter(owner_id=guest.pk):
        same: dict[str, Any] = {"city": row.city_id, "kind": row.kind, "unit": row.unit, "owner_id": into.pk}
        if not rows.filter(**same).exists():
            rows.filter(pk=row.pk).update(owner_id=into.pk)
