"""Ordering, and the page on which both sides say that it was handed over."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from backend.activities.forms import take_errors
from backend.activities.views import person_of, place_of, sign_in
from backend.base.paging import page_of
from backend.base.problems import Conflict
from marketplace import actions
from marketplace.choices import TransferKind
from marketplace.forms import CancelForm, OrderForm
from marketplace.models import Order
from marketplace.modes import MODES
from marketplace.permissions import can_order, gives, order_abilities, takes
from marketplace.views.listings import listing_of, listing_page


@require_POST
def order(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    shown, person = listing_of(request, slug), person_of(request)
    if person is None:
        return sign_in(request, reverse("marketplace:listing", args=[shown.city.slug, shown.slug]))
    if not can_order(person, shown):
        raise PermissionDenied(_("This can not be ordered by you now."))
    form = OrderForm(request.POST, person=person, auto_id=f"{request.POST.get('mode', '')}_%s")
    if form.is_valid():
        try:
            made = actions.order(shown, by=person, **form.cleaned_data)
        except ValidationError as error:
            take_errors(form, error)
        except Conflict as conflict:
            form.add_error(None, conflict.detail)
        else:
            messages.success(request, _("It is kept for you."))
            return redirect("marketplace:order", shown.city.slug, made.deal.reference)
    return listing_page(request, shown, order=form)


@require_GET
def order_list(request: HttpRequest, city: str) -> HttpResponse:
    """One's own orders here: what one takes and what one gives."""
    place, person = place_of(request), person_of(request)
    if person is None:
        return sign_in(request)
    rows = Order.objects.in_city(place).visible_to(person).for_page().newest()
    page = page_of(request, rows)
    context = {"page": page, "rows": [{"order": row, "gives": row.deal.taker_id != person.pk} for row in page]}
    return render(request, "marketplace/orders.html", context)


def _order(request: HttpRequest, reference: str) -> Order:
    """An order of someone else is not there at all."""
    rows = Order.objects.in_city(place_of(request)).visible_to(person_of(request)).for_page()
    found: Order = get_object_or_404(rows, deal__reference=reference)
    return found


@require_GET
def order_view(request: HttpRequest, city: str, reference: str) -> HttpResponse:
    if person_of(request) is None:
        return sign_in(request)
    return _order_page(request, _order(request, reference))


def _order_page(request: HttpRequest, shown: Order, form: CancelForm | None = None) -> HttpResponse:
    person = person_of(request)
    context = {
        "order": shown,
        "deal": shown.deal,
        "rule": MODES.get(shown.deal.mode),
        "gives": gives(person, shown.deal),
        "takes": takes(person, shown.deal),
        "abilities": order_abilities(person, shown),
        "arrived": shown.transfers.filter(kind=TransferKind.SHARE_ARRIVED).exists() if shown.fund_minor else False,
        "cancel_form": form or CancelForm(),
    }
    return render(request, "marketplace/order.html", context, status=422 if form and form.errors else 200)


def _say(work: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """A view of one button on an order's page."""

    @require_POST
    def view(request: HttpRequest, city: str, reference: str) -> HttpResponse:
        person = person_of(request)
        if person is None:
            return sign_in(request)
        shown = _order(request, reference)
        try:
            work(shown, by=person)
        except Conflict as conflict:
            messages.error(request, conflict.detail)
        return redirect("marketplace:order", shown.city.slug, shown.deal.reference)

    return view


given = _say(actions.confirm_given)
taken = _say(actions.confirm_taken)


@require_POST
def cancel(request: HttpRequest, city: str, reference: str) -> HttpResponse:
    person = person_of(request)
    if person is None:
        return sign_in(request)
    shown, form = _order(request, reference), CancelForm(request.POST)
    if form.is_valid():
        try:
            actions.cancel_order(shown, by=person, **form.cleaned_data)
        except ValidationError as error:
            take_errors(form, error)
        except Conflict as conflict:
            messages.error(request, conflict.detail)
        if not form.errors:
            return redirect("marketplace:order", shown.city.slug, shown.deal.reference)
    return _order_page(request, shown, form)
