"""Pacts that were signed before Copact, with their dates, parties and signatures on paper."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.journal import move, record
from backend.base.texts import official
from backend.cities.models import City
from backend.commons.actions import follow
from backend.commons.choices import CommonsState
from backend.commons.models import Commons
from backend.conversations.actions import open_thread
from backend.pacts import permissions
from backend.pacts.actions.drafting import add_row, folded
from backend.pacts.actions.proposal import TITLE
from backend.pacts.actions.signing import years_after
from backend.pacts.actions.versions import write_version
from backend.pacts.choices import Origin, PactForm, PactState, SignatureWay
from backend.pacts.models import Pact, PactVersion, Proposal, Rules, Signature
from backend.people.models import Person


def import_pact(
    *,
    by: Person,
    city: City,
    reference: str,
    title: str,
    language: str,
    form: str = PactForm.PACT,
    parties: Sequence[Mapping[str, Any]],
    clauses: Sequence[Mapping[str, Any]],
    signed_at: dt.datetime,
    years: int,
    fund_share_bp: int = 0,
    commons: Commons | None = None,
    proposal: Proposal | None = None,
    translations: dict[str, Any] | None = None,
) -> Pact:
    """Enter a pact signed before Copact into the register.

    `parties`: {group: Group or None for the city, name?, written_name, capacity, signer?: Person, place?}.
    `clauses`: {key, article, text: {language: words}} in their order. Signatures are noted as on paper.
    `proposal`, where it was known here, must be in co-design and is then signed.
    """
    if not permissions.can_import(by, city):
        raise PermissionDenied(_("Only the City’s officers enter earlier pacts."))
    rules = Rules.of(city)
    _check(rules, form, parties, clauses, fund_share_bp, years)
    start = signed_at.astimezone(city.zone).date()
    with transaction.atomic():
        pact = Pact(
            city=city,
            reference=words.line(reference, field="reference", limit=24),
            title=words.line(title, field="title", limit=TITLE),
            language=language,
            translations=translations or {},
            state=PactState.SIGNING,
            form=form,
            origin=Origin.IMPORTED,
            proposal=proposal,
            regulation=rules.regulation,
            commons=commons,
            thread=open_thread(city=city),
            fund_share_bp=fund_share_bp,
            years=years,
            made_at=signed_at,
            starts_on=start,
            ends_on=years_after(start, years),
        )
        pact.folded = folded(pact, [party["group"].name for party in parties if party.get("group")])
        pact.save()
        _write(pact, by, parties, clauses, signed_at)
        record(by=by, verb="pact.import", subject=pact, after=PactState.ACTIVE, reason=pact.reference)
        _enter(pact, by, rules, signed_at)
        return pact


def _check(
    rules: Rules,
    form: str,
    parties: Sequence[Mapping[str, Any]],
    clauses: Sequence[Mapping[str, Any]],
    share: int,
    years: int,
) -> None:
    if rules.regulation is None or rules.form(form) is None:
        raise ValidationError({"form": _("This city does not use this form of pact.")})
    kinds = [party.get("group") is None for party in parties]
    if kinds.count(True) != 1 or kinds.count(False) < 1:
        raise ValidationError({"parties": _("A pact is made by the City and at least one group.")})
    if not clauses:
        raise ValidationError({"clauses": _("A pact has clauses.")})
    if not 0 <= share <= 10_000 or not 1 <= years <= 99:
        raise ValidationError({"fund_share": _("A share is between 0 and 100 percent.")})


def _write(
    pact: Pact,
    by: Person,
    parties: Sequence[Mapping[str, Any]],
    clauses: Sequence[Mapping[str, Any]],
    at: dt.datetime,
) -> PactVersion:
    rows = []
    for given in parties:
        party = add_row(pact, given.get("group"))
        if given.get("name"):
            party.name = words.line(given["name"], field="parties", limit=160)
            party.save(update_fields=["name"])
        rows.append((party, given))
    texts = [
        {
            "key": clause["key"],
            "order": order,
            "text": official(dict(clause["text"])),
            "article": str(clause.get("article", "")),
            "block_ids": [],
            "source": {},
        }
        for order, clause in enumerate(clauses, 1)
    ]
    version = write_version(pact, by=by, rows=texts, reason="", at=at)
    version.frozen_at = at
    version.save(update_fields=["frozen_at"])
    for party, given in rows:
        party.agreed_version, party.agreed_at = version.number, at
        party.save(update_fields=["agreed_version", "agreed_at"])
        Signature.objects.create(
            city_id=pact.city_id,
            version=version,
            party=party,
            by=given.get("signer") or by,
            written_name=words.line(given["written_name"], field="parties", limit=120),
            capacity=words.line(given["capacity"], field="parties", limit=120),
            sha256=version.sha256,
            way=SignatureWay.PAPER,
            evidence={"place": given["place"]} if given.get("place") else {},
            at=at,
        )
    return version


def _enter(pact: Pact, by: Person, rules: Rules, at: dt.datetime) -> None:
    move(pact, PactState.SIGNED, by=by, signed_at=at)
    move(pact, PactState.ACTIVE, by=by, due_on=rules.due("report_period", at))
    if pact.proposal is not None:
        move(pact.proposal, "signed", by=by, reason=pact.reference, due_on=None)
    follow(by=by, commons=pact.commons, to=CommonsState.PACT_IN_FORCE, reason=pact.reference)
