"""The impact page: findings first, then numbers with their doubt, then what people saw."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from backend.cities.models import City
from backend.impact import actions
from backend.impact.choices import ObservationConsent, StudyState, Verdict
from backend.impact.forms import ObservationForm
from backend.impact.indicators import Reading, Scope, by_month, counted, readings, research_consents, sessions
from backend.impact.models import Observation, Study
from backend.impact.permissions import can_observe, can_read_all
from backend.pacts.choices import REGISTERED
from backend.pacts.models import Pact
from backend.people.choices import Role
from backend.people.choices import Scope as Held
from backend.people.models import RoleGrant

PERIODS = {
    "": gettext_lazy("Since the beginning"),
    "365": gettext_lazy("Last 12 months"),
    "90": gettext_lazy("Last 90 days"),
    "30": gettext_lazy("Last 30 days"),
}
WHOLE_CITY = "city"
NOTES, TILES = 8, 4
TONES = {Verdict.BETTER: "moss", Verdict.WORSE: "danger", Verdict.UNCLEAR: "ochre", Verdict.NEW: "river"}


@dataclass(frozen=True)
class Look:
    """What the reader asked to see."""

    studies: list[Study]
    study: Study | None
    pact: Pact | None
    period: str

    def scope(self, city: City) -> Scope:
        since = timezone.now() - timedelta(days=int(self.period)) if self.period else None
        return Scope(city, self.pact, since)


def _place(request: HttpRequest) -> City:
    place: City | None = request.city  # type: ignore[attr-defined]  # set by the middleware Place
    if place is None:
        raise Http404
    return place


def _person(request: HttpRequest) -> Any:
    """Whoever is here: signed in, or the guest of a room."""
    return request.person  # type: ignore[attr-defined]  # set by the middleware Present


@require_GET
def city(request: HttpRequest, city: str) -> HttpResponse:
    place = _place(request)
    return _page(request, ObservationForm(city=place) if can_observe(_person(request), place) else None)


def _where(request: HttpRequest) -> str:
    """The page as it was when a form was sent from it."""
    address = reverse("impact:city", args=[_place(request).slug])
    asked = {name: request.GET[name] for name in ("about", "pact", "period") if request.GET.get(name)}
    return f"{address}?{urlencode(asked)}" if asked else address


@require_POST
def observe(request: HttpRequest, city: str) -> HttpResponse:
    place, person = _place(request), _person(request)
    if not can_observe(person, place):
        return redirect("account_login")
    look = _look(request)
    form = ObservationForm(request.POST, city=place)
    if form.is_valid():
        told = {**form.cleaned_data, "study": look.study, "pact": look.pact}
        try:
            note = actions.observe(by=person, city=place, language=get_language() or place.language, **told)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Thank you. Your words are kept."))
            return redirect(f"{_where(request)}#note-{note.pk}")
    return _page(request, form, status=422)


@require_POST
def take_back(request: HttpRequest, city: str, observation: UUID) -> HttpResponse:
    """One's own words go back to the people of the study alone."""
    place, person = _place(request), _person(request)
    row = get_object_or_404(Observation.objects.in_city(place).filter(by=person), pk=observation)
    actions.change_consent(by=person, observation=row, consent=ObservationConsent.PRIVATE)
    messages.success(request, _("Taken back. Only you and the researchers of this city still see it."))
    return redirect(_where(request) + "#notes")


@require_POST
def export(request: HttpRequest, city: str) -> HttpResponse:
    """Ask for the data package of a study."""
    place = _place(request)
    study = get_object_or_404(Study.objects.in_city(place), slug=request.POST.get("study", ""))
    actions.start_export(by=_person(request), study=study)
    messages.success(request, _("The file is being made. Look here again in a minute."))
    return redirect(f"{reverse('impact:city', args=[place.slug])}?about={study.slug}#export")


def _page(request: HttpRequest, form: ObservationForm | None, status: int = 200) -> HttpResponse:
    place, person = _place(request), _person(request)
    look = _look(request)
    scope = look.scope(place)
    reads_all = can_read_all(person, place)
    told = readings(scope)
    held = sessions(scope)
    months = by_month(scope, held)
    context = {
        "look": look,
        "periods": PERIODS,
        "whole_city": WHOLE_CITY,
        "tiles": [{"reading": each, "tone": TONES[each.verdict]} for each in _tiles(told)],
        "lines": [each for each in told if _has_line(each)],
        "pairs": (pairs := _pairs(told)),
        "pairs_better": sum(each.verdict == Verdict.BETTER for each in pairs),
        "pairs_unclear": sum(each.verdict == Verdict.UNCLEAR for each in pairs),
        "months": months,
        "best_month": max(months, key=lambda month: month.people, default=None),
        "figures": counted(scope, held),
        "form": form,
        "reads_all": reads_all,
        **_notes(request, look, reads_all),
    }
    if reads_all:
        context["agreed"], context["members"] = research_consents(place)
    return render(request, "impact/city.html", context, status=status)


def _look(request: HttpRequest) -> Look:
    """`?about=` a study's slug or the whole city, or `?pact=`; else the newest open study."""
    place = _place(request)
    studies = list(Study.objects.in_city(place).for_page().with_last_export())
    period = request.GET.get("period", "")
    period = period if period in PERIODS else ""
    about, reference = request.GET.get("about", ""), request.GET.get("pact", "")
    if reference:
        known = Pact.objects.in_city(place).filter(state__in=REGISTERED)
        pact = get_object_or_404(known, reference=reference)
        study = next((each for each in studies if each.pact_id == pact.pk), None)
        return Look(studies, study, pact, period)
    if about == WHOLE_CITY:
        return Look(studies, None, None, period)
    if about:
        study = next((each for each in studies if each.slug == about), None)
        if study is None:
            raise Http404
    else:
        study = next((each for each in studies if each.state == StudyState.OPEN), None)
    return Look(studies, study, study.pact if study else None, period)


def _notes(request: HttpRequest, look: Look, reads_all: bool) -> dict[str, Any]:
    """One page of what people saw; an extra row tells that there is more."""
    place, person = _place(request), _person(request)
    asked = request.GET.get("notes", "1")
    number = min(int(asked), 1000) if asked.isdecimal() and int(asked) else 1
    researchers = RoleGrant.objects.active().filter(
        person=OuterRef("by"), scope_kind=Held.CITY, scope_id=place.pk, role=Role.RESEARCHER
    )
    rows = Observation.objects.in_city(place).visible_to(person, researcher=reads_all).about(look.pact).for_list()
    rows = rows.annotate(by_researcher=Exists(researchers))
    first = (number - 1) * NOTES
    notes = list(rows[first : first + NOTES + 1])
    return {
        "notes": notes[:NOTES],
        "notes_number": number,
        "notes_before": number - 1,
        "notes_after": number + 1 if len(notes) > NOTES else 0,
    }


def _has_line(each: Reading) -> bool:
    """Enough points to draw; shares of people stand in their own chart."""
    return each.latest is not None and each.indicator.unit != "%" and len(each.since) + len(each.before) > 2


def _tiles(told: list[Reading]) -> list[Reading]:
    """The first numbers, and every further one that no chart shows."""
    known = [each for each in told if each.latest]
    rest = [each for each in known[TILES:] if not _has_line(each) and each not in _pairs(told)]
    return known[:TILES] + rest


def _pairs(told: list[Reading]) -> list[Reading]:
    """Shares of people, asked before and now: they stand in one chart."""
    return [each for each in told if each.indicator.unit == "%" and each.baseline and each.latest]
