"""Rows on their way into the database, their plain fields checked, a free slug found; and rows counted beside others."""

from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F, Func, IntegerField, OuterRef, Q, Subquery
from django.utils.text import slugify

from backend.base.folding import fold

TRIES = 4
# Words that stand in the place of a slug in some address.
TAKEN = frozenset({"new"})


def counted(model: Any, relation: str, where: Q | None = None) -> Subquery:
    """How many rows of `relation` a row of `model` has, as an annotation that neither joins nor groups."""
    link = model._meta.get_field(relation)
    rows = link.related_model._base_manager.order_by().filter(where or Q(), **{link.field.name: OuterRef("pk")})
    return number_of(rows)


def number_of(rows: Any) -> Subquery:
    """How many `rows` there are, as an annotation; `Count` would group by every column of the outer row."""
    number = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return Subquery(rows.annotate(number=number).values("number"))


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
