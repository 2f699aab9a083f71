"""What anyone with an account may do for a proposal: support it, comment, ask, offer, object."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.problems import Conflict
from backend.cities.models import Group
from backend.conversations.actions import post
from backend.conversations.choices import PostKind
from backend.conversations.models import Post
from backend.pacts import permissions
from backend.pacts.actions import notices
from backend.pacts.choices import SUPPORTABLE
from backend.pacts.models import Proposal, Support
from backend.people.models import Person

# What a visitor may say about a proposal; the city's own answer has an action of its own.
KINDS = (PostKind.COMMENT, PostKind.QUESTION, PostKind.IDEA, PostKind.OFFER, PostKind.JOIN, PostKind.OBJECTION)


def support(*, proposal: Proposal, by: Person, offers_help: bool = False, at: dt.datetime | None = None) -> Support:
    """One support for each account; asked again, only the offer to help is added.

    Raises Conflict where support was already there and nothing is new, or where it is too late.
    """
    if not permissions.has_account(by):
        raise PermissionDenied(_("To support a proposal you need an account, so that each person counts once."))
    if proposal.state not in SUPPORTABLE:
        raise Conflict("wrong_state", _("This proposal does not take support now."))
    try:
        with transaction.atomic():
            return Support.objects.create(
                city_id=proposal.city_id,
                proposal=proposal,
                person=by,
                offers_help=offers_help,
                at=at or timezone.now(),
            )
    except IntegrityError:
        rows = Support.objects.in_city(proposal.city_id).filter(proposal=proposal, person=by)
        if offers_help and rows.filter(offers_help=False).update(offers_help=True):
            return rows.get()
        raise Conflict("supported_already", _("You support this proposal already.")) from None


def withdraw_support(*, proposal: Proposal, by: Person) -> None:
    """Take one's support back, as long as it counts."""
    if proposal.state not in SUPPORTABLE:
        raise Conflict("wrong_state", _("The support for this proposal is counted. It cannot change any more."))
    rows = Support.objects.in_city(proposal.city_id).filter(proposal=proposal, person=by)
    if not rows.delete()[0]:
        raise Conflict("not_supported", _("You do not support this proposal now."))


def comment(
    *,
    proposal: Proposal,
    by: Person,
    text: str,
    language: str,
    kind: str = PostKind.COMMENT,
    parent: Post | None = None,
    on_behalf_of: Group | None = None,
    translations: dict[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> Post:
    """Comment, ask, offer, ask to join, object, or answer a post. An objection and a question wait for an answer."""
    if not permissions.can_comment(by, proposal):
        raise PermissionDenied(_("To write here you need an account, and the proposal has to be open."))
    wanted = PostKind.ANSWER if parent is not None else kind
    if wanted not in {*KINDS, PostKind.ANSWER}:
        raise ValidationError({"kind": _("Choose one of the kinds.")})
    with transaction.atomic():
        made = post(
            thread=proposal.thread,
            by=by,
            text=text,
            kind=wanted,
            language=language,
            parent=parent,
            on_behalf_of=on_behalf_of,
            translations=translations,
            at=at,
        )
        people = [parent.by_id] if parent is not None else notices.proponents(proposal)
        notices.tell(people, f"proposal_{wanted}", proposal, but=by)
        return made


def answer_officially(
    *,
    proposal: Proposal,
    by: Person,
    text: str,
    language: str,
    parent: Post | None = None,
    translations: dict[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> Post:
    """The City’s word in the thread, marked as such."""
    if not permissions.can_answer_officially(by, proposal):
        raise PermissionDenied(_("Only the City’s staff answer for the City."))
    with transaction.atomic():
        made = post(
            thread=proposal.thread,
            by=by,
            text=text,
            kind=PostKind.OFFICIAL,
            language=language,
            parent=parent,
            translations=translations,
            at=at,
        )
        notices.tell(notices.proponents(proposal), "proposal_official", proposal, but=by)
        return made
