"""How places are found: by state, kind, quarter, access, words and where they are."""

from typing import Self

from django.db.models import Case, Count, Value, When

from backend.base.folding import fold
from backend.base.geo import Box
from backend.cities.querysets import ScopedQuerySet
from backend.commons.choices import ACCESS, CommonsKind, CommonsState

ORDER = (
    CommonsState.PACT_IN_FORCE,
    CommonsState.PROPOSAL_OPEN,
    CommonsState.LOOKING,
    CommonsState.MAPPED,
    CommonsState.RESTING,
)


class CommonsQuerySet(ScopedQuerySet):
    def in_state(self, state: str) -> Self:
        return self.filter(state=state) if state in CommonsState.values else self

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind) if kind in CommonsKind.values else self

    def in_quarter(self, quarter: str) -> Self:
        return self.filter(quarter=quarter) if quarter else self

    def offering(self, *keys: str) -> Self:
        """Places that offer all of `keys` of ACCESS."""
        wanted = {f"access__{key}": True for key in keys if key in ACCESS}
        return self.filter(**wanted) if wanted else self

    def search(self, words: str) -> Self:
        """Places whose name, text, address or quarter hold every one of `words`, accents aside."""
        rows = self
        for word in fold(words).split()[:8]:
            rows = rows.filter(folded__contains=word)
        return rows

    def in_box(self, box: Box) -> Self:
        return self.filter(lat__range=(box.south, box.north), lng__range=(box.west, box.east))

    def state_counts(self) -> dict[str, int]:
        """State -> how many, in one query."""
        rows = self.order_by().values("state").annotate(count=Count("pk"))
        return {row["state"]: row["count"] for row in rows}

    def for_list(self) -> Self:
        """What is alive first, then by name."""
        ranks = [When(state=state, then=Value(rank)) for rank, state in enumerate(ORDER)]
        return self.alias(rank=Case(*ranks, default=Value(len(ORDER)))).order_by("rank", "slug")
