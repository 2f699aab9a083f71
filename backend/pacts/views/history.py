"""What happened to a proposal or a pact, step by step, from the journal: open to whoever may see the thing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backend.base.models import JournalEntry
from backend.base.paging import page_of
from backend.pacts.choices import PactState, ProposalState
from backend.pacts.models import Pact, Proposal, Rules
from backend.pacts.views.pacts import find as find_pact
from backend.pacts.views.proposals import find as find_proposal

# How a step is told; other changes of state are told by the name of the state.
STEPS: dict[str, Any] = {
    "proposal.submit": _("Handed in"),
    "proposal.publish": _("Published"),
    "proposal.admit": _("The City said yes"),
    "proposal.rework": _("The authors rewrite it"),
    "proposal.appeal": _("The authors asked for a second look"),
    "pact.draft": _("The talks began"),
    "pact.import": _("Entered from paper"),
    "clause.edit": _("A clause was changed"),
    "clause.add": _("A clause was added"),
    "clause.drop": _("A clause was taken out"),
    "pact.terms": _("The terms were changed"),
    "party.add": _("A party came in"),
    "party.leave": _("A party left"),
    "party.agree": _("A party said yes to the text"),
    "pact.freeze": _("The text was frozen"),
    "pact.sign": _("A party signed"),
    "pact.reopen": _("The text was opened again"),
}
# What stands in the journal for machines, or concerns one person alone.
SILENT = ("proposal.credit",)
NO_WORDS = ("pact.terms",)


def _told(entry: JournalEntry, states: dict[str, Any], rules: Rules | None) -> dict[str, Any]:
    reason = "" if entry.verb in NO_WORDS else entry.reason
    if entry.verb.startswith("clause.") and rules is not None:
        reason = rules.name_of(entry.reason)
    fingerprint = len(reason) == 64 and " " not in reason
    return {
        "what": STEPS.get(entry.verb) or states.get(entry.after, entry.after),
        "reason": "" if fingerprint else reason,
        "fingerprint": reason if fingerprint else "",
        "at": entry.at,
    }


def _page(request: HttpRequest, thing: Proposal | Pact, states: dict[str, Any], rules: Rules | None) -> HttpResponse:
    lines = JournalEntry.objects.filter(subject_kind=thing._meta.model_name, subject_id=str(thing.pk))
    page = page_of(request, lines.exclude(verb__in=SILENT).order_by("-id"), size=40)
    rows = [_told(entry, states, rules) for entry in page]
    return render(request, "pacts/history.html", {"thing": thing, "page": page, "rows": rows, "is_pact": bool(rules)})


@require_safe
def of_proposal(request: HttpRequest, city: str, reference: str) -> HttpResponse:
    return _page(request, find_proposal(request, reference), dict(ProposalState.choices), None)


@require_safe
def of_pact(request: HttpRequest, city: str, reference: str) -> HttpResponse:
    about = find_pact(request, reference)
    return _page(request, about, dict(PactState.choices), Rules(about.regulation))
