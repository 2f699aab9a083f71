"""Pages of proposals: the list, one proposal with all its steps, its versions."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from backend.base.canonical import sha256
from backend.base.paging import page_of
from backend.base.prose import to_html, to_text
from backend.base.rows import counted
from backend.conversations.choices import PostKind, PostState
from backend.conversations.models import Post
from backend.conversations.querysets import with_reasons
from backend.pacts import actions, forms, permissions
from backend.pacts.actions.documents import document_of, text_of
from backend.pacts.choices import TABS
from backend.pacts.models import Authorship, Proposal, ProposalVersion, Support
from backend.pacts.views.steps import Step, act, city_of, person_of

COMMENTS = 20
WAITING = (PostKind.QUESTION, PostKind.OBJECTION, PostKind.OFFICIAL)


@require_safe
def proposals(request: HttpRequest, city: str) -> HttpResponse:
    """Proposals by what can be done for them, and searched."""
    here = city_of(request)
    tab = request.GET.get("tab", "open") if request.GET.get("tab") in TABS else "open"
    words = request.GET.get("q", "")[:120]
    rows = Proposal.objects.in_city(here).public().matching(words)
    counts = rows.aggregate(**{name: Count("pk", filter=Q(state__in=states)) for name, states in TABS.items()})
    labels = {"open": _("Open for support"), "review": _("City review"), "pact": _("Pact"), "stopped": _("Stopped")}
    tabs = [(name, labels[name], counts[name]) for name in TABS]
    page = page_of(request, rows.in_tab(tab).for_list(), size=12, count=counts[tab])
    return render(
        request,
        "pacts/proposals.html",
        {"page": page, "tabs": tabs, "tab": tab, "q": words, "found": sum(counts.values())},
    )


def find(request: HttpRequest, reference: str) -> Proposal:
    """The proposal with what the page asks of it; 404 for who may not see it."""
    person = person_of(request)
    own = Support.objects.across_cities().filter(proposal=OuterRef("pk"), person=person)
    rows = Proposal.objects.in_city(city_of(request)).visible_to(person).with_supports()
    rows = rows.annotate(
        helper_count=counted(Proposal, "supports", Q(offers_help=True)),
        supported=Exists(own),
        helping=Exists(own.filter(offers_help=True)),
    )
    rows = rows.with_city("commons", "group").select_related("thread", "pact", "submitted_by")
    authors = Prefetch("authorships", Authorship.objects.across_cities().select_related("person").order_by("pk"))
    return get_object_or_404(rows.prefetch_related(authors), reference=reference)


def _comments(proposal: Proposal, order: str) -> Any:
    """First-level posts; those that wait for an answer first, or the newest first."""
    answers = Post.objects.across_cities().filter(parent=OuterRef("pk"), state=PostState.VISIBLE)
    rows = Post.objects.in_city(proposal.city_id).filter(thread=proposal.thread_id).for_thread()
    if order == "new":
        return rows.order_by("-at", "-id")
    waits = Q(kind__in=WAITING) & ~Exists(answers)
    return rows.annotate(waits=waits).order_by("-waits", "at", "id")


def _forms(proposal: Proposal, may: dict[str, bool]) -> dict[str, Any]:
    """An empty form for each step that this person may take now."""
    reason = forms.ReasonForm
    offered: dict[str, tuple[bool, type[forms.StepForm]]] = {
        "comment": (True, forms.CommentForm),
        "official": (may["answer_officially"], forms.OfficialForm),
        "additions": (may["ask_additions"], reason),
        "review": (may["take_up"], forms.TakeUpForm),
        "admit": (may["decide"], forms.AdmitForm),
        "reject": (may["decide"], reason),
        "redirect": (may["decide"], reason),
        "withdraw": (may["withdraw"], reason),
        "appeal": (may["appeal"], forms.AppealForm),
        "appeal_answer": (may["decide_appeal"], forms.AppealAnswerForm),
        "archive": (may["archive"], reason),
    }
    return {name: kind(about=proposal, auto_id=f"{name}_%s") for name, (allowed, kind) in offered.items() if allowed}


def _story(proposal: Proposal, version: ProposalVersion) -> dict[str, Any]:
    return {"origin": version.origin if version.origin.get("title") else None, "version": version}


def _said_in(content: dict[str, Any], words: str) -> bool:
    """Whether the text says these words already, so that the page need not say them twice."""
    return bool(words) and " ".join(words.split()) in " ".join(to_text(content).split())


def _page(request: HttpRequest, proposal: Proposal, status: int = 200, **bound: Any) -> HttpResponse:
    person = person_of(request)
    may = permissions.proposal_abilities(person, proposal)
    version = proposal.versions.order_by("-number")[0]
    order = "new" if request.GET.get("order") == "new" else "open"
    page = page_of(request, _comments(proposal, order), size=COMMENTS)
    with_reasons(page)
    authors = list(proposal.authorships.all())
    context = {
        "proposal": proposal,
        "version": version,
        "text": to_html(version.content),
        "asks": "" if _said_in(version.content, proposal.asks) else proposal.asks,
        "summary_apart": bool(proposal.summary) and not _said_in(version.content, proposal.summary),
        "may": may,
        "forms": {**_forms(proposal, may), **bound},
        "page": page,
        "order": order,
        "authors": [row.person for row in authors if row.credited],
        "author_count": len(authors),
        "own_credit": next((row for row in authors if person and row.person_id == person.pk), None),
        "concerns": [post for post in page if post.kind == PostKind.OBJECTION and post.is_visible],
        "decisions": list(proposal.decisions.order_by("at")),
        "pact": _pact(request, proposal),
        "failed": next(iter(bound), ""),
        **_story(proposal, version),
    }
    return render(request, "pacts/proposal.html", context, status=status)


def _pact(request: HttpRequest, proposal: Proposal) -> Any:
    pact = getattr(proposal, "pact", None)
    if pact is None or pact.is_registered:
        return pact
    person = person_of(request)
    shown = type(pact).objects.in_city(proposal.city_id).visible_to(person).filter(pk=pact.pk)
    return pact if person is not None and shown.exists() else None


@require_safe
def proposal(request: HttpRequest, city: str, reference: str) -> HttpResponse:
    return _page(request, find(request, reference))


def _language() -> str:
    return (get_language() or "en")[:2]


def _admit(about: Proposal, by: Any, values: dict[str, Any]) -> None:
    share = int(values.pop("fund_share") * 100)
    actions.admit(proposal=about, by=by, fund_share_bp=share, **values)


def _again(about: Proposal, by: Any, values: dict[str, Any]) -> None:
    content = document_of(values.pop("text"))
    actions.resubmit(proposal=about, by=by, content=content, sha256=sha256(content), **values)


def _plain(action: Any) -> Any:
    """A step that hands the form's values on as they are."""
    return lambda about, by, values: action(proposal=about, by=by, **values)


STEPS: dict[str, Step] = {
    "support": Step(forms.SupportForm, _plain(actions.support), _("Thank you. Your support counts."), "support"),
    "unsupport": Step(forms.PlainForm, _plain(actions.withdraw_support), _("Your support is taken back."), "support"),
    "comment": Step(
        forms.CommentForm,
        lambda about, by, values: actions.comment(proposal=about, by=by, language=_language(), **values),
        _("Your words are here for all to read."),
        "comments",
    ),
    "official": Step(
        forms.OfficialForm,
        lambda about, by, values: actions.answer_officially(proposal=about, by=by, language=_language(), **values),
        _("The City’s answer is here for all to read."),
        "comments",
    ),
    "publish": Step(forms.PlainForm, _plain(actions.publish), _("The proposal is public.")),
    "additions": Step(forms.ReasonForm, _plain(actions.ask_additions), _("The authors know what is missing.")),
    "review": Step(forms.TakeUpForm, _plain(actions.take_up), _("The review has begun.")),
    "admit": Step(forms.AdmitForm, _admit, _("The City said yes. The parties can now write the pact.")),
    "reject": Step(forms.ReasonForm, _plain(actions.reject), _("The City said no, with a reason.")),
    "redirect": Step(forms.ReasonForm, _plain(actions.redirect), _("The authors know which way fits better.")),
    "withdraw": Step(forms.ReasonForm, _plain(actions.withdraw), _("The proposal is taken back.")),
    "appeal": Step(forms.AppealForm, _plain(actions.appeal), _("Your request is with the City.")),
    "appeal_answer": Step(forms.AppealAnswerForm, _plain(actions.decide_appeal), _("The authors have your answer.")),
    "archive": Step(forms.ReasonForm, _plain(actions.archive), _("The proposal is archived.")),
    "again": Step(forms.AgainForm, _again, _("Handed in again.")),
    "credit": Step(
        forms.CreditForm,
        lambda about, by, values: actions.credit(proposal=about, person=by, credited=values["credited"]),
        _("Kept."),
        "authors",
    ),
}


@require_POST
def step(request: HttpRequest, city: str, reference: str, name: str) -> HttpResponse:
    """Any step of a proposal's life, by its name."""
    if name not in STEPS:
        raise Http404
    page = _again_page if name == "again" else _page
    return act(request, STEPS[name], name, find(request, reference), page)


def step_or_page(request: HttpRequest, city: str, reference: str, name: str) -> HttpResponse:
    """A step's address opened by hand, or after signing in, leads to the page."""
    if request.method != "POST":
        return HttpResponseRedirect(find(request, reference).get_absolute_url())
    return step(request, city, reference, name)


def _again_page(request: HttpRequest, proposal: Proposal, status: int = 200, **bound: Any) -> HttpResponse:
    if not permissions.can_resubmit(person_of(request), proposal):
        raise Http404
    version = proposal.versions.order_by("-number")[0]
    start = {"summary": proposal.summary, "asks": proposal.asks, "text": text_of(version.content)}
    form = bound.get("again") or forms.AgainForm(about=proposal, initial=start)
    return render(request, "pacts/again.html", {"proposal": proposal, "form": form}, status=status)


@require_safe
def again(request: HttpRequest, city: str, reference: str) -> HttpResponse:
    """The form to hand a proposal in again."""
    return _again_page(request, find(request, reference))


@require_safe
def version(request: HttpRequest, city: str, reference: str, number: int) -> HttpResponse:
    """One frozen text, with its hash."""
    about = find(request, reference)
    shown = get_object_or_404(about.versions.select_related("by"), number=number)
    numbers = list(about.versions.order_by("number").values_list("number", flat=True))
    context = {"proposal": about, "version": shown, "text": to_html(shown.content), "numbers": numbers}
    return render(request, "pacts/version.html", context)
