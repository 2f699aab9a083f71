"""Pages of pacts: the public register, one pact, writing its text, signing it, reporting on it."""

from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backend.base.paging import page_of
from backend.pacts import actions, forms, permissions
from backend.pacts.choices import CommitmentState, PactState
from backend.pacts.models import Clause, Commitment, Pact, PactVersion, Party, ProposalVersion
from backend.pacts.views.shown import clauses_shown, commitments_told, parties_shown, story
from backend.pacts.views.steps import Step, act, city_of, person_of

FILTERS: dict[str, tuple[str, ...]] = {
    "force": (PactState.ACTIVE, PactState.SIGNED),
    "suspended": (PactState.SUSPENDED,),
    "ended": (PactState.ENDED, PactState.ENDED_EARLY, PactState.ARCHIVED),
}


@require_safe
def register(request: HttpRequest, city: str) -> HttpResponse:
    """The public register, by state, searched; and what waits for this person."""
    here, person = city_of(request), person_of(request)
    state = request.GET.get("state", "")
    words = request.GET.get("q", "")[:120]
    rows = Pact.objects.in_city(here).registered().matching(words)
    counts = rows.aggregate(**{name: Count("pk", filter=Q(state__in=states)) for name, states in FILTERS.items()})
    labels = {"force": _("In force"), "suspended": _("Suspended"), "ended": _("Ended")}
    shown = rows.filter(state__in=FILTERS[state]) if state in FILTERS else rows
    context = {
        "page": page_of(request, shown.for_list(), size=12),
        "chips": [(name, labels[name], counts[name]) for name in FILTERS],
        "total": sum(counts.values()),
        "state": state if state in FILTERS else "",
        "q": words,
        "waiting": _waiting(here, person),
    }
    return render(request, "pacts/register.html", context)


def _waiting(city: Any, person: Any) -> list[Any]:
    """Pacts that are being written or signed, of the person's own groups or city."""
    if person is None:
        return []
    rows = Pact.objects.in_city(city).in_writing()
    if not permissions.works_for_city(person, city):
        rows = rows.of_person(person)
    return list(rows.select_related("city").order_by("due_on", "-id")[:12])


_NEXT = ("title", "language", "translations", "slug", "starts_at")  # what a pact's page tells of its next activity


def find(request: HttpRequest, reference: str) -> Pact:
    """The pact with its parties and what its page tells, in two statements; 404 for who may not see it."""
    origins = ProposalVersion.objects.across_cities().filter(proposal=OuterRef("proposal")).order_by("-number")
    activities = Pact._meta.get_field("activities").related_model._base_manager
    coming = activities.filter(pact=OuterRef("pk"), state="planned", ends_at__gte=timezone.now()).order_by("starts_at")
    told: dict[str, Any] = {f"next_{name}": Subquery(coming.values(name)[:1]) for name in _NEXT}
    rows = (
        Pact.objects.in_city(city_of(request))
        .visible_to(person_of(request))
        .annotate(origin_told=Subquery(origins.values("origin")[:1]), support_count=Count("proposal__supports"), **told)
    )
    related = ("city", "regulation", "commons", "commons__city", "proposal", "proposal__city", "thread")
    parties = Prefetch("parties", Party.objects.across_cities().select_related("group"))
    return get_object_or_404(rows.select_related(*related).prefetch_related(parties), reference=reference)


def shown_version(pact: Pact) -> PactVersion:
    """The text that counts, the newest, with its clauses and signatures: two statements."""
    newest = PactVersion.objects.in_city(pact.city_id).filter(pact=pact).order_by("-number").values("pk")[:1]
    clauses = list(Clause.objects.in_city(pact.city_id).filter(version=Subquery(newest)).select_related("version"))
    version = clauses[0].version if clauses else pact.latest()
    for clause in clauses:
        clause.version = version
    prefetch_related_objects([version], "signatures")
    version.__dict__.setdefault("_prefetched_objects_cache", {})["clauses"] = clauses
    return version


def _commitments(pact: Pact) -> list[Any]:
    """Its commitments, each with `who`: one statement, since the parties are here already."""
    through = Commitment.parties.through.objects.filter(commitment__pact=pact)
    names = {party.pk: party.name for party in pact.parties.all()}
    found: dict[Any, Any] = {}
    for link in through.select_related("commitment").order_by("commitment__due", "commitment_id", "party__name"):
        row = found.setdefault(link.commitment_id, link.commitment)
        row.who = [*getattr(row, "who", []), names[link.party_id]]
    return list(found.values())


def _forms(pact: Pact, may: dict[str, Any]) -> dict[str, Any]:
    terms = {"years": pact.years, "fund_share": pact.fund_share_bp / 100}
    offered: dict[str, tuple[Any, type[forms.StepForm], dict[str, Any]]] = {
        "terms": (may["edit"], forms.TermsForm, terms),
        "add_party": (may["add_party"], forms.PartyForm, {}),
        "give_up": (may["give_up"], forms.ReasonForm, {}),
        "restart": (may["restart"], forms.ReasonForm, {}),
        "suspend": (may["suspend"], forms.ReasonForm, {}),
        "resume": (may["resume"], forms.ReasonForm, {}),
        "end": (may["end"], forms.ReasonForm, {}),
        "commit": (may["commit"], forms.CommitmentForm, {}),
    }
    return {
        name: kind(about=pact, initial=initial, auto_id=f"{name}_%s")
        for name, (allowed, kind, initial) in offered.items()
        if allowed
    }


def _next_activity(pact: Any) -> Any:
    """What `find` read of it, as something that can be said in the reader's language."""
    if pact.state != PactState.ACTIVE or not pact.next_slug:
        return None
    activity = Pact._meta.get_field("activities").related_model
    return activity(**{name: getattr(pact, f"next_{name}") for name in _NEXT})


def _page(request: HttpRequest, pact: Pact, status: int = 200, **bound: Any) -> HttpResponse:
    person = person_of(request)
    may = permissions.pact_abilities(person, pact)
    version = shown_version(pact)
    parties = parties_shown(pact, version, may["acts_for"])
    commitments = _commitments(pact)
    reports = list(pact.reports.select_related("by", "accepted_by")[:6])
    context = {
        "pact": pact,
        "version": version,
        "parties": parties,
        "clauses": clauses_shown(pact, version),
        "commitments": commitments,
        "told": commitments_told(commitments),
        "reports": reports,
        "story": story(pact, reports),
        "next_activity": _next_activity(pact),
        "fund_percent": f"{pact.fund_share_bp / 100:g}",
        "may": may,
        "judge": permissions.speaks_for_city(person, pact.city),
        "missing": actions.missing(pact, version) if pact.state == PactState.CO_DESIGN and person else [],
        "forms": {**_forms(pact, may), **bound},
        "states": [(state.value, state.label) for state in CommitmentState],
    }
    return render(request, "pacts/pact.html", context, status=status)


@require_safe
def pact(request: HttpRequest, city: str, reference: str) -> HttpResponse:
    return _page(request, find(request, reference))


# -- Steps ----------------------------------------------------------------------------------------


def language_here() -> str:
    return (get_language() or "en")[:2]


def _plain(action: Any) -> Any:
    return lambda about, by, values: action(pact=about, by=by, **values)


def party_of(about: Pact, key: Any) -> Party:
    return get_object_or_404(about.parties.select_related("group", "pact"), pk=key)


def _agree(about: Pact, by: Any, values: dict[str, Any]) -> None:
    actions.agree(party=party_of(about, values["party"]), by=by, sha256=values["sha256"])


def _terms(about: Pact, by: Any, values: dict[str, Any]) -> None:
    actions.set_terms(pact=about, by=by, years=values["years"], fund_share_bp=int(values["fund_share"] * 100))


def _commit(about: Pact, by: Any, values: dict[str, Any]) -> None:
    actions.add_commitment(pact=about, by=by, language=language_here(), **values)


STEPS: dict[str, Step] = {
    "agree": Step(forms.AgreeForm, _agree, _("Your party said yes to this text."), "parties"),
    "terms": Step(forms.TermsForm, _terms, _("The terms are changed. All parties say yes anew."), "text"),
    "add_party": Step(forms.PartyForm, _plain(actions.add_party), _("The group is a party now."), "parties"),
    "freeze": Step(forms.PlainForm, _plain(actions.freeze), _("The text is frozen. The parties can sign."), "parties"),
    "give_up": Step(forms.ReasonForm, _plain(actions.give_up), _("The talks have ended, with your reason.")),
    "restart": Step(forms.ReasonForm, _plain(actions.restart), _("The talks go on.")),
    "suspend": Step(forms.ReasonForm, _plain(actions.suspend), _("The pact is suspended.")),
    "resume": Step(forms.ReasonForm, _plain(actions.resume), _("The pact is in force again.")),
    "end": Step(forms.ReasonForm, _plain(actions.end), _("The pact has ended.")),
    "commit": Step(forms.CommitmentForm, _commit, _("The commitment is in the table."), "commitments"),
}


def step(request: HttpRequest, city: str, reference: str, name: str) -> HttpResponse:
    """Any step that has its form on the pact's page; opened by hand it leads there."""
    if name not in STEPS:
        raise Http404
    about = find(request, reference)
    if request.method != "POST":
        return HttpResponseRedirect(about.get_absolute_url())
    return act(request, STEPS[name], name, about, _page)
