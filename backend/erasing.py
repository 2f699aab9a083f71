"""What goes when somebody leaves: one function per app, in one transaction."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from backend.activities.models import Attendance, Contribution
from backend.base.journal import move
from backend.cities.models import Invitation, Membership
from backend.impact.choices import ObservationConsent
from backend.impact.models import Observation
from backend.pacts.models import Authorship
from backend.people import actions as people
from backend.people.models import Person
from marketplace.actions import cancel_order, close_listing
from marketplace.choices import ListingState, OrderState
from marketplace.models import Deal, Listing, Order
from realtime.actions import ask_everywhere
from realtime.actions.minutes import leave_minutes
from realtime.broadcast import rights_on_commit
from realtime.choices import ParticipantState
from realtime.models import Concern, Participant, SessionPlan, SilentNote

LEFT = "left"


def erase_person(*, person: Person, by: Person, words: bool = False) -> None:
    """Erase what is personal of someone who leaves, and of the children they answer for.

    With `words`, who leads each room they wrote in is asked to take their words out of its text.

    What was written together, voted, signed or paid stays, by "Former participant": others build
    on it, and the law asks for signatures and accounts to be kept.
    """
    with transaction.atomic():
        for ward in person.wards.filter(left_at=None):
            erase_person(person=ward, by=by, words=words)
        if words:
            ask_everywhere(person=person, by=by)
        for erase in ERASE:
            erase(person, by)
        people.leave(person=person, by=by)


def _cities(person: Person, by: Person) -> None:
    Membership._base_manager.filter(person=person).delete()
    if person.email:
        Invitation._base_manager.filter(email__iexact=person.email).update(email="", ended_at=timezone.now())


def _pacts(person: Person, by: Person) -> None:
    Authorship._base_manager.filter(person=person).update(credited=False)


def _activities(person: Person, by: Person) -> None:
    Attendance._base_manager.filter(person=person, activity__starts_at__gt=timezone.now()).delete()
    Contribution._base_manager.filter(person=person).update(consented=False, credit="", translations={})


def _rooms(person: Person, by: Person) -> None:
    """Shown out of every room, and every socket of theirs closes."""
    SessionPlan._base_manager.filter(by=person).delete()
    leave_minutes(person=person, by=by)  # first: minutes before the rows of their rooms
    rows = Participant._base_manager.filter(person=person).exclude(state=ParticipantState.REMOVED)
    for row in rows.select_related("city", "room").order_by("room"):
        move(row, ParticipantState.REMOVED, by=by, reason=LEFT, epoch=row.epoch + 1)
        rights_on_commit(row.room)
    SilentNote.objects.filter(person=person).delete()
    Concern._base_manager.filter(person=person).update(named=False)


def _market(person: Person, by: Person) -> None:
    """Offers end, what is reserved is free again. Finished orders stay: they are accounts."""
    deals = Deal._base_manager
    for side in ({"deal__taker": person}, {"deal__giver": person}):
        for order in Order._base_manager.filter(state=OrderState.RESERVED, **side).select_related("deal", "city"):
            cancel_order(order, by=person, reason=LEFT)
    own: dict[str, Any] = {"by": person, "on_behalf_of": None}
    for listing in Listing._base_manager.filter(**own).select_related("city"):
        if listing.state != ListingState.CLOSED:
            close_listing(listing, by=person)
    Listing._base_manager.filter(**own).update(pickup="", lat=None, lng=None)
    deals.filter(taker=person).update(note="", contact="")


def _impact(person: Person, by: Person) -> None:
    rows = Observation._base_manager.filter(by=person, consent=ObservationConsent.PRIVATE)
    rows.update(text="", tags=[], translations={})


ERASE = (_cities, _pacts, _activities, _rooms, _market, _impact)
