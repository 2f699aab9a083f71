"""The city's side of a proposal: taking it up, and answering it with reasons."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.journal import move, record
from backend.base.problems import Conflict
from backend.cities.models import City, Group
from backend.pacts import permissions
from backend.pacts.actions import notices
from backend.pacts.actions.drafting import draft_pact
from backend.pacts.actions.proposal import REASON
from backend.pacts.choices import PactForm, ProposalState, Weight
from backend.pacts.models import Decision, Pact, Proposal, Rules
from backend.people.models import Person


def take_up(*, proposal: Proposal, by: Person, reason: str = "", at: dt.datetime | None = None) -> None:
    """Close the window for support and begin the review.

    Before the window ends and below the support that was needed, it needs a reason that all can read.
    """
    if not permissions.can_take_up(by, proposal):
        raise PermissionDenied(_("Only the City’s officers begin the review."))
    early = proposal.due_on is not None and timezone.localdate() <= proposal.due_on
    short = proposal.supports.count() < proposal.supports_needed
    reason = words.prose(reason, field="reason", limit=REASON, required=early and short)
    with transaction.atomic():
        _begin_review(proposal, by, reason, at)


def close_windows(*, now: dt.datetime | None = None) -> int:
    """Begin the review of every proposal whose window has ended with the support it needed; tells how many.

    Run by the clock, as often as one likes. With less support an officer decides: that wants a reason.
    """
    today = timezone.localdate(now)
    rows = Proposal.objects.across_cities().filter(state=ProposalState.PUBLISHED, due_on__lt=today).with_supports()
    ready = rows.filter(support_count__gte=F("supports_needed")).select_related("city", "group")
    closed = 0
    for proposal in ready.order_by("pk")[:200]:
        with suppress(Conflict), transaction.atomic():
            _begin_review(proposal, None, _("The time for support is over."), None)
            closed += 1
    return closed


def _begin_review(proposal: Proposal, by: Person | None, reason: str, at: dt.datetime | None) -> None:
    due = Rules.of(proposal.city).due("assessment", at)
    move(proposal, ProposalState.UNDER_ASSESSMENT, by=by, reason=reason, due_on=due, answer_due=due)
    people = [*notices.proponents(proposal), *(notices.officers(proposal.city) if by is None else ())]
    notices.tell(people, "proposal_review", proposal, but=by)


def admit(
    *,
    proposal: Proposal,
    by: Person,
    reason: str,
    form: str = "",
    fund_share_bp: int = 0,
    years: int | None = None,
    parties: Sequence[Group] = (),
    at: dt.datetime | None = None,
    reference: str = "",
) -> Pact:
    """Say yes with a reason: the pact is begun, with the city and the proposing group as parties.

    `form` defaults to what the proposal's weight asks for. Of two officers at once one wins; the
    other gets Conflict.
    """
    if not permissions.can_decide(by, proposal):
        raise PermissionDenied(_("Only the City’s officers answer a proposal, and never their own."))
    rules = Rules.of(proposal.city)
    reason = words.prose(reason, field="reason", limit=REASON)
    form = form or (PactForm.ORDINARY if proposal.weight == Weight.ORDINARY else PactForm.PACT)
    _check_terms(rules, form, fund_share_bp, years)
    at = at or timezone.now()
    with transaction.atomic():
        move(
            proposal,
            ProposalState.CO_DESIGN,
            by=by,
            reason=reason,
            verb="proposal.admit",
            decision=reason,
            decided_at=at,
            due_on=rules.due("co_design", at),
        )
        pact = draft_pact(
            proposal=proposal,
            by=by,
            rules=rules,
            form=form,
            fund_share_bp=fund_share_bp,
            years=years or min(3, rules.max_years(form)),
            groups=parties,
            at=at,
            reference=reference,
        )
        notices.tell([*notices.proponents(proposal), *notices.signatories(pact)], "proposal_admitted", pact, but=by)
        return pact


def _check_terms(rules: Rules, form: str, fund_share_bp: int, years: int | None) -> None:
    if rules.regulation is None:
        raise ValidationError(_("This city has no regulation here yet, so no pact can be made."))
    if rules.form(form) is None:
        raise ValidationError({"form": _("This city does not use this form of pact.")})
    if not 0 <= fund_share_bp <= 10_000:
        raise ValidationError({"fund_share": _("A share is between 0 and 100 percent.")})
    if years is not None and not 1 <= years <= rules.max_years(form):
        message = _("This form of pact lasts from 1 to %(most)s years.") % {"most": rules.max_years(form)}
        raise ValidationError({"years": message})


def _answer(proposal: Proposal, by: Person, to: str, reason: str, at: dt.datetime | None, **changes: Any) -> None:
    if not permissions.can_decide(by, proposal):
        raise PermissionDenied(_("Only the City’s officers answer a proposal, and never their own."))
    reason = words.prose(reason, field="reason", limit=REASON)
    with transaction.atomic():
        move(proposal, to, by=by, reason=reason, decision=reason, decided_at=at or timezone.now(), **changes)
        notices.tell(notices.proponents(proposal), f"proposal_{to}", proposal, but=by)


def reject(*, proposal: Proposal, by: Person, reason: str, at: dt.datetime | None = None) -> None:
    """Say no with reasons; the authors may ask for a second look until the clock of the regulation ends."""
    due = Rules.of(proposal.city).due("appeal", at)
    _answer(proposal, by, ProposalState.REJECTED, reason, at, due_on=due)


def redirect(*, proposal: Proposal, by: Person, reason: str, at: dt.datetime | None = None) -> None:
    """A pact is not the right instrument for this: say which is, and help to rewrite it."""
    _answer(proposal, by, ProposalState.REFORMULATE, reason, at, due_on=None)


def appeal(*, proposal: Proposal, by: Person, text: str) -> None:
    """The authors ask for a second look, within the regulation's days."""
    if not permissions.can_appeal(by, proposal):
        raise PermissionDenied(_("Only its authors ask for a second look at a proposal."))
    if proposal.due_on is not None and timezone.localdate() > proposal.due_on:
        raise ValidationError(_("The time to ask for a second look is over."))
    text = words.prose(text, field="text", limit=REASON)
    with transaction.atomic():
        due = Rules.of(proposal.city).due("conciliation")
        move(proposal, ProposalState.IN_REVIEW, by=by, reason=text, verb="proposal.appeal", due_on=due)
        notices.tell(notices.officers(proposal.city), "proposal_appeal", proposal, but=by)


def decide_appeal(*, proposal: Proposal, by: Person, accept: bool, reason: str) -> None:
    """Review it again, or leave the no as it is; with reasons either way."""
    if not permissions.can_decide_appeal(by, proposal):
        raise PermissionDenied(_("Only the City’s officers answer this."))
    reason = words.prose(reason, field="reason", limit=REASON)
    rules = Rules.of(proposal.city)
    with transaction.atomic():
        if accept:
            due = rules.due("assessment")
            move(proposal, ProposalState.UNDER_ASSESSMENT, by=by, reason=reason, due_on=due, answer_due=due)
        else:
            move(proposal, ProposalState.REJECTED, by=by, reason=reason, decision=reason, due_on=timezone.localdate())
        notices.tell(notices.proponents(proposal), "proposal_appeal_decided", proposal, but=by)


def record_decision(
    *,
    by: Person,
    city: City,
    question: str,
    text_sha256: str = "",
    turnout: dict[str, Any],
    result: dict[str, Any],
    proposal: Proposal | None = None,
    pact: Pact | None = None,
    at: dt.datetime | None = None,
) -> Decision:
    """Keep what a group decided on an exact text: counts only, never who chose what.

    The room's consent tool calls this, and checks there that `by` runs the room.
    """
    if not permissions.can_record_decision(by, city):
        raise PermissionDenied(_("You cannot note a decision here."))
    question = words.line(question, field="question", limit=400)
    with transaction.atomic():
        made = Decision.objects.create(
            city=city,
            proposal=proposal,
            pact=pact,
            question=question,
            text_sha256=text_sha256,
            turnout=turnout,
            result=result,
            by=by,
            at=at or timezone.now(),
        )
        record(by=by, verb="decision.record", subject=made, after=text_sha256)
        return made


def attach_decision(*, decision: Decision, proposal: Proposal, by: Person) -> None:
    """A decision that a room took before it handed its text in belongs to the proposal."""
    if decision.by_id != by.pk and not permissions.is_author(by, proposal):
        raise PermissionDenied(_("You cannot add this to the proposal."))
    Decision.objects.in_city(decision.city_id).filter(pk=decision.pk, proposal=None).update(proposal=proposal)
    decision.proposal = proposal
