"""Freezing the agreed text and signing it, as equals; the last signature brings the pact into force."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.journal import move, record
from backend.base.problems import Conflict
from backend.commons.actions import follow
from backend.commons.choices import CommonsState
from backend.pacts import permissions
from backend.pacts.actions import notices
from backend.pacts.actions.text import TextChanged, missing
from backend.pacts.actions.versions import locked
from backend.pacts.choices import PactState, ProposalState, SignatureWay
from backend.pacts.models import Pact, PactVersion, Party, Rules, Signature
from backend.people.models import Person

NAME, CAPACITY = 120, 120


def freeze(*, pact: Pact, by: Person, at: dt.datetime | None = None) -> PactVersion:
    """The agreed text becomes the one that is signed: it never changes again."""
    with transaction.atomic():
        pact = locked(pact)
        if not permissions.can_freeze(by, pact):
            raise PermissionDenied(_("Only the City’s officers open the signing, and only of an agreed text."))
        version = pact.latest()
        if found := missing(pact, version):
            raise ValidationError(found)
        version.frozen_at = at or timezone.now()
        version.save(update_fields=["frozen_at"])
        due = Rules(pact.regulation).due("signing", at)
        move(pact, PactState.SIGNING, by=by, verb="pact.freeze", reason=version.sha256, due_on=due)
        notices.tell(notices.signatories(pact), "pact_to_sign", pact, but=by)
        return version


def sign(
    *,
    party: Party,
    by: Person,
    sha256: str,
    written_name: str,
    capacity: str,
    way: str = SignatureWay.SIMPLE,
    evidence: dict[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> Signature:
    """Sign the frozen text for `party`; the last signature brings the pact into force.

    `sha256` is of the text that the signer read. Raises TextChanged where the text to sign is another,
    Conflict where the party signed already, PermissionDenied for who does not act for the party.
    """
    written_name = words.line(written_name, field="written_name", limit=NAME)
    capacity = words.line(capacity, field="capacity", limit=CAPACITY)
    at = at or timezone.now()
    with transaction.atomic():
        pact = locked(party.pact)
        party.pact = pact
        if not permissions.acts_for_party(by, party):
            raise PermissionDenied(_("Only who acts for a party signs for it. Ask its contact person."))
        version = pact.latest()
        _check_signing(pact, version, party, sha256, way)
        try:
            with transaction.atomic():
                signature = Signature.objects.create(
                    city_id=pact.city_id,
                    version=version,
                    party=party,
                    by=by,
                    written_name=written_name,
                    capacity=capacity,
                    sha256=version.sha256,
                    way=way,
                    evidence=evidence or {},
                    at=at,
                )
        except IntegrityError:
            raise _signed_already() from None
        record(by=by, verb="pact.sign", subject=pact, after=version.sha256, reason=party.name)
        if version.signatures.count() == pact.parties.count():
            _bring_into_force(pact, by, at)
        else:
            notices.tell(notices.signatories(pact), "pact_signed_by", pact, but=by)
        return signature


def _signed_already() -> Conflict:
    return Conflict("signed_already", _("This party has signed this text already. Once is enough."))


def _check_signing(pact: Pact, version: PactVersion, party: Party, sha256: str, way: str) -> None:
    if version.signatures.filter(party=party).exists():
        raise _signed_already()
    if version.sha256 != sha256:
        raise TextChanged
    if pact.state != PactState.SIGNING:
        raise Conflict("wrong_state", _("This text is not open for signing now."))
    if way not in Rules(pact.regulation).ways_of_signing:
        raise ValidationError({"way": _("This city does not take signatures of this kind.")})


def years_after(start: dt.date, years: int) -> dt.date:
    """The last day of a term that starts on `start`."""
    try:
        end = start.replace(year=start.year + years)
    except ValueError:  # 29 February
        end = start.replace(year=start.year + years, day=28) + dt.timedelta(days=1)
    return end - dt.timedelta(days=1)


def _bring_into_force(pact: Pact, by: Person, at: dt.datetime) -> None:
    """All have signed: the pact is in the public register, its place is cared for."""
    start = pact.starts_on or at.astimezone(pact.city.zone).date()
    move(pact, PactState.SIGNED, by=by, signed_at=at, starts_on=start, due_on=None)
    report = Rules(pact.regulation).due("report_period", at)
    move(pact, PactState.ACTIVE, by=by, ends_on=years_after(start, pact.years or 1), due_on=report)
    if pact.proposal is not None:
        move(pact.proposal, ProposalState.SIGNED, by=by, reason=pact.reference, due_on=None)
    follow(by=by, commons=pact.commons, to=CommonsState.PACT_IN_FORCE, reason=pact.reference)
    people = notices.signatories(pact)
    if pact.proposal is not None:
        people += notices.proponents(pact.proposal)
    notices.tell(people, "pact_active", pact, but=by)
