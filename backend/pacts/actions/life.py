"""A pact in force: commitments, reports, suspension and end."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.journal import move, record
from backend.commons.actions import follow
from backend.commons.choices import CommonsState
from backend.commons.models import Commons
from backend.pacts import permissions
from backend.pacts.actions import notices
from backend.pacts.actions.proposal import REASON
from backend.pacts.choices import CommitmentState, PactState, ReportState
from backend.pacts.models import Commitment, Pact, Party, Report, Rules
from backend.people.models import Person

WHAT, HEADING = 240, 4000
HEADINGS = ("objectives", "actions", "results", "resources")


def add_commitment(
    *,
    pact: Pact,
    by: Person,
    what: str,
    parties: Sequence[Party],
    due: dt.date | None = None,
    language: str,
    translations: dict[str, Any] | None = None,
) -> Commitment:
    """What one or more parties promise to do, by when."""
    if not permissions.can_commit(by, pact):
        raise PermissionDenied(_("Only who acts for a party adds a commitment."))
    what = words.line(what, field="what", limit=WHAT)
    if not parties or any(party.pact_id != pact.pk for party in parties):
        raise ValidationError({"parties": _("Choose who does it.")})
    with transaction.atomic():
        made = Commitment.objects.create(
            city_id=pact.city_id,
            pact=pact,
            what=what,
            due=due,
            language=language,
            translations=translations or {},
        )
        made.parties.set(parties)
        record(by=by, verb="commitment.add", subject=made, after=made.state)
        return made


def move_commitment(*, commitment: Commitment, to: str, by: Person, reason: str = "") -> None:
    """Say how it stands. Late and dropped need a reason: everyone can read it."""
    if not permissions.can_move_commitment(by, commitment):
        raise PermissionDenied(_("Only who acts for a party says how a commitment stands."))
    needs = to in {CommitmentState.LATE, CommitmentState.DROPPED}
    reason = words.prose(reason, field="reason", limit=REASON, required=needs)
    move(commitment, to, by=by, reason=reason)


def report(
    *,
    pact: Pact,
    by: Person,
    objectives: str,
    actions: str,
    results: str,
    resources: str,
    not_working: str = "",
    language: str,
    translations: dict[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> Report:
    """Hand in a report under the four headings, with what did not work."""
    if not permissions.can_report(by, pact):
        raise PermissionDenied(_("Only people of a group that is a party report on a pact."))
    given = {"objectives": objectives, "actions": actions, "results": results, "resources": resources}
    texts = {name: words.prose(text, field=name, limit=HEADING) for name, text in given.items()}
    texts["not_working"] = words.prose(not_working, field="not_working", limit=HEADING, required=False)
    at = at or timezone.now()
    with transaction.atomic():
        made = Report.objects.create(
            city_id=pact.city_id,
            pact=pact,
            by=by,
            language=language,
            translations=translations or {},
            at=at,
            **texts,
        )
        move(made, ReportState.HANDED_IN, by=by)
        following = Rules(pact.regulation).due("report_period", at)
        Pact.objects.in_city(pact.city_id).filter(pk=pact.pk).update(due_on=following)
        notices.tell(notices.signatories(pact), "report_handed_in", pact, but=by)
        return made


def accept_report(*, report: Report, by: Person) -> None:
    """An officer has read it and it is complete."""
    if not permissions.can_judge_report(by, report):
        raise PermissionDenied(_("Only the City’s officers accept a report, and never their own."))
    with transaction.atomic():
        move(report, ReportState.ACCEPTED, by=by, accepted_by=by)
        notices.tell([report.by_id], "report_accepted", report.pact, but=by)


def send_back_report(*, report: Report, by: Person, reason: str) -> None:
    """Something is missing: say what."""
    if not permissions.can_judge_report(by, report):
        raise PermissionDenied(_("Only the City’s officers send a report back, and never their own."))
    reason = words.prose(reason, field="reason", limit=REASON)
    with transaction.atomic():
        move(report, ReportState.DRAFT, by=by, reason=reason)
        notices.tell([report.by_id], "report_sent_back", report.pact, but=by)


def _turn(pact: Pact, by: Person, to: str, reason: str, kind: str) -> None:
    reason = words.prose(reason, field="reason", limit=REASON)
    with transaction.atomic():
        move(pact, to, by=by, reason=reason)
        notices.tell(notices.signatories(pact), kind, pact, but=by)


def suspend(*, pact: Pact, by: Person, reason: str) -> None:
    """Stop for now, with the reason and what has to happen before it goes on."""
    if not permissions.can_suspend(by, pact):
        raise PermissionDenied(_("Only the City’s officers suspend a pact."))
    _turn(pact, by, PactState.SUSPENDED, reason, "pact_suspended")


def resume(*, pact: Pact, by: Person, reason: str) -> None:
    if not permissions.can_resume(by, pact):
        raise PermissionDenied(_("Only the City’s officers take a suspended pact up again."))
    _turn(pact, by, PactState.ACTIVE, reason, "pact_resumed")


def end(*, pact: Pact, by: Person, reason: str) -> None:
    """End the pact: on its last day or later it has ended, before that it ends early, with a reason."""
    if not permissions.can_end(by, pact):
        raise PermissionDenied(_("Only a party ends a pact."))
    over = pact.ends_on is not None and timezone.localdate() >= pact.ends_on and pact.state == PactState.ACTIVE
    reason = words.prose(reason, field="reason", limit=REASON, required=not over)
    with transaction.atomic():
        move(pact, PactState.ENDED if over else PactState.ENDED_EARLY, by=by, reason=reason, due_on=None)
        _let_go(pact.commons, by, pact)
        notices.tell(notices.signatories(pact), "pact_ended", pact, but=by)


def _let_go(commons: Commons | None, by: Person, pact: Pact) -> None:
    """A place whose last pact has ended looks for people again."""
    if commons is None or commons.state != CommonsState.PACT_IN_FORCE:
        return
    if not commons.pacts.filter(state=PactState.ACTIVE).exclude(pk=pact.pk).exists():
        follow(by=by, commons=commons, to=CommonsState.LOOKING, reason=pact.reference)
