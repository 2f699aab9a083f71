"""Reads of impact: who may see which words, and what belongs to a pact."""

from typing import Any, Self

from django.db.models import OuterRef, Q, Subquery

from backend.cities.querysets import ScopedQuerySet
from backend.impact.choices import ON_THE_PAGE


class StudyQuerySet(ScopedQuerySet):
    def for_page(self) -> Self:
        """Newest first, with the pact that each looks into."""
        return self.select_related("pact").order_by("-made_at")

    def with_last_export(self) -> Self:
        """Each with the key and state of the data package that was asked for last."""
        exports = self.model._meta.get_field("exports").related_model
        last = exports._base_manager.filter(study=OuterRef("pk")).order_by("-at", "-pk")
        return self.annotate(
            export_key=Subquery(last.values("pk")[:1]), export_state=Subquery(last.values("state")[:1])
        )


class IndicatorQuerySet(ScopedQuerySet):
    def about(self, pact: Any) -> Self:
        """Of one pact, or of the whole city where `pact` is None."""
        return self.filter(pact=pact).order_by("order", "id")


class ObservationQuerySet(ScopedQuerySet):
    def visible_to(self, person: Any, *, researcher: bool = False) -> Self:
        """What everyone may read, and one's own words; researchers of the city read all of it."""
        if researcher:
            return self
        visible = Q(consent__in=ON_THE_PAGE)
        return self.filter(visible | Q(by=person) if person is not None else visible)

    def about(self, pact: Any) -> Self:
        """Of one pact or its place; of the whole city where `pact` is None."""
        if pact is None:
            return self
        place = Q(commons=pact.commons_id) if pact.commons_id else Q()
        return self.filter(Q(pact=pact) | place)

    def for_list(self) -> Self:
        return self.select_related("by", "commons__city").order_by("-seen_at", "-id")
