"""Where a thing comes from: from a listing, an output or a pact back to the version of the text in the room."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from backend.activities.models import Activity, Output
from backend.base.money import Money, share
from backend.pacts.choices import REGISTERED
from backend.pacts.models import Pact, Proposal, ProposalVersion
from backend.templatetags.dates import day, month
from marketplace.choices import AccountKind, OwnerKind
from marketplace.models import Account, LedgerEntry, Listing
from realtime.models import Version, VersionIdea

Step = dict[str, Any]


def story_of_listing(listing: Listing) -> list[Step]:
    """Room, proposal, pact, activity, thing, and what goes back to the fund."""
    steps = story_of_output(listing.output)
    if fund := _fund_step(listing):
        steps.append(fund)
    return steps


def story_of_output(output: Output) -> list[Step]:
    """Room, proposal, pact, activity, thing."""
    steps = story_of_pact(output.pact) if output.pact else []
    return [*steps, _activity_step(output.activity), _made_step(output)]


def story_of_pact(pact: Pact) -> list[Step]:
    """Room, proposal, pact."""
    first = _first_version(pact.proposal)
    parties = first.parties if first else pact.parties.count()
    return [*_to_the_proposal(pact.proposal, first), _pact_step(pact, parties)]


def story_of_proposal(proposal: Proposal) -> list[Step]:
    """The room's version that it came from, where it was written in a room, and the proposal."""
    return _to_the_proposal(proposal, _first_version(proposal))


def _first_version(proposal: Proposal | None) -> Any:
    """Where the text came from, with `supports` of the proposal and `parties` of its pact counted along."""
    if proposal is None:
        return None
    supports = Count("proposal__supports", distinct=True)
    parties = Count("proposal__pact__parties", distinct=True)
    rows = ProposalVersion.objects.in_city(proposal.city_id).filter(proposal=proposal).order_by("number")
    return rows.only("origin").annotate(supports=supports, parties=parties).first()


def _to_the_proposal(proposal: Proposal | None, first: Any) -> list[Step]:
    if proposal is None:
        return []
    steps = _origin_steps(first.origin) if first else []
    return [*steps, _proposal_step(proposal, first.supports if first else proposal.supports.count())]


# -- What a proposal's text may have come from ----------------------------------------------------


def _version_step(key: str) -> Step | None:
    """A frozen version of the shared text of a room."""
    version = (
        Version.objects.across_cities()
        .filter(pk=key)
        .select_related("room__city")
        .defer("content", "room__city__map")
        .first()
    )
    if version is None:
        return None
    room = version.room
    return {
        "kind": "room",
        "title": _("Written together in a room"),
        "url": reverse("realtime:version", args=[room.city.slug, room.slug, version.number]),
        "when": day(version.at),
        "note": _("“%(room)s”, version %(number)s of the text") % {"room": _said(room), "number": version.number},
    }


def _ideas_step(version: str) -> Step | None:
    """The ideas of the room's board that became words of a version: how many, and the first of them."""
    rows = VersionIdea.objects.filter(version__pk=version).order_by("id").values_list("note", "text")
    ideas = dict(rows[:500])
    if not ideas:
        return None
    count = len(ideas)
    title = ngettext("%(count)s idea of the board", "%(count)s ideas of the board", count) % {"count": count}
    words = [Truncator(text).chars(60) for text in list(ideas.values())[:3]]
    return {"kind": "idea", "title": title, "note": " · ".join(words)}


# Kind of a reference -> how it is told, first things first. A proposal brought in from paper has none of these.
ORIGINS: dict[str, tuple[Callable[[str], Step | None], ...]] = {
    "version": (_ideas_step, _version_step),
}


def _origin_steps(origin: dict[str, Any]) -> list[Step]:
    told = ORIGINS.get(origin.get("kind", ""), ()) if origin.get("id") else ()
    return [step for tell in told if (step := tell(origin["id"]))]


# -- The knots ------------------------------------------------------------------------------------


def _said(thing: Any) -> str:
    """Its title for the reader."""
    return str(thing.said("title", (get_language() or "en")[:2]).text)


def _proposal_step(proposal: Proposal, count: int) -> Step:
    supported = ngettext("%(count)s person supported it", "%(count)s people supported it", count) % {"count": count}
    return {
        "kind": "proposal",
        "title": _("Proposal %(reference)s") % {"reference": proposal.reference},
        "url": reverse("pacts:proposal", args=[proposal.city.slug, proposal.reference]),
        "when": day(proposal.published_at or proposal.submitted_at),
        "note": supported if count else "",
    }


def _pact_step(pact: Pact, count: int) -> Step:
    signed = ngettext("Signed by %(count)s party", "Signed by %(count)s parties", count) % {"count": count}
    return {
        "kind": "pact",
        "title": _("Pact %(reference)s") % {"reference": pact.reference},
        "url": reverse("pacts:pact", args=[pact.city.slug, pact.reference]),
        "when": day(pact.signed_at),
        "note": signed if pact.state in REGISTERED else str(pact.get_state_display()),
    }


def _activity_step(activity: Activity) -> Step:
    return {
        "kind": "activity",
        "title": _said(activity),
        "url": reverse("activities:activity", args=[activity.city.slug, activity.slug]),
        "when": day(activity.starts_at),
        "note": str(activity.commons) if activity.commons else activity.place,
    }


def _made_step(output: Output) -> Step:
    """How many made it, and the names of those who agreed."""
    parts = list(output.contributions.all())
    names = [str(part.maker) for part in parts if part.consented]
    made = ngettext("Made by %(count)s person", "Made by %(count)s people", len(parts)) % {"count": len(parts)}
    return {
        "kind": "made",
        "title": made if parts else _said(output),
        "url": reverse("activities:output", args=[output.city.slug, output.slug]),
        "when": month(output.made_at),
        "note": ", ".join(names),
    }


def _fund_step(listing: Listing) -> Step | None:
    pact = listing.output.pact
    priced = [offer.price for offer in listing.modes.all() if offer.price]
    if pact is None or not priced or not listing.share_bp:
        return None
    price = priced[0]
    part = Money(share(price.minor, listing.share_bp, price.currency), price.currency)
    fund = fund_of(pact)
    so_far = _("%(sum)s so far") % {"sum": Money(fund.balance, fund.unit)} if fund else ""
    return {
        "kind": "fund",
        "title": _("%(part)s goes back to the commons fund") % {"part": part},
        "url": reverse("marketplace:fund", args=[pact.city.slug, fund.pk]) if fund else "",
        "note": so_far,
    }


def fund_of(pact: Pact) -> Account | None:
    """The fund of a pact in its city's currency, with `balance` and `promised`; None before anything was promised."""
    promised = LedgerEntry.objects.in_city(pact.city_id).filter(
        account__kind=AccountKind.PROMISED, account__owner_id=pact.pk, account__unit=OuterRef("unit")
    )
    sums = promised.order_by().values("account__unit").annotate(sum=Sum("amount")).values("sum")
    rows = Account.objects.in_city(pact.city_id).filter(owner_kind=OwnerKind.PACT, owner_id=pact.pk)
    rows = rows.funds().with_balance().annotate(promised=Coalesce(Subquery(sums), 0))
    fund: Account | None = rows.order_by("unit").first()
    return fund
