"""Pages of activities, of what they made, and the city's calendar."""

from collections.abc import Callable, Iterable
from typing import Any

from babel.numbers import format_decimal
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from backend.activities import actions, feeds
from backend.activities.choices import OutputKind
from backend.activities.forms import ActivityForm, DoneForm, OutputForm, PhotoForm, ReasonForm, take_errors
from backend.activities.models import Activity, Output, Photo
from backend.activities.permissions import (
    activity_abilities,
    can_credit,
    can_edit_output,
    can_plan_activity,
    can_record_output,
    can_withdraw_credit,
)
from backend.base.paging import page_of
from backend.base.problems import Conflict
from backend.cities.models import City
from backend.people.models import Person

FEED_LENGTH = 60


def place_of(request: HttpRequest) -> City:
    """The city of the address; one that is none, or is closed, is not found."""
    if request.city is None:  # type: ignore[attr-defined]
        raise Http404
    return request.city  # type: ignore[attr-defined]


def person_of(request: HttpRequest) -> Person | None:
    """Who is signed in, else the guest of a room, else nobody."""
    if request.user.is_authenticated:
        return request.user
    return getattr(request, "person", None)


def sign_in(request: HttpRequest, back: str = "") -> HttpResponse:
    """Who is nobody yet signs in first; what they typed is kept."""
    return redirect_to_login(back or request.get_full_path())


# -- Activities -----------------------------------------------------------------------------------


@require_GET
def activity_list(request: HttpRequest, city: str) -> HttpResponse:
    """`?when=past`, `?access=step_free`, `?q=` a word of the title."""
    place = place_of(request)
    past, step_free = request.GET.get("when") == "past", request.GET.get("access") == "step_free"
    rows = Activity.objects.in_city(place).for_list()
    rows = rows.past() if past else rows.upcoming()
    if step_free:
        rows = rows.filter(access__step_free=True)
    context = {
        "page": page_of(request, rows),
        "past": past,
        "step_free": step_free,
        "may_plan": can_plan_activity(person_of(request), place),
    }
    return render(request, "activities/list.html", context)


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, city: str) -> HttpResponse:
    place, person = place_of(request), person_of(request)
    if person is None:
        return sign_in(request)
    form = ActivityForm(request.POST or None, city=place, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.plan_activity(by=person, city=place, language=request.LANGUAGE_CODE, **form.arguments())
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("It is in the calendar now."))
            return redirect("activities:activity", place.slug, made.slug)
    elif request.method == "GET" and not (can_plan_activity(person, place) or form.fields["group"].queryset.exists()):  # type: ignore[attr-defined]
        raise PermissionDenied(_("Only people of this city can plan activities here."))
    return render(request, "activities/plan.html", {"form": form}, status=422 if form.errors else 200)


def _activity(request: HttpRequest, slug: str) -> Activity:
    rows = Activity.objects.in_city(place_of(request)).for_list().select_related("pact")
    found: Activity = get_object_or_404(rows, slug=slug)
    return found


@require_GET
def activity(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    return _activity_page(request, _activity(request, slug))


def _activity_page(
    request: HttpRequest, shown: Activity, *, reason: ReasonForm | None = None, done: DoneForm | None = None
) -> HttpResponse:
    person = person_of(request)
    errors = (reason and reason.errors) or (done and done.errors)
    context = {
        "activity": shown,
        "abilities": activity_abilities(person, shown),
        "meeting": _meeting_point(shown),
        "mine": person is not None and shown.attendances.filter(person=person).exists(),
        "left": None if shown.places is None else max(0, shown.places - shown.coming),
        "outputs": shown.outputs.in_city(shown.city).with_city().prefetch_related("photos").newest()[:12],
        "rooms": shown.rooms.only("activity", "slug", "title", "language", "state").order_by("starts_at")[:4],
        "reason_form": reason or ReasonForm(),
        "done_form": done or DoneForm(),
    }
    return render(request, "activities/activity.html", context, status=422 if errors else 200)


def _meeting_point(shown: Activity) -> str:
    """Where exactly people meet, where that is more than the name of the place."""
    names = {entry["text"] for entry in shown.commons.name.values()} if shown.commons else set()
    return "" if shown.place in names else shown.place


def _change(work: Callable[[Activity, Person], Any], said: Callable[[], str]) -> Callable[..., HttpResponse]:
    """A view of one button: does `work` for whoever pressed it, and says what happened on the activity's page."""

    @require_POST
    def view(request: HttpRequest, city: str, slug: str) -> HttpResponse:
        shown, person = _activity(request, slug), person_of(request)
        if person is None:
            return sign_in(request)
        try:
            work(shown, person)
        except Conflict as conflict:
            messages.error(request, conflict.detail)
        else:
            messages.success(request, said())
        return redirect("activities:activity", shown.city.slug, shown.slug)

    return view


come = _change(lambda shown, by: actions.come(shown, by=by), lambda: _("You are on the list. See you there."))
leave = _change(
    lambda shown, by: actions.leave(shown, by=by), lambda: _("You are off the list. Thank you for saying so.")
)


@require_POST
def cancel(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    shown, person, form = _activity(request, slug), person_of(request), ReasonForm(request.POST)
    if person is None:
        return sign_in(request)
    if form.is_valid():
        try:
            actions.cancel_activity(shown, by=person, **form.cleaned_data)
        except ValidationError as error:
            take_errors(form, error)
        except Conflict as conflict:
            messages.error(request, conflict.detail)
        if not form.errors:
            return redirect("activities:activity", shown.city.slug, shown.slug)
    return _activity_page(request, shown, reason=form)


@require_POST
def done(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    shown, person, form = _activity(request, slug), person_of(request), DoneForm(request.POST)
    if person is None:
        return sign_in(request)
    if form.is_valid():
        try:
            actions.mark_done(shown, by=person, **form.cleaned_data)
        except ValidationError as error:
            take_errors(form, error)
        except Conflict as conflict:
            messages.error(request, conflict.detail)
        if not form.errors:
            return redirect("activities:activity", shown.city.slug, shown.slug)
    return _activity_page(request, shown, done=form)


# -- The calendar ---------------------------------------------------------------------------------


def _address(request: HttpRequest) -> Callable[[Activity], str]:
    return lambda row: request.build_absolute_uri(reverse("activities:activity", args=[row.city.slug, row.slug]))


@require_GET
def ics(request: HttpRequest, city: str) -> HttpResponse:
    place = place_of(request)
    rows = Activity.objects.in_city(place).announced().select_related("commons__city", "city")[:500]
    name = _("Activities in %(city)s") % {"city": place.label}
    text = feeds.calendar(place, rows, name=name, address=_address(request))
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


@require_GET
def atom(request: HttpRequest, city: str) -> HttpResponse:
    place = place_of(request)
    rows = Activity.objects.in_city(place).select_related("city").order_by("-made_at", "-id")[:FEED_LENGTH]
    text = feeds.atom(
        place,
        rows,
        name=_("Activities in %(city)s") % {"city": place.label},
        page=request.build_absolute_uri(reverse("activities:list", args=[place.slug])),
        feed=request.build_absolute_uri(),
        address=_address(request),
    )
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


# -- Outputs --------------------------------------------------------------------------------------


@require_GET
def output_list(request: HttpRequest, city: str) -> HttpResponse:
    place = place_of(request)
    kind = request.GET.get("kind", "")
    rows = Output.objects.in_city(place).for_list().newest()
    if kind in OutputKind.values:
        rows = rows.filter(kind=kind)
    context = {"page": page_of(request, rows), "kinds": OutputKind.choices, "kind": kind}
    return render(request, "activities/outputs.html", context)


@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    shown, person = _activity(request, slug), person_of(request)
    if person is None:
        return sign_in(request)
    if not can_record_output(person, shown):
        raise PermissionDenied(_("Only the people of this activity can say what it made."))
    form = OutputForm(request.POST or None, activity=shown, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.record_output(shown, by=person, language=request.LANGUAGE_CODE, **form.arguments())
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("It is written down. Add a picture if you have one."))
            return redirect("activities:output", shown.city.slug, made.slug)
    context = {"form": form, "activity": shown}
    return render(request, "activities/record.html", context, status=422 if form.errors else 200)


def _output(request: HttpRequest, slug: str) -> Output:
    found: Output = get_object_or_404(Output.objects.in_city(place_of(request)).for_page(), slug=slug)
    share_city(found, found.city)
    return found


def share_city(output: Output, city: City) -> None:
    """All that an output hangs on lies in its city, which is read once."""
    pact = output.pact
    for thing in (output, output.activity, output.activity.commons, pact, pact and pact.proposal, output.owner_group):
        if thing is not None:
            thing.city = city


@require_GET
def output(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    return _output_page(request, _output(request, slug))


def weight(photos: Iterable[Photo]) -> str:
    """How much a phone loads to see them all: "310 KB"."""
    kilobytes = sum(photo.bytes for photo in photos) // 1024 or 1
    return (
        f"{kilobytes} KB" if kilobytes < 1024 else f"{format_decimal(kilobytes / 1024, '0.#', get_language()[:2])} MB"
    )


def _output_page(request: HttpRequest, shown: Output, form: PhotoForm | None = None) -> HttpResponse:
    person = person_of(request)
    may_edit = can_edit_output(person, shown)
    parts = list(shown.contributions.all())
    mine = [
        {"part": part, "may_credit": not part.consented and can_credit(person, part)}
        for part in parts
        if can_withdraw_credit(person, part)
    ]
    context = {
        "output": shown,
        "named": [part for part in parts if part.consented],
        "unnamed": sum(not part.consented for part in parts),
        "mine": mine,
        "may_edit": may_edit,
        "may_list": may_edit and person is not None and person.has_account,
        "weight": weight(shown.photos.all()),
        "photo_form": form or PhotoForm(),
        "listings": shown.listings.open().newest().prefetch_related("modes"),
    }
    return render(request, "activities/output.html", context, status=422 if form and form.errors else 200)


@require_POST
def photo(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    shown, person = _output(request, slug), person_of(request)
    if person is None:
        return sign_in(request)
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            actions.add_photo(shown, by=person, **form.cleaned_data)
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("The picture is there. Where it was taken is no longer in it."))
            return redirect("activities:output", shown.city.slug, shown.slug)
    return _output_page(request, shown, form)


@require_POST
def remove_photo(request: HttpRequest, city: str, slug: str, pk: Any) -> HttpResponse:
    shown, person = _output(request, slug), person_of(request)
    if person is None:
        return sign_in(request)
    actions.remove_photo(get_object_or_404(shown.photos, pk=pk), by=person)
    messages.success(request, _("The picture is gone."))
    return redirect("activities:output", shown.city.slug, shown.slug)


@require_POST
def credit(request: HttpRequest, city: str, slug: str, pk: Any) -> HttpResponse:
    """`yes=1` to be named, else one's name is taken back."""
    shown, person = _output(request, slug), person_of(request)
    if person is None:
        return sign_in(request)
    part = get_object_or_404(shown.contributions.select_related("person", "group__city"), pk=pk)
    actions.credit_contributor(part, by=person, consented=request.POST.get("yes") == "1")
    messages.success(request, _("Done. It holds everywhere at once."))
    return redirect("activities:output", shown.city.slug, shown.slug)
