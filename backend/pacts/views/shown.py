"""A pact's rows as its pages tell them: clauses with their source, parties as equals, its story."""

import datetime as dt
from typing import Any

from babel.dates import format_date
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from backend.base.prose import to_html
from backend.base.texts import Shown, choose, official
from backend.pacts.actions.documents import document_of
from backend.pacts.choices import CommitmentState, PactState, PartyKind
from backend.pacts.models import Pact, PactVersion, Party, Proposal, Rules, Signature

ICONS = {"city": "house", "informal": "users", "association": "users", "school": "book"}


def _reader() -> str:
    return (get_language() or "en")[:2]


def _html(shown: Shown) -> Any:
    return to_html(document_of(shown.text)) if shown.text else ""


def clauses_shown(pact: Pact, version: PactVersion) -> list[dict[str, Any]]:
    """Each clause in the reader's language where there is one, with the article that it leans on."""
    rules = Rules(pact.regulation)
    rows = []
    for clause in version.clauses.all():
        shown = choose(clause.text, _reader(), pact.language)
        article = rules.article(clause.article)
        rows.append(
            {
                "clause": clause,
                "title": choose(official(rules.clause(clause.key)["name"]), _reader(), pact.language),
                "text": shown,
                "html": _html(shown),
                "other": shown.language != _reader(),
                "article": clause.article,
                "article_title": choose(official((article or {}).get("title", {})), _reader()).text,
            }
        )
    return rows


def frozen_shown(pact: Pact, version: PactVersion, before: PactVersion | None) -> list[dict[str, Any]]:
    """The clauses of one version, each marked where it differs from the one before."""
    earlier = {clause.key: clause.text for clause in before.clauses.all()} if before else {}
    rows = clauses_shown(pact, version)
    for row in rows:
        row["changed"] = before is not None and earlier.get(row["clause"].key) != row["clause"].text
    return rows


def parties_shown(pact: Pact, version: PactVersion, acts_for: list[str]) -> list[dict[str, Any]]:
    """By alphabet, all alike: what each is, whether it agreed to this text and signed it."""
    signatures: dict[Any, Signature] = {row.party_id: row for row in version.signatures.all()}
    rows = []
    for party in sorted(pact.parties.all(), key=lambda row: row.name.casefold()):
        signature = signatures.get(party.pk)
        rows.append(
            {
                "party": party,
                "icon": _icon(party),
                "about": _about(party),
                "agreed": party.agreed_version == version.number,
                "signature": signature,
                "place": signature.evidence.get("place", "") if signature else "",
                "mine": str(party.pk) in acts_for,
            }
        )
    return rows


def _icon(party: Party) -> str:
    if party.kind == PartyKind.CITY or party.group is None:
        return "house"
    return ICONS.get(party.group.kind, "tools")


def _about(party: Party) -> str:
    group = party.group
    if group is None:
        return str(_("The City"))
    kind = str(group.get_kind_display())
    if not group.size:
        return kind
    people = ngettext("%(count)s person", "%(count)s people", group.size) % {"count": group.size}
    return _("%(kind)s, %(people)s") % {"kind": kind, "people": people}


def commitments_told(rows: list[Any]) -> list[tuple[str, int]]:
    """(state, how many) in the order of the states, without those of which there are none."""
    counts = [(state.label, sum(row.state == state for row in rows)) for state in CommitmentState]
    return [(str(label), count) for label, count in counts if count]


def story(pact: Any, reports: list[Any]) -> list[dict[str, Any]]:
    """The thread of a pact: from the room to what it made, and what comes next.

    `pact` carries `origin_told` and `support_count`, as the page's query gives them.
    """
    steps: list[dict[str, Any]] = []
    if pact.proposal is not None:
        steps += _proposal_steps(pact)
    if pact.signed_at:
        steps.append({"kind": "pact", "title": _("Signed as equals"), "when": _day(pact.signed_at, pact)})
        steps += _made(pact)
        steps += [
            {"kind": "fund", "icon": "doc", "title": _("Report"), "url": "#reports", "when": _day(report.at, pact)}
            for report in sorted(reports, key=lambda row: row.at)[-2:]
        ]
    else:
        steps.append(
            {"kind": "next", "icon": "arch", "title": _("Pact"), "note": _("The parties write and sign it together")}
        )
    if pact.state == PactState.ACTIVE and pact.ends_on:
        opens = pact.ends_on - dt.timedelta(Rules(pact.regulation).days("renewal_notice"))
        steps.append({"kind": "next", "title": _("Renewal opens"), "when": _date(opens)})
    return steps


def _proposal_steps(pact: Any) -> list[dict[str, Any]]:
    proposal, origin, count = pact.proposal, pact.origin_told or {}, pact.support_count
    steps: list[dict[str, Any]] = []
    if origin.get("title"):
        steps.append({"kind": "room", "url": origin.get("url", ""), **_titled(_origin_title(proposal, origin))})
    supports = ngettext("%(count)s support", "%(count)s supports", count) % {"count": count}
    when = _day(proposal.published_at, pact)
    url = proposal.get_absolute_url()
    steps.append({"kind": "proposal", "title": _("Proposal"), "url": url, "when": when, "note": supports})
    if proposal.decided_at:
        steps.append({"kind": "review", "title": _("The City says yes"), "when": _day(proposal.decided_at, pact)})
    return steps


def _origin_title(proposal: Proposal, origin: dict[str, Any]) -> Shown:
    """The version in the room has the proposal's title, and so its translations, unless one was changed."""
    if origin["title"] == proposal.title:
        return proposal.said("title", _reader())
    return Shown(origin["title"], proposal.language, "original")


def _titled(shown: Shown) -> dict[str, Any]:
    return {"title": shown.text, "lang": "" if shown.language == _reader() else shown.language}


def _made(pact: Pact) -> list[dict[str, Any]]:
    """What came of it, by the reverse relation of the app above."""
    rows = pact.outputs.order_by("made_at")[:3]
    return [
        {
            "kind": "made",
            **_titled(row.said("title", _reader())),
            "url": reverse("activities:output", args=[pact.city.slug, row.slug]),
            "when": _day(row.made_at, pact),
        }
        for row in rows
    ]


def _date(value: dt.date) -> str:
    """14 March 2026, as the reader's language writes it."""
    code = _reader()
    return str(format_date(value, "long", locale="en_GB" if code == "en" else code))


def _day(value: dt.datetime | None, pact: Pact) -> str:
    return _date(value.astimezone(pact.city.zone).date()) if value else ""
