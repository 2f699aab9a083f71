"""The list of offers, an offer's page, making one, and the questions about it."""

from typing import Any

from babel.numbers import format_decimal
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from backend.activities.choices import OutputKind
from backend.activities.forms import own_groups, take_errors
from backend.activities.models import Output
from backend.activities.views import person_of, place_of, share_city, sign_in, weight
from backend.base.paging import page_of
from backend.base.problems import Conflict
from backend.cities.models import City
from backend.conversations.actions import flag
from backend.conversations.choices import PostState
from backend.conversations.models import Post
from backend.people.models import Person
from marketplace import actions
from marketplace.forms import ListingForm, OrderForm, QuestionForm, ReasonForm, ReportForm
from marketplace.models import Listing, ListingMode
from marketplace.modes import MODES
from marketplace.permissions import can_list_output, listing_abilities
from marketplace.search import matching

MOST_POSTS = 200

# -- The list -------------------------------------------------------------------------------------


@require_GET
def listing_list(request: HttpRequest, city: str) -> HttpResponse:
    """`?q=` words, `?mode=`, `?kind=`, `?in=all` every city or another city's slug."""
    place = place_of(request)
    chosen = {name: request.GET.get(name, "") for name in ("q", "mode", "kind", "in")}
    chosen["q"] = chosen["q"].replace("\x00", "").strip()[:120]
    rows = _rows(request, place, chosen["in"]).open()
    if chosen["mode"] in MODES:
        rows = rows.offered_as(chosen["mode"])
    if chosen["kind"] in OutputKind.values:
        rows = rows.filter(output__kind=chosen["kind"])
    rows = matching(rows, chosen["q"]).for_list().newest()
    page = page_of(request, rows)
    context = {
        "page": page,
        "cards": [card(listing) for listing in page],
        "chosen": chosen,
        "modes": MODES.values(),
        "kinds": OutputKind.choices,
        "may_offer": person_of(request) is not None,
    }
    return render(request, "marketplace/list.html", context)


def _rows(request: HttpRequest, place: City, where: str) -> Any:
    if where == "all":
        open_cities = [each.pk for each in request.cities]  # type: ignore[attr-defined]
        return Listing.objects.across_cities().filter(city__in=open_cities)
    other = next((each for each in request.cities if each.slug == where), place)  # type: ignore[attr-defined]
    return Listing.objects.in_city(other)


def card(listing: Listing) -> dict[str, Any]:
    """What a card shows beside the listing itself."""
    offers = [offer for offer in listing.modes.all() if offer.mode in MODES]
    return {
        "listing": listing,
        "offers": [{"offer": offer, "rule": MODES[offer.mode]} for offer in offers],
        "price": MODES[offers[0].mode].price_words(offers[0]) if offers else "",
        "left": sum(offer.stock for offer in offers),
        "percent": listing.share_bp / 100 if any(MODES[offer.mode].priced for offer in offers) else 0,
    }


# -- One offer ------------------------------------------------------------------------------------


def listing_of(request: HttpRequest, slug: str) -> Listing:
    rows = Listing.objects.in_city(place_of(request)).visible_to(person_of(request)).for_page()
    found: Listing = get_object_or_404(rows, slug=slug)
    share_city(found.output, found.city)
    return found


@require_GET
def listing(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    return listing_page(request, listing_of(request, slug))


def listing_page(request: HttpRequest, shown: Listing, **forms: Any) -> HttpResponse:
    """The page of an offer; `forms` are those that came back with errors: order, question, report, reason."""
    person = person_of(request)
    parts = list(shown.output.contributions.all())
    offers = [_offer(shown, offer, person, forms.get("order")) for offer in shown.modes.all() if offer.mode in MODES]
    context = {
        "listing": shown,
        "output": shown.output,
        "offers": offers,
        "priced": next((each for each in offers if each["parts"]), None),
        "abilities": listing_abilities(person, shown),
        "named": [part for part in parts if part.consented],
        "unnamed": sum(not part.consented for part in parts),
        "photos": shown.output.photos.all(),
        "weight": weight(shown.output.photos.all()),
        "questions": _questions(shown),
        "question_form": forms.get("question") or QuestionForm(),
        "report_form": forms.get("report") or ReportForm(),
        "reason_form": forms.get("reason") or ReasonForm(),
        "party": shown.by_a_party,
    }
    wrong = any(form.errors for form in forms.values() if form)
    return render(request, "marketplace/listing.html", context, status=422 if wrong else 200)


def _offer(shown: Listing, offer: ListingMode, person: Person | None, sent: OrderForm | None) -> dict[str, Any]:
    """One way with its price, where the money goes, and its form; the one that was sent keeps what was typed."""
    rule = MODES[offer.mode]
    mine = sent is not None and sent.data.get("mode") == offer.mode
    return {
        "offer": offer,
        "rule": rule,
        "price": rule.price_words(offer),
        "parts": actions.parts_of_price(shown, offer),
        "form": sent if mine else OrderForm(person=person, initial={"mode": offer.mode}, auto_id=f"{offer.mode}_%s"),
    }


def _questions(shown: Listing) -> list[Post]:
    """Questions, the oldest first, each with its answers as `shown_replies`: one statement, and one
    more for the reasons where a moderator hid something."""
    rows = Post.objects.in_city(shown.city_id).shown().filter(thread=shown.thread_id)
    posts = list(rows.select_related("by", "on_behalf_of").order_by("at", "id")[:MOST_POSTS])
    prefetch_related_objects([each for each in posts if each.state == PostState.HIDDEN], "acts")
    for each in posts:
        each.shown_replies = [reply for reply in posts if reply.parent_id == each.pk]
    return [each for each in posts if each.parent_id is None]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, city: str) -> HttpResponse:
    """`?output=` what to offer; without it, what one could offer."""
    place, person = place_of(request), person_of(request)
    if person is None:
        return sign_in(request)
    groups = own_groups(person, place)
    chosen = request.GET.get("output", "")
    if not chosen:
        return render(request, "marketplace/choose.html", {"outputs": _own_outputs(place, person, groups)})
    output = get_object_or_404(Output.objects.in_city(place).for_page(), slug=chosen)
    if not any(can_list_output(person, output, name) for name in [None, *groups]):
        raise PermissionDenied(_("Only its owner can offer this."))
    start = {"title": output.title, "modes": ["sale"]}
    form = ListingForm(request.POST or None, output=output, groups=groups, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.list_output(output, by=person, language=request.LANGUAGE_CODE, **form.arguments())
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("It is offered now."))
            return redirect("marketplace:listing", place.slug, made.slug)
    percent = format_decimal(output.pact.fund_share_bp / 100, "0.##", get_language()[:2]) if output.pact else ""
    context = {"form": form, "output": output, "percent": percent}
    return render(request, "marketplace/new.html", context, status=422 if form.errors else 200)


def _own_outputs(place: City, person: Person, groups: Any) -> list[Output]:
    rows = Output.objects.in_city(place).for_list().newest()
    own = rows.filter(owner=person) | rows.filter(owner_group__in=groups)
    return list(own[:50])


# -- What one does with an offer ------------------------------------------------------------------

STEPS = {
    "pause": actions.pause_listing,
    "reopen": actions.reopen_listing,
    "close": actions.close_listing,
}


@require_POST
def step(request: HttpRequest, city: str, slug: str, name: str) -> HttpResponse:
    """Pause, open again, take off."""
    shown, person = listing_of(request, slug), person_of(request)
    page = reverse("marketplace:listing", args=[shown.city.slug, shown.slug])
    if person is None:
        return sign_in(request, page)
    if name not in STEPS:
        raise Http404
    try:
        STEPS[name](shown, by=person)
    except Conflict as conflict:
        messages.error(request, conflict.detail)
    return redirect(page)


@require_POST
def hide(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    shown, person, form = listing_of(request, slug), person_of(request), ReasonForm(request.POST)
    if person is None:
        return sign_in(request)
    if form.is_valid():
        try:
            actions.hide_listing(shown, by=person, **form.cleaned_data)
        except ValidationError as error:
            take_errors(form, error)
        except Conflict as conflict:
            messages.error(request, conflict.detail)
        if not form.errors:
            messages.success(request, _("It is hidden. Who offered it reads your reason."))
            return redirect("marketplace:list", shown.city.slug)
    return listing_page(request, shown, reason=form)


@require_POST
def ask(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """A question by anyone; an answer under it by whoever offers it, in the name they offer it in."""
    shown, person, form = listing_of(request, slug), person_of(request), QuestionForm(request.POST)
    page = reverse("marketplace:listing", args=[shown.city.slug, shown.slug])
    if person is None:
        return sign_in(request, page)
    if form.is_valid():
        asked = shown.thread.posts.select_related("by").filter(pk=form.cleaned_data["parent"]).first()
        try:
            actions.ask(shown, by=person, text=form.cleaned_data["text"], language=request.LANGUAGE_CODE, parent=asked)
        except ValidationError as error:
            take_errors(form, error)
        else:
            return redirect(f"{page}#questions")
    return listing_page(request, shown, question=form)


@require_POST
def report(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    shown, person, form = listing_of(request, slug), person_of(request), ReportForm(request.POST)
    page = reverse("marketplace:listing", args=[shown.city.slug, shown.slug])
    if person is None:
        return sign_in(request, page)
    if form.is_valid():
        try:
            flag(by=person, city=shown.city, reference=shown.reference, **form.cleaned_data)
        except ValidationError as error:
            take_errors(form, error)
        except Conflict as conflict:
            messages.info(request, conflict.detail)
        else:
            messages.success(request, _("Thank you. Someone looks at it soon."))
        if not form.errors:
            return redirect(page)
    return listing_page(request, shown, report=form)
