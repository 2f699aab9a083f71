"""How proposals and pacts are read."""

from typing import Any, Self

from django.db.models import Exists, OuterRef, Q

from backend.base.folding import fold
from backend.base.rows import counted
from backend.cities.querysets import ScopedQuerySet
from backend.pacts.choices import IN_WRITING, PUBLIC_PROPOSALS, REGISTERED, TABS
from backend.people.choices import CITY_ROLES, Role, Scope


def _city_keys(person: Any) -> list[str]:
    """The cities in which `person` holds a role of the city."""
    return [key for kind, key, role in person.held_roles if kind == Scope.CITY and role in CITY_ROLES]


def _group_keys(person: Any) -> list[str]:
    return [key for kind, key, _role in person.held_roles if kind == Scope.GROUP]


def _sees_all(person: Any) -> bool:
    return (Scope.SITE, "", Role.ADMIN) in person.held_roles


class _Searched(ScopedQuerySet):
    def matching(self, words: str) -> Self:
        """Rows with every word of the search, whatever the accents."""
        rows = self
        for word in fold(words)[:120].split()[:8]:
            rows = rows.filter(folded__contains=word)
        return rows


class ProposalQuerySet(_Searched):
    def public(self) -> Self:
        return self.filter(state__in=PUBLIC_PROPOSALS)

    def visible_to(self, person: Any) -> Self:
        """The public ones; before that, to who wrote them, their group and the city's people."""
        if person is None or not person.is_authenticated:
            return self.public()
        if _sees_all(person):
            return self
        theirs = self.model._base_manager.filter(pk=OuterRef("pk"), authorships__person=person)
        return self.filter(
            Q(state__in=PUBLIC_PROPOSALS)
            | Q(submitted_by=person)
            | Q(group__in=_group_keys(person))
            | Q(city__in=_city_keys(person))
            | Exists(theirs)
        )

    def in_tab(self, tab: str) -> Self:
        return self.filter(state__in=TABS[tab]) if tab in TABS else self

    def with_supports(self) -> Self:
        """With `support_count`, from a query of its own within the row."""
        return self.annotate(support_count=counted(self.model, "supports"))

    def for_list(self) -> Self:
        return self.with_supports().with_city("commons").select_related("group").order_by("-id")


class PactQuerySet(_Searched):
    def registered(self) -> Self:
        return self.filter(state__in=REGISTERED)

    def in_writing(self) -> Self:
        return self.filter(state__in=IN_WRITING)

    def visible_to(self, person: Any) -> Self:
        """The register; before that, to the parties' people, the proposal's authors and the city's people."""
        if person is None or not person.is_authenticated:
            return self.registered()
        if _sees_all(person):
            return self
        rows = self.model._base_manager.filter(pk=OuterRef("pk"))
        return self.filter(
            Q(state__in=REGISTERED)
            | Q(city__in=_city_keys(person))
            | Exists(rows.filter(parties__group__in=_group_keys(person)))
            | Exists(rows.filter(proposal__authorships__person=person))
        )

    def of_person(self, person: Any) -> Self:
        """Those in which one of the person's groups is a party."""
        rows = self.model._base_manager.filter(pk=OuterRef("pk"))
        return self.filter(Exists(rows.filter(parties__group__in=_group_keys(person))))

    def for_list(self) -> Self:
        return self.with_city("commons").prefetch_related("parties").order_by("-signed_at", "-id")
