"""The first text of a pact: the regulation's mandatory clauses, filled from the proposal where it fits."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from backend.base.folding import fold
from backend.base.journal import record
from backend.base.prose import blocks
from backend.base.texts import OfficialTexts, choose, official
from backend.cities.actions import take_number
from backend.cities.models import City, Group
from backend.conversations.actions import open_thread
from backend.pacts.actions.versions import write_version
from backend.pacts.choices import PartyKind
from backend.pacts.models import Pact, Party, Proposal, Rules
from backend.people.models import Person

# A section of a proposal's text, by its place: what we want, what we will do, what we ask of the city.
SECTIONS = ("aims", "roles", "support")
SHORTEST = 3  # letters: less is no text


def city_name(city: City) -> str:
    """The city as a party: the name of its office, else its own, in its own language."""
    office = Group.objects.in_city(city).filter(kind="office").first()
    return office.name if office else str(city.name[city.language])


def add_row(pact: Pact, group: Group | None) -> Party:
    """One more party, without a word about who may."""
    return Party.objects.create(
        city_id=pact.city_id,
        pact=pact,
        kind=PartyKind.GROUP if group else PartyKind.CITY,
        group=group,
        name=group.name if group else city_name(pact.city),
    )


def folded(pact: Pact, names: Sequence[str]) -> str:
    others = [entry["text"] for fields in pact.translations.values() for entry in fields.values()]
    return fold(" ".join([pact.reference, pact.title, *others, *names]))


def draft_pact(
    *,
    proposal: Proposal,
    by: Person,
    rules: Rules,
    form: str,
    fund_share_bp: int,
    years: int,
    groups: Sequence[Group],
    at: dt.datetime,
    reference: str = "",
) -> Pact:
    """Begin the pact of an admitted proposal; inside the caller's transaction."""
    city = proposal.city
    year = f"{at.astimezone(city.zone).year}"
    reference = reference or f"{city.reference_prefix}-{year}-{take_number(city=city, series=year):03d}"
    pact = Pact(
        city=city,
        reference=reference,
        title=proposal.title,
        language=city.language,
        translations=_titles(proposal),
        form=form,
        proposal=proposal,
        regulation=rules.regulation,
        commons=proposal.commons,
        thread=open_thread(city=city),
        fund_share_bp=fund_share_bp,
        years=years,
        due_on=rules.due("co_design", at),
        made_at=at,
    )
    members = dict.fromkeys([*([proposal.group] if proposal.group else []), *groups])
    pact.folded = folded(pact, [group.name for group in members])
    pact.save()
    for group in (None, *members):
        add_row(pact, group)
    write_version(pact, by=by, rows=first_clauses(pact, proposal, rules), reason="", at=at)
    record(by=by, verb="pact.draft", subject=pact, after=pact.state, reason=proposal.reference)
    return pact


def _titles(proposal: Proposal) -> dict[str, Any]:
    return {code: {"title": fields["title"]} for code, fields in proposal.translations.items() if "title" in fields}


# -- What each clause says at first -----------------------------------------------------------------


def first_clauses(pact: Pact, proposal: Proposal, rules: Rules) -> list[dict[str, Any]]:
    """One row for each mandatory clause, and for the fund where a share goes to it."""
    keys = rules.mandatory(pact.form)
    if pact.fund_share_bp and "self_financing" not in keys:
        keys.append("self_financing")
    said = _from_proposal(proposal)
    rows = []
    for order, key in enumerate(keys, 1):
        article = rules.article_for(key)
        text, found = said.get(key, ({}, []))
        rows.append(
            {
                "key": key,
                "order": order,
                "text": text or _standard(key, pact, rules),
                "article": str(article["number"]) if article else "",
                "block_ids": found,
                "source": _source(proposal) if text else {},
            }
        )
    return rows


def _source(proposal: Proposal) -> dict[str, Any]:
    return {
        "kind": "proposal",
        "id": str(proposal.pk),
        "url": proposal.get_absolute_url(),
        "title": proposal.reference,
    }


def _from_proposal(proposal: Proposal) -> dict[str, tuple[OfficialTexts, list[str]]]:
    """Clause -> (its words in the proposal's language, the blocks they stand in)."""
    version = proposal.versions.order_by("-number").first()
    found: dict[str, tuple[OfficialTexts, list[str]]] = {}
    for key, part in zip(SECTIONS, sections(version.content if version else {}), strict=False):
        text = "\n".join(words for _id, words in part)
        if len(text) >= SHORTEST:
            found[key] = (official({proposal.language: text[:4000]}), [block for block, _words in part if block])
    if "support" not in found and proposal.asks:
        found["support"] = (official({proposal.language: proposal.asks}), [])
    if "aims" not in found and proposal.summary:
        found["aims"] = (official({proposal.language: proposal.summary}), [])
    return found


def sections(content: dict[str, Any]) -> list[list[tuple[str, str]]]:
    """The text cut at its headings: for each part the (block id, words) under the heading."""
    parts: list[list[tuple[str, str]]] = [[]]
    for piece in blocks(content):
        if piece.kind == "heading":
            parts.append([])
        elif piece.text.strip():
            point = "- " if piece.kind == "listItem" else ""
            parts[-1].append((piece.id, point + piece.text.strip()))
    return [part for part in parts if part]


def _standard(key: str, pact: Pact, rules: Rules) -> OfficialTexts:
    """What a clause says before anyone wrote: a sentence from the facts, else the regulation's own."""
    codes = list(dict.fromkeys(pact.city.languages))
    if sentence := SENTENCES.get(key):
        texts = {}
        for code in codes:
            with translation.override(code):
                texts[code] = sentence(pact, rules, code)
        return official({code: text for code, text in texts.items() if text})
    article = rules.article_for(key)
    return official({code: text for code, text in (article or {}).get("summary", {}).items() if code in codes})


def _parties(pact: Pact, rules: Rules, code: str) -> str:
    names = sorted(pact.parties.values_list("name", flat=True), key=str.casefold)
    return _("The parties, as equals: %(names)s.") % {"names": "; ".join(names)}


def _premises(pact: Pact, rules: Rules, code: str) -> str:
    title = choose(official(rules.data.get("title", {})), code).text
    reference = pact.proposal.reference if pact.proposal else pact.reference
    return _("This pact comes from proposal %(reference)s. It is made under: %(regulation)s.") % {
        "reference": reference,
        "regulation": title,
    }


def _object(pact: Pact, rules: Rules, code: str) -> str:
    if pact.commons is None:
        return ""
    name = choose(pact.commons.name, code).text
    if not pact.commons.address:
        return _("The pact is about this place: %(name)s.") % {"name": name}
    return _("The pact is about this place: %(name)s, %(address)s.") % {
        "name": name,
        "address": pact.commons.address,
    }


def _duration(pact: Pact, rules: Rules, code: str) -> str:
    return translation.ngettext(
        "The pact lasts %(years)s year from the day of the last signature.",
        "The pact lasts %(years)s years from the day of the last signature.",
        pact.years or 1,
    ) % {"years": pact.years or 1}


def _fund(pact: Pact, rules: Rules, code: str) -> str:
    share = f"{pact.fund_share_bp / 100:g}"
    return _(
        "%(share)s%% of what is sold under this pact goes to its commons fund. The parties decide together how it is used; every entry is public."
    ) % {"share": share}


def _annexes(pact: Pact, rules: Rules, code: str) -> str:
    return _("There are no annexes.")


SENTENCES: dict[str, Callable[[Pact, Rules, str], str]] = {
    "parties": _parties,
    "premises": _premises,
    "object": _object,
    "duration": _duration,
    "self_financing": _fund,
    "annexes": _annexes,
}
