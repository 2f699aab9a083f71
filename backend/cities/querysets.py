"""The scope of a city, enforced in one place: a query that did not say which city is refused."""

from typing import Any, Self

from django.core.cache import caches
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
    _city: Any = None
    _sharing: tuple[str, ...] = ()

    def in_city(self, city: Any) -> Self:
        """Rows of `city` (a City or its key)."""
        rows = self.filter(**{self.city_path: city})
        rows._scoped = True
        rows._city = city if isinstance(city, models.Model) else None
        return rows

    def with_city(self, *related: str) -> Self:
        """Rows, and the rows they name as `related`, with their city: the object that was given to
        `in_city`, else a join without the city's map."""
        if self._city is None:
            paths = ("city", *(f"{path}__city" for path in related))
            return self.select_related(*paths).defer(*(f"{path}__map" for path in paths))
        rows: Self = self.select_related(*related) if related else self._chain()  # type: ignore[attr-defined]
        rows._sharing = ("", *related)
        return rows

    def _share_city(self) -> None:
        for row in self._result_cache or ():
            if not isinstance(row, self.model):
                return
            for path in self._sharing:
                thing = getattr(row, path) if path else row
                if thing is not None and thing.city_id == self._city.pk:
                    thing.city = self._city

    def across_cities(self) -> Self:
        """Rows of every city: say it only where that is meant."""
        rows: Self = self._chain()  # type: ignore[attr-defined]
        rows._scoped = True
        return rows

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]  # Django's own cloning hook is untyped
        clone._scoped, clone._city, clone._sharing = self._scoped, self._city, self._sharing
        return clone

    def _require_scope(self) -> None:
        if not self._scoped and "instance" not in self._hints:  # type: ignore[attr-defined]
            raise Unscoped(f"{self.model.__name__}: say .in_city(city) or .across_cities()")

    def _fetch_all(self) -> None:
        if self._result_cache is not None:
            super()._fetch_all()
            return
        self._require_scope()
        super()._fetch_all()
        if self._sharing:
            self._share_city()

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


OPEN_CITIES, SECONDS = "open-cities", 30


class CityQuerySet(models.QuerySet[Any]):
    def opened(self) -> list[Any]:
        """The open cities, without their maps; read twice a minute in each process, as every request asks."""
        found = caches["process"].get_or_set(OPEN_CITIES, lambda: list(self.filter(is_open=True).defer("map")), SECONDS)
        return list(found or ())

    @staticmethod
    def forget_opened() -> None:
        """What this process knows of the open cities is no longer so."""
        caches["process"].delete(OPEN_CITIES)


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
