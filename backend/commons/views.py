"""Pages of the commons: the list with its map, one place, telling about a place."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.base.paging import page_of
from backend.base.problems import Conflict
from backend.cities.models import City
from backend.commons import actions, feeds
from backend.commons.choices import ACCESS, CommonsState
from backend.commons.forms import FindForm, OgcForm, PlaceForm, StateForm
from backend.commons.models import Commons
from backend.commons.permissions import abilities, can_add_commons, can_edit_commons
from backend.commons.querysets import CommonsQuerySet

SHOWN_STATES = (CommonsState.PACT_IN_FORCE, CommonsState.PROPOSAL_OPEN, CommonsState.LOOKING, CommonsState.MAPPED)
GEOJSON_LIMIT = 2000
OGC_LIMIT = 100


def _city(request: HttpRequest) -> City:
    city: City | None = request.city  # type: ignore[attr-defined]
    if city is None:
        raise Http404
    return city


def _of(city: City, rows: Iterable[Commons]) -> list[Commons]:
    """The rows, each knowing the city that is already here."""
    found = list(rows)
    for row in found:
        row.city = city
    return found


def _found(city: City, asked: dict[str, Any]) -> CommonsQuerySet:
    rows = Commons.objects.in_city(city).search(asked.get("q", ""))
    rows = rows.of_kind(asked.get("kind", "")).in_quarter(asked.get("quarter", ""))
    rows = rows.offering("step_free") if asked.get("step_free") else rows
    return rows.in_box(asked["bbox"]) if asked.get("bbox") else rows


def _place(request: HttpRequest, slug: str) -> Commons:
    city = _city(request)
    place = Commons.objects.in_city(city).filter(slug=slug).first()
    if place is None:
        raise Http404
    place.city = city
    return place


@require_safe
def list_(request: HttpRequest, city: str) -> HttpResponse:
    """The list, and the map as its picture."""
    here = _city(request)
    form = FindForm(request.GET, city=here)
    asked = form.asked()
    rows = _found(here, asked)
    counts = rows.state_counts()
    page = page_of(request, rows.in_state(asked.get("state", "")).for_list())
    places = _of(here, page.object_list)
    facts = {
        "form": form,
        "asked": asked,
        "page": page,
        "places": places,
        "states": [(state.value, state.label, counts.get(state, 0)) for state in SHOWN_STATES if counts.get(state)],
        "all_count": sum(counts.values()),
        "can_add": can_add_commons(request.user, here),
        "access": ACCESS,
    }
    return render(request, "commons/list.html", facts)


@require_safe
def geojson(request: HttpRequest, city: str) -> JsonResponse:
    """The same places as GeoJSON, for the live map and for other programs."""
    here = _city(request)
    asked = FindForm(request.GET, city=here).asked()
    rows = _found(here, asked).in_state(asked.get("state", "")).for_list()[:GEOJSON_LIMIT]
    return JsonResponse(feeds.features(_of(here, rows)), content_type=feeds.GEOJSON)


@require_safe
def commons(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """One place, and what happens there."""
    place = _place(request, slug)
    facts = {
        "place": place,
        "access": [(key, label, key in place.offers) for key, label in ACCESS.items()],
        "can": abilities(request.user, place),
        "state_form": StateForm(initial={"to": place.state}),
        **_there(place),
    }
    return render(request, "commons/commons.html", facts)


def _there(place: Commons) -> dict[str, Any]:
    """What the apps above know about a place and anyone may see."""
    return {
        "pacts": place.pacts.registered().order_by("-signed_at")[:6],
        "proposals": place.proposals.public().order_by("-published_at")[:6],
        "rooms": place.rooms.filter(state="open", access="public").order_by("-starts_at")[:3],
        "activities": place.activities.order_by("-starts_at").prefetch_related("outputs")[:8],
    }


def _language(city: City) -> str:
    return (get_language() or city.language)[:2]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, city: str) -> HttpResponse:
    """Tell about a place."""
    here = _city(request)
    if not can_add_commons(request.user, here):
        raise PermissionDenied(_("Sign in first."))
    form = PlaceForm(request.POST or None, city=here)
    if request.method == "POST" and form.is_valid():
        try:
            place = actions.add_commons(by=request.user, city=here, **form.facts(_language(here)))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Thank you. The place is on the map now."))
            return redirect("commons:commons", here.slug, place.slug)
    return render(request, "commons/edit.html", {"form": form, "place": None}, status=_status(form))


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _initial(place: Commons) -> dict[str, Any]:
    return {
        "name": place.shown_name().text,
        "text": place.shown_text().text,
        "access": place.offers,
        "note": place.shown_note().text,
        **{key: getattr(place, key) for key in ("kind", "address", "quarter", "lat", "lng", "owner")},
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Change what is said of a place, in the language one reads; other languages stay."""
    place = _place(request, slug)
    if not can_edit_commons(request.user, place):
        raise PermissionDenied(_("Only the City’s officers and facilitators change this place."))
    form = PlaceForm(request.POST or None, city=place.city, initial=_initial(place))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_commons(by=request.user, commons=place, **place.with_texts(form.facts(_language(place.city))))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("commons:commons", place.city.slug, place.slug)
    return render(request, "commons/edit.html", {"form": form, "place": place}, status=_status(form))


@login_required
@require_POST
def state(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Move the state of a place."""
    place = _place(request, slug)
    form = StateForm(request.POST)
    if form.is_valid():
        try:
            actions.change_state(
                by=request.user, commons=place, to=form.cleaned_data["to"], reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("Saved."))
        except Conflict as error:
            messages.error(request, error.detail)
    return redirect("commons:commons", place.city.slug, place.slug)


@require_safe
def ogc(request: HttpRequest) -> JsonResponse:
    """Where a program begins to read."""
    return JsonResponse(feeds.landing())


@require_safe
def ogc_conformance(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"conformsTo": feeds.CONFORMANCE})


@require_safe
def ogc_collections(request: HttpRequest) -> JsonResponse:
    links = [feeds.link(request.path, "self")]
    return JsonResponse({"collections": [feeds.collection()], "links": links})


@require_safe
def ogc_collection(request: HttpRequest) -> JsonResponse:
    return JsonResponse(feeds.collection())


@require_safe
def ogc_items(request: HttpRequest) -> JsonResponse:
    """Places, a page at a time; `bbox`, `city`, `kind`, `state`, `limit` and `offset` narrow them."""
    form = OgcForm(request.GET)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        detail = f"{name}: {' '.join(map(str, errors))}"
        return JsonResponse({"code": "InvalidParameterValue", "description": detail}, status=400)
    asked = form.cleaned_data
    rows: Any = Commons.objects.across_cities().of_kind(asked["kind"]).in_state(asked["state"])
    rows = rows.filter(city__slug=asked["city"]) if asked["city"] else rows
    rows = rows.in_box(asked["bbox"]) if asked["bbox"] else rows
    first, size = asked["offset"] or 0, asked["limit"] or OGC_LIMIT
    found = list(rows.select_related("city").order_by("pk")[first : first + size])
    count = rows.count()
    links = [feeds.link(request.get_full_path(), "self", feeds.GEOJSON)]
    if first + size < count:
        query = request.GET.copy()
        query["offset"] = str(first + size)
        links.append(feeds.link(f"{request.path}?{query.urlencode()}", "next", feeds.GEOJSON))
    body: dict[str, Any] = {
        **feeds.features(found),
        "numberMatched": count,
        "numberReturned": len(found),
        "timeStamp": timezone.now().isoformat(),
        "links": links,
    }
    return JsonResponse(body, content_type=feeds.GEOJSON)


@require_safe
def ogc_item(request: HttpRequest, pk: str) -> JsonResponse:
    place = Commons.objects.across_cities().select_related("city").filter(pk=pk).first()
    if place is None:
        raise Http404
    links = [feeds.link(request.path, "self", feeds.GEOJSON)]
    return JsonResponse({**feeds.feature(place), "links": links}, content_type=feeds.GEOJSON)
