"""Rows on their way into the database: their plain fields checked, a free slug found."""

from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.text import slugify

from backend.base.folding import fold

TRIES = 4
# Words that stand in the place of a slug in some address.
TAKEN = frozenset({"new"})


def check(thing: models.Model) -> None:
    """Raise ValidationError, by field, for lengths, choices and missing words. Relations are the caller’s, the slug comes later."""
    later = {field.name for field in thing._meta.fields if field.is_relation or field.name == "slug"}
    thing.clean_fields(exclude=later)


def free_slug(rows: Any, words: str, otherwise: str) -> str:
    """`words` as the part of an address that no other of `rows` has; `otherwise` where no letter is left."""
    base = slugify(fold(words))[:70].strip("-") or otherwise
    taken = TAKEN.union(rows.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def add_under_slug(thing: Any, rows: Any, words: str) -> None:
    """Add `thing` under a free slug among `rows`; where two take the same at once, the second takes the next."""
    for left in reversed(range(TRIES)):
        thing.slug = free_slug(rows, words, thing._meta.model_name)
        try:
            with transaction.atomic():
                thing.save(force_insert=True)
        except IntegrityError:
            if not left:
                raise
        else:
            return
