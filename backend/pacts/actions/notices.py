"""Telling the people concerned, inside the action's transaction."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q

from backend.cities.models import City
from backend.pacts.choices import PartyKind
from backend.pacts.models import Pact, Party, Proposal
from backend.people.choices import PersonKind, Role, Scope
from backend.people.models import Notification, Person, RoleGrant


def tell(people: Iterable[UUID], kind: str, thing: Proposal | Pact, *, but: Person | None = None) -> None:
    """One notification to each account, never to who did it; guests would not see one."""
    reference = {
        "kind": thing._meta.model_name,
        "id": str(thing.pk),
        "url": thing.get_absolute_url(),
        "title": f"{thing.reference} {thing.title}",
    }
    wanted = {key for key in people if but is None or key != but.pk}
    accounts = Person.objects.filter(pk__in=wanted, kind=PersonKind.ACCOUNT, is_active=True)
    Notification.objects.bulk_create(Notification(person=person, kind=kind, reference=reference) for person in accounts)


def _holders(where: Q) -> list[UUID]:
    return list(RoleGrant.objects.active().filter(where).values_list("person", flat=True))


def officers(city: City) -> list[UUID]:
    return _holders(Q(scope_kind=Scope.CITY, scope_id=city.pk, role__in=[Role.OFFICER, Role.DECIDER]))


def keepers(groups: Iterable[Any]) -> list[UUID]:
    return _holders(Q(scope_kind=Scope.GROUP, scope_id__in=list(groups), role__in=[Role.STEWARD, Role.CONTACT]))


def proponents(proposal: Proposal) -> list[UUID]:
    authors = list(proposal.authorships.values_list("person", flat=True))
    return [*authors, proposal.submitted_by_id, *(keepers([proposal.group_id]) if proposal.group_id else [])]


def signatories(pact: Pact) -> list[UUID]:
    """Whoever acts for one of the parties."""
    parties: list[Party] = list(pact.parties.all())
    city = officers(pact.city) if any(party.kind == PartyKind.CITY for party in parties) else []
    return [*city, *keepers([party.group_id for party in parties if party.group_id])]
