"""Questions about an offer, and their answers."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from backend.conversations.actions import post
from backend.conversations.choices import PostKind
from backend.conversations.models import Post
from backend.people.actions import notify
from backend.people.models import Person
from marketplace import permissions
from marketplace.choices import ListingState
from marketplace.models import Listing


@transaction.atomic
def ask(listing: Listing, *, by: Person, text: str, language: str, parent: Post | None = None) -> Post:
    """Ask about an offer, or go on under a question; whoever offers it answers in the name they offer it in."""
    if listing.state == ListingState.HIDDEN:
        raise PermissionDenied(_("Nothing more can be said here."))
    offers = permissions.can_edit_listing(by, listing)
    said = post(
        thread=listing.thread,
        by=by,
        text=text,
        kind=PostKind.ANSWER if parent and offers else PostKind.QUESTION,
        language=language,
        parent=parent,
        on_behalf_of=listing.on_behalf_of if offers else None,
    )
    if not offers:
        notify(person=listing.by, kind="listing_asked", reference=listing.reference)
    elif parent is not None and parent.by_id != by.pk:
        notify(person=parent.by, kind="listing_answered", reference=listing.reference)
    return said
