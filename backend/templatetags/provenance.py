"""Tags that tell where a thing comes from and what its pact's fund holds; for pages of every app."""

from typing import Any

from django import template

from backend import provenance
from backend.activities.models import Output
from backend.pacts.models import Pact, Proposal
from marketplace.models import Account, Listing

register = template.Library()

STORIES = {
    Listing: provenance.story_of_listing,
    Output: provenance.story_of_output,
    Pact: provenance.story_of_pact,
    Proposal: provenance.story_of_proposal,
}


@register.simple_tag
def story_of(thing: Any) -> list[dict[str, Any]]:
    """The steps of `thing` for `{% thread steps %}`."""
    return STORIES[type(thing)](thing)  # type: ignore[operator]


@register.simple_tag
def fund_of(pact: Pact) -> Account | None:
    """The commons fund of a pact: `.balance`, `.promised`, `.unit`, `.pk` for its page; None before the first sale."""
    return provenance.fund_of(pact)
