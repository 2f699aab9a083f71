"""Texts of a pact: each change writes the next one, with the hash that agreement and signatures name."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from backend.base.canonical import sha256
from backend.pacts.models import Clause, Pact, PactVersion, Rules
from backend.people.models import Person

FIELDS = ("key", "order", "text", "article", "block_ids", "source")


def locked(pact: Pact) -> Pact:
    """The pact as it is now, held until the transaction ends: one change of its text or signatures at a time."""
    rows = Pact.objects.in_city(pact.city_id).select_for_update(of=("self",))
    return rows.select_related("city", "regulation", "proposal", "commons", "commons__city").get(pk=pact.pk)


def rows_of(version: PactVersion) -> list[dict[str, Any]]:
    """Its clauses as plain values, to make the next version from."""
    return [{name: getattr(clause, name) for name in FIELDS} for clause in version.clauses.all()]


def content_of(pact: Pact, rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What is agreed and signed, as one JSON value: the hash of a version is of this."""
    rules = Rules(pact.regulation)
    parties = sorted(pact.parties.values_list("name", "kind"), key=lambda party: (party[0].casefold(), party[1]))
    return {
        "reference": pact.reference,
        "city": pact.city.slug,
        "title": pact.title,
        "form": pact.form,
        "language": pact.language,
        "regulation": pact.regulation.version,
        "years": pact.years,
        "fund_share_bp": pact.fund_share_bp,
        "parties": [{"name": name, "kind": kind} for name, kind in parties],
        "clauses": [
            {
                "order": row["order"],
                "key": row["key"],
                "title": rules.clause(row["key"])["name"],
                "article": row["article"],
                "text": {code: entry["text"] for code, entry in row["text"].items()},
            }
            for row in sorted(rows, key=lambda row: row["order"])
        ],
    }


def write_version(
    pact: Pact, *, by: Person, rows: list[dict[str, Any]], reason: str, at: dt.datetime | None = None
) -> PactVersion:
    """The next text; whatever the parties agreed to before holds no more. Inside a transaction that holds the pact."""
    content = content_of(pact, rows)
    last = pact.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = PactVersion(
        city_id=pact.city_id,
        pact=pact,
        number=last + 1,
        language=pact.language,
        content=content,
        sha256=sha256(content),
        reason=reason,
        by=by,
    )
    if at is not None:
        version.made_at = at
    version.save(force_insert=True)
    Clause.objects.bulk_create(Clause(city_id=pact.city_id, version=version, **row) for row in rows)
    pact.parties.update(agreed_version=None, agreed_at=None)
    return version
