"""Handing a proposal in, publishing it, and what its authors may do with it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.canonical import sha256 as hash_of
from backend.base.folding import fold
from backend.base.journal import move, record
from backend.cities.actions import take_number
from backend.cities.models import City, Group
from backend.commons.actions import follow
from backend.commons.choices import CommonsState
from backend.commons.models import Commons
from backend.conversations.actions import open_thread
from backend.pacts import permissions
from backend.pacts.actions import notices
from backend.pacts.choices import ProposalState, Weight
from backend.pacts.models import Authorship, Proposal, ProposalVersion, Rules
from backend.people.models import Person

TITLE, SUMMARY, ASKS, REASON = 160, 600, 2000, 2000
CONTENT = 400_000  # bytes of canonical JSON: about a hundred pages


def _check_content(content: dict[str, Any], sha256: str) -> None:
    """The text is a document, of a size that can be read, and is the one that was frozen."""
    if not isinstance(content, dict) or content.get("type") != "doc":
        raise ValidationError({"content": _("This is not a text that can be handed in.")})
    if len(str(content)) > CONTENT:
        raise ValidationError({"content": ValidationError(_("This text is too long to be read."), code="too_long")})
    if hash_of(content) != sha256:
        message = _("The text is not the one that was frozen. Freeze it again and hand that in.")
        raise ValidationError({"sha256": ValidationError(message, code="hash")})


def _folded(reference: str, title: str, summary: str, translations: dict[str, Any] | None) -> str:
    others = [entry["text"] for fields in (translations or {}).values() for entry in fields.values()]
    return fold(" ".join([reference, title, summary, *others]))


def submit_proposal(
    *,
    by: Person,
    city: City,
    title: str,
    summary: str,
    asks: str = "",
    content: dict[str, Any],
    sha256: str,
    language: str,
    authors: Sequence[Person],
    origin: dict[str, Any],
    commons: Commons | None = None,
    group: Group | None = None,
    weight: str = Weight.ORDINARY,
    translations: dict[str, Any] | None = None,
    reference: str = "",
    at: dt.datetime | None = None,
) -> Proposal:
    """Hand in a frozen text as a proposal to `city`; where its regulation says so it is public at once.

    `sha256` is of the canonical JSON of `content` and is checked. All of `authors` stay its authors for
    ever. `origin` is the Reference of the room's version {kind, id, url, title}. `at` and `reference`
    are for what happened before Copact. Raises PermissionDenied, ValidationError.
    """
    if not permissions.can_submit(by, city, group):
        raise PermissionDenied(_("To hand in a proposal you need an account, and a place in the group that proposes."))
    title = words.line(title, field="title", limit=TITLE)
    summary = words.prose(summary, field="summary", limit=SUMMARY, required=False)
    asks = words.prose(asks, field="asks", limit=ASKS, required=False)
    if weight not in Weight.values:
        raise ValidationError({"weight": _("Choose one of the two ways.")})
    _check_content(content, sha256)
    at = at or timezone.now()
    rules = Rules.of(city)
    with transaction.atomic():
        reference = reference or f"P-{city.reference_prefix}-{take_number(city=city, series='P'):04d}"
        proposal = Proposal.objects.create(
            city=city,
            reference=reference,
            title=title,
            summary=summary,
            asks=asks,
            language=language,
            translations=translations or {},
            weight=weight,
            commons=commons,
            group=group,
            submitted_by=by,
            thread=open_thread(city=city),
            supports_needed=rules.supports_needed(weight),
            folded=_folded(reference, title, summary, translations),
            made_at=at,
        )
        _freeze(proposal, by, content, sha256, language, origin, at)
        Authorship.objects.bulk_create(
            Authorship(city=city, proposal=proposal, person=person) for person in dict.fromkeys(authors)
        )
        move(proposal, ProposalState.SUBMITTED, by=by, verb="proposal.submit", submitted_at=at)
        _arrive(proposal, by, rules, at)
        return proposal


def _freeze(
    proposal: Proposal,
    by: Person,
    content: dict[str, Any],
    sha256: str,
    language: str,
    origin: dict[str, Any],
    at: dt.datetime,
) -> ProposalVersion:
    return ProposalVersion.objects.create(
        city_id=proposal.city_id,
        proposal=proposal,
        number=proposal.versions.count() + 1,
        content=content,
        sha256=sha256,
        language=language,
        origin=origin,
        by=by,
        at=at,
    )


def _arrive(proposal: Proposal, by: Person, rules: Rules, at: dt.datetime) -> None:
    """Handed in: public at once, or first read by an officer, as the regulation says."""
    if rules.publish_at_once:
        _publish(proposal, None, rules, at)
    else:
        notices.tell(notices.officers(proposal.city), "proposal_submitted", proposal, but=by)


def _publish(proposal: Proposal, by: Person | None, rules: Rules, at: dt.datetime) -> None:
    window = rules.due("public_window", at)
    move(
        proposal,
        ProposalState.PUBLISHED,
        by=by,
        verb="proposal.publish",
        published_at=at,
        due_on=window,
        answer_due=window + dt.timedelta(rules.days("assessment")),
    )
    if proposal.commons is not None and proposal.commons.state in {CommonsState.MAPPED, CommonsState.LOOKING}:
        follow(by=by, commons=proposal.commons, to=CommonsState.PROPOSAL_OPEN, reason=proposal.reference)
    notices.tell(notices.proponents(proposal), "proposal_published", proposal, but=by)


def publish(*, proposal: Proposal, by: Person, at: dt.datetime | None = None) -> None:
    """An officer has read it: it is public, and the window for support and comments opens."""
    if not permissions.can_publish(by, proposal):
        raise PermissionDenied(_("Only the City’s staff publish a proposal."))
    with transaction.atomic():
        _publish(proposal, by, Rules.of(proposal.city), at or timezone.now())


def ask_additions(*, proposal: Proposal, by: Person, reason: str) -> None:
    """Something is missing: say what. The clock of the review stops meanwhile."""
    if not permissions.can_ask_additions(by, proposal):
        raise PermissionDenied(_("Only the City’s staff ask for more."))
    reason = words.prose(reason, field="reason", limit=REASON)
    with transaction.atomic():
        due = Rules.of(proposal.city).due("additions")
        move(proposal, ProposalState.ADDITIONS_NEEDED, by=by, reason=reason, decision=reason, due_on=due)
        notices.tell(notices.proponents(proposal), "proposal_additions", proposal, but=by)


def resubmit(
    *,
    proposal: Proposal,
    by: Person,
    content: dict[str, Any],
    sha256: str,
    summary: str | None = None,
    asks: str | None = None,
    origin: dict[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> ProposalVersion:
    """Hand it in again, completed or rewritten, as its next version; the earlier ones stay."""
    if not permissions.can_resubmit(by, proposal):
        raise PermissionDenied(_("Only its authors hand a proposal in again."))
    _check_content(content, sha256)
    given: dict[str, Any] = {}
    if summary is not None:
        given["summary"] = words.prose(summary, field="summary", limit=SUMMARY, required=False)
    if asks is not None:
        given["asks"] = words.prose(asks, field="asks", limit=ASKS, required=False)
    at = at or timezone.now()
    with transaction.atomic():
        if proposal.state == ProposalState.REFORMULATE:
            move(proposal, ProposalState.DRAFT, by=by, verb="proposal.rework")
        folded = _folded(
            proposal.reference, proposal.title, given.get("summary", proposal.summary), proposal.translations
        )
        move(
            proposal,
            ProposalState.SUBMITTED,
            by=by,
            verb="proposal.submit",
            submitted_at=at,
            due_on=None,
            folded=folded,
            **given,
        )
        version = _freeze(proposal, by, content, sha256, proposal.language, origin or {}, at)
        Authorship.objects.in_city(proposal.city_id).get_or_create(
            city_id=proposal.city_id, proposal=proposal, person=by
        )
        _arrive(proposal, by, Rules.of(proposal.city), at)
        return version


def withdraw(*, proposal: Proposal, by: Person, reason: str) -> None:
    """Its authors take it back, with a public word why."""
    if not permissions.can_withdraw(by, proposal):
        raise PermissionDenied(_("Only its authors take a proposal back."))
    reason = words.prose(reason, field="reason", limit=REASON)
    with transaction.atomic():
        move(proposal, ProposalState.WITHDRAWN, by=by, reason=reason, decision=reason, due_on=None)
        notices.tell(notices.officers(proposal.city), "proposal_withdrawn", proposal, but=by)


def archive(*, proposal: Proposal, by: Person, reason: str) -> None:
    """Nothing more happens to it; it can still be read and found."""
    if not permissions.can_archive(by, proposal):
        raise PermissionDenied(_("You cannot close this proposal."))
    reason = words.prose(reason, field="reason", limit=REASON)
    with transaction.atomic():
        move(proposal, ProposalState.ARCHIVED, by=by, reason=reason, due_on=None)
        notices.tell(notices.proponents(proposal), "proposal_archived", proposal, but=by)


def credit(*, proposal: Proposal, person: Person, credited: bool) -> None:
    """Each author says for themselves whether their name is shown; they stay an author either way."""
    rows = Authorship.objects.in_city(proposal.city_id).filter(proposal=proposal, person=person)
    with transaction.atomic():
        if not rows.update(credited=credited):
            raise PermissionDenied(_("You are not among its authors."))
        record(by=person, verb="proposal.credit", subject=proposal, after="shown" if credited else "hidden")
