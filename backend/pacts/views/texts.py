"""The text of a pact page by page: a clause, a new clause, the signing, an earlier version, a report."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backend.base.problems import Conflict
from backend.pacts import actions, forms, permissions
from backend.pacts.choices import PactState
from backend.pacts.models import Pact, Rules
from backend.pacts.views.pacts import find, language_here, party_of, shown_version
from backend.pacts.views.shown import clauses_shown, frozen_shown, parties_shown
from backend.pacts.views.steps import UNPROCESSABLE, add_errors, person_of


def _attempt(request: HttpRequest, form: forms.StepForm, run: Any) -> Conflict | bool:
    """Whether `run(values)` was done; a Conflict is handed back, what can not be taken stands at its field."""
    if not form.is_valid():
        return False
    try:
        run(dict(form.cleaned_data))
    except ValidationError as error:
        add_errors(form, error)
        return False
    except Conflict as conflict:
        return conflict
    return True


def _editable(request: HttpRequest, reference: str) -> Pact:
    about = find(request, reference)
    if not permissions.can_edit_text(person_of(request), about):
        raise PermissionDenied(_("Only the parties change the text, and only until all have signed."))
    return about


def clause(request: HttpRequest, city: str, reference: str, key: str) -> HttpResponse:
    """Write one clause; where others changed it meanwhile both texts are shown and nothing is lost."""
    about = _editable(request, reference)
    version = about.latest()
    row = get_object_or_404(version.clauses, key=key)
    there = row.text.get(about.language, {}).get("text", "")
    given = {"text": there, "base": version.number}
    form = forms.ClauseForm(request.POST or None, about=about, initial=given)
    status, theirs = 200, None
    if request.method == "POST":
        person = person_of(request)
        done = _attempt(request, form, lambda values: actions.edit_clause(pact=about, by=person, key=key, **values))
        if done is True:
            messages.success(request, _("The clause is written anew. All parties say yes anew."))
            return HttpResponseRedirect(f"{about.get_absolute_url()}#clause-{key}")
        status = UNPROCESSABLE
        if isinstance(done, actions.TextChanged):
            theirs = done.theirs
            form = forms.ClauseForm(about=about, initial={**form.cleaned_data, "base": version.number})
    rules = Rules(about.regulation)
    context = {
        "pact": about,
        "clause": row,
        "name": rules.name_of(key),
        "article": rules.article(row.article),
        "mandatory": key in rules.mandatory(about.form),
        "given": version.signatures.count() if about.state == PactState.SIGNING else 0,
        "form": form,
        "theirs": theirs,
        "drop": forms.ReasonForm(about=about, auto_id="drop_%s"),
    }
    return render(request, "pacts/clause.html", context, status=status)


@require_POST
def drop_clause(request: HttpRequest, city: str, reference: str, key: str) -> HttpResponse:
    about = _editable(request, reference)
    form = forms.ReasonForm(request.POST, about=about)
    person = person_of(request)
    done = _attempt(request, form, lambda values: actions.drop_clause(pact=about, by=person, key=key, **values))
    if done is True:
        messages.success(request, _("The clause is taken out. All parties say yes anew."))
        return HttpResponseRedirect(f"{about.get_absolute_url()}#text")
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return HttpResponseRedirect(f"{about.get_absolute_url()}clauses/{key}/")


def new_clause(request: HttpRequest, city: str, reference: str) -> HttpResponse:
    """One more clause of the regulation's list."""
    about = _editable(request, reference)
    form = forms.NewClauseForm(request.POST or None, about=about)
    if request.method == "POST":
        person = person_of(request)
        done = _attempt(request, form, lambda values: actions.add_clause(pact=about, by=person, **values))
        if done is True:
            messages.success(request, _("The clause is in the text. All parties say yes anew."))
            return HttpResponseRedirect(f"{about.get_absolute_url()}#clause-{form.cleaned_data['key']}")
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "pacts/new_clause.html", {"pact": about, "form": form}, status=status)


# -- Signing --------------------------------------------------------------------------------------


UNSIGNED = "unsigned"


@reauthentication_required
def _is_fresh(request: HttpRequest) -> None:
    """Raises ReauthenticationRequired where the last sign-in is longer ago than some minutes."""


def _ask_again(request: HttpRequest) -> HttpResponse | None:
    """The way to a fresh sign-in where it needs one; what was typed waits in the session."""
    try:
        _is_fresh(request)
    except ReauthenticationRequired:
        typed = {name: request.POST.get(name, "") for name in ("party", "sha256", "written_name", "capacity", "sure")}
        request.session[UNSIGNED] = {name: value[:200] for name, value in typed.items()}
        ways = get_adapter().get_reauthentication_methods(request.user)
        page = ways[0]["url"] if ways else reverse("account_login")
        return HttpResponseRedirect(f"{page}?{urlencode({'next': request.path})}")
    return None


def _typed_before(request: HttpRequest, start: dict[str, Any]) -> dict[str, Any]:
    """What was typed before the sign-in was asked for again; the tick only for the text that it was set under."""
    kept = request.session.get(UNSIGNED, {})
    if request.method != "GET" or kept.get("party") != str(start["party"]):
        return start
    del request.session[UNSIGNED]
    messages.info(request, _("You have signed nothing yet. Look at it once more, then sign."))
    sure = bool(kept["sure"]) and kept["sha256"] == start["sha256"]
    return {**start, "written_name": kept["written_name"], "capacity": kept["capacity"], "sure": sure}


def sign(request: HttpRequest, city: str, reference: str, party: UUID) -> HttpResponse:
    """Read and sign: a plain summary, each clause, who has still to sign.

    The hash in the form is of the text on the page: where the text changed meanwhile the new one is
    shown instead, with what was typed. Signing needs a sign-in of the last minutes.
    """
    about = find(request, reference)
    signs = party_of(about, party)
    person = person_of(request)
    if not permissions.acts_for_party(person, signs):
        raise PermissionDenied(_("Only who acts for a party signs for it. Ask its contact person."))
    if request.method == "POST" and (again := _ask_again(request)):
        return again
    version = shown_version(about)
    start = _typed_before(request, {"party": signs.pk, "sha256": version.sha256, "written_name": person.name})
    form = forms.SignForm(request.POST or None, about=about, initial=start)
    status, changed = 200, False
    if request.method == "POST":
        done = _attempt(request, form, lambda values: _sign(signs, person, values))
        if done is True:
            messages.success(request, _("Signed. Thank you."))
            return HttpResponseRedirect(f"{about.get_absolute_url()}#parties")
        status = UNPROCESSABLE
        if isinstance(done, actions.TextChanged):
            changed, about = True, find(request, reference)
            version = shown_version(about)
            form = forms.SignForm(about=about, initial={**form.cleaned_data, "sha256": version.sha256, "sure": False})
        elif isinstance(done, Conflict):
            messages.warning(request, done.detail)
            return HttpResponseRedirect(f"{about.get_absolute_url()}#parties")
    parties = parties_shown(about, version, [str(signs.pk)])
    context = {
        "pact": about,
        "party": signs,
        "version": version,
        "clauses": clauses_shown(about, version),
        "parties": parties,
        "form": form,
        "changed": changed,
        "fund_percent": f"{about.fund_share_bp / 100:g}",
        "open": about.state == PactState.SIGNING,
        "signed": any(row["party"].pk == signs.pk and row["signature"] for row in parties),
    }
    return render(request, "pacts/sign.html", context, status=status)


def _sign(party: Any, person: Any, values: dict[str, Any]) -> None:
    actions.sign(
        party=party,
        by=person,
        sha256=values["sha256"],
        written_name=values["written_name"],
        capacity=values["capacity"],
    )


@require_safe
def version(request: HttpRequest, city: str, reference: str, number: int) -> HttpResponse:
    """One text of the pact as it stood, with its hash."""
    about = find(request, reference)
    shown = get_object_or_404(
        about.versions.select_related("by").prefetch_related("clauses", "signatures"), number=number
    )
    before = about.versions.filter(number=number - 1).prefetch_related("clauses").first()
    context = {
        "pact": about,
        "version": shown,
        "clauses": frozen_shown(about, shown, before),
        "numbers": list(about.versions.order_by("number").values_list("number", flat=True)),
    }
    return render(request, "pacts/pact_version.html", context)


# -- Commitments and reports ----------------------------------------------------------------------


@require_POST
def commitment(request: HttpRequest, city: str, reference: str, pk: UUID) -> HttpResponse:
    """Say how a commitment stands."""
    about = find(request, reference)
    row = get_object_or_404(about.commitments.select_related("pact", "city"), pk=pk)
    row.pact = about
    form = forms.CommitmentMoveForm(request.POST, about=about)
    person = person_of(request)
    done = _attempt(request, form, lambda values: actions.move_commitment(commitment=row, by=person, **values))
    if done is True:
        messages.success(request, _("Kept: everyone sees how it stands."))
    elif isinstance(done, Conflict):
        messages.warning(request, done.detail)
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, f"{label}: {' '.join(map(str, errors))}" if label else " ".join(map(str, errors)))
    return HttpResponseRedirect(f"{about.get_absolute_url()}#commitments")


def report(request: HttpRequest, city: str, reference: str) -> HttpResponse:
    """Hand in a report under the four headings."""
    about = find(request, reference)
    person = person_of(request)
    if not permissions.can_report(person, about):
        raise PermissionDenied(_("Only people of a group that is a party report on a pact."))
    form = forms.ReportForm(request.POST or None, about=about)
    if request.method == "POST":
        language = language_here()
        done = _attempt(
            request, form, lambda values: actions.report(pact=about, by=person, language=language, **values)
        )
        if done is True:
            messages.success(request, _("The report is public, and with the City."))
            return HttpResponseRedirect(f"{about.get_absolute_url()}#reports")
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "pacts/report.html", {"pact": about, "form": form}, status=status)


@require_POST
def judge_report(request: HttpRequest, city: str, reference: str, pk: UUID, word: str) -> HttpResponse:
    """An officer accepts a report, or sends it back with what is missing."""
    about = find(request, reference)
    row = get_object_or_404(about.reports.select_related("pact", "pact__city", "city"), pk=pk)
    form: forms.StepForm = forms.PlainForm(request.POST) if word == "accept" else forms.ReasonForm(request.POST)
    person = person_of(request)
    if word not in {"accept", "back"}:
        raise Http404
    judge = actions.accept_report if word == "accept" else actions.send_back_report
    done = _attempt(request, form, lambda values: judge(report=row, by=person, **values))
    if done is True:
        messages.success(request, _("The report is accepted.") if word == "accept" else _("The report is sent back."))
    elif isinstance(done, Conflict):
        messages.warning(request, done.detail)
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return HttpResponseRedirect(f"{about.get_absolute_url()}#reports")
