"""The scope of a city, enforced in one place: a query that did not say which city is refused."""

from typing import Any, Self

from django.db import models
from django.utils import timezone

from backend.cities.choices import GroupKind


class Unscoped(RuntimeError):
    """A query over rows of cities said neither `in_city` nor `across_cities`."""


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows of one city, or of all of them on purpose.

    Reading, counting, updating or deleting raises Unscoped unless the query was narrowed with
    `in_city(city)`, widened with `across_cities()`, or starts at a related object, which has a
    city already. `city_path` leads from the row to its city.
    """

    city_path = "city"
    _scoped = False

    def in_city(self, city: Any) -> Self:
        """Rows of `city` (a City or its key)."""
        rows = self.filter(**{self.city_path: city})
        rows._scoped = True
        return rows

    def across_cities(self) -> Self:
        """Rows of every city: say it only where that is meant."""
        rows: Self = self._chain()  # type: ignore[attr-defined]
        rows._scoped = True
        return rows

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]  # Django's own cloning hook is untyped
        clone._scoped = self._scoped
        return clone

    def _require_scope(self) -> None:
        if not self._scoped and "instance" not in self._hints:  # type: ignore[attr-defined]
            raise Unscoped(f"{self.model.__name__}: say .in_city(city) or .across_cities()")

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._require_scope()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self._require_scope()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        self._require_scope()
        return super().count()

    def exists(self) -> bool:
        self._require_scope()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._require_scope()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._require_scope()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._require_scope()
        return super().delete()

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        self._require_scope()
        return super().resolve_expression(*args, **kwargs)


ScopedManager = models.Manager.from_queryset(ScopedQuerySet)


class GroupQuerySet(ScopedQuerySet):
    def of_people(self) -> Self:
        """Groups of people, without the city's own office."""
        return self.exclude(kind=GroupKind.OFFICE)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind) if kind in GroupKind.values else self

    def office(self) -> Any:
        """The city itself, as a party and a giver of roles."""
        return self.get(kind=GroupKind.OFFICE)


class InvitationQuerySet(ScopedQuerySet):
    def open(self) -> Self:
        return self.filter(ended_at=None, expires_at__gt=timezone.now())


class RegulationQuerySet(ScopedQuerySet):
    def present(self) -> Any:
        """The newest version, or None."""
        return self.order_by("-version").first()
