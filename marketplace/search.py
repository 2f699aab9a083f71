"""The full-text search over listings: folded words, each may be the beginning of a longer one."""

import re
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from backend.base.folding import fold
from marketplace.models import Listing, SearchDoc

MOST_WORDS = 8

# One statement per database; both read the index that 0002 makes over marketplace_searchdoc.
_FOUND = {
    "sqlite": (
        "SELECT d.listing_id FROM marketplace_searchdoc d"
        " WHERE d.id IN (SELECT rowid FROM marketplace_searchindex WHERE marketplace_searchindex MATCH %s)"
    ),
    "postgresql": (
        "SELECT d.listing_id FROM marketplace_searchdoc d"
        " WHERE to_tsvector('simple', d.folded) @@ to_tsquery('simple', %s)"
    ),
}


def words(text: str) -> list[str]:
    """The words of a query as the index knows them, each once; no sign of a query language passes."""
    return list(dict.fromkeys(re.findall(r"\w+", fold(text).replace("_", " "))))[:MOST_WORDS]


def matching(listings: Any, text: str) -> Any:
    """Those of `listings` in which every word of `text` stands, or begins a word."""
    found = words(text)
    if not found:
        return listings
    if connection.vendor == "sqlite":
        query = " AND ".join(f'"{word}"*' for word in found)
    else:
        query = " & ".join(f"{word}:*" for word in found)
    return listings.filter(pk__in=RawSQL(_FOUND[connection.vendor], [query]))  # noqa: S611  fixed text, the words are a parameter


def index(listing: Listing, *more: str) -> None:
    """Take in the words of a listing: title, text, translations, and whatever `more` tells of it."""
    texts = [listing.title, listing.text, *more]
    for fields in listing.translations.values():
        texts += [entry["text"] for entry in fields.values()]
    SearchDoc.objects.update_or_create(listing=listing, defaults={"folded": fold(" ".join(filter(None, texts)))})
