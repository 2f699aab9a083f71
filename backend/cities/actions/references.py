"""The numbers of references: P-TO-0151, TO-2026-018."""

from django.db import transaction
from django.db.models import F

from backend.cities.models import City, ReferenceCounter


def take_number(*, city: City, series: str) -> int:
    """The next number of one series of `city`; given out once, also under a race.

    Runs inside the caller's transaction: a rolled back caller gives the number back.
    """
    with transaction.atomic():
        row, _made = ReferenceCounter.objects.get_or_create(city=city, series=series)
        ReferenceCounter.objects.filter(pk=row.pk).update(last=F("last") + 1)
        return int(ReferenceCounter.objects.values_list("last", flat=True).get(pk=row.pk))
