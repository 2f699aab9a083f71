"""The open book of a commons fund: every entry in and out, and what is promised."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from backend.activities.forms import take_errors
from backend.activities.views import person_of, place_of, sign_in
from backend.base.ids import uuid7
from backend.base.paging import page_of
from backend.base.problems import Conflict
from backend.pacts.models import Pact
from marketplace import actions
from marketplace.choices import AccountKind, TransferKind
from marketplace.forms import FundForm
from marketplace.models import Account, Order, Transfer
from marketplace.permissions import can_settle_promise, keeps_fund


@dataclass(frozen=True)
class Book:
    """A fund, what is promised to it, and the pact that they belong to."""

    fund: Account
    promised: Account | None
    pact: Pact

    def line(self, transfer: Transfer) -> dict[str, Any]:
        """A transfer as the book tells it: what it did to the fund, and to what is promised."""
        sides = transfer.entries.all()
        promised = self.promised.pk if self.promised else None
        return {
            "transfer": transfer,
            "amount": sum(side.amount for side in sides if side.account_id == self.fund.pk),
            "promised": sum(side.amount for side in sides if side.account_id == promised),
        }


def _book(request: HttpRequest, pk: uuid.UUID) -> Book:
    place = place_of(request)
    accounts = list(Account.objects.in_city(place).of_the_owner_of(pk).with_balance())
    fund = next((each for each in accounts if each.pk == pk and each.kind == AccountKind.FUND), None)
    if fund is None:
        raise Http404
    promised = (each for each in accounts if each.kind == AccountKind.PROMISED and each.unit == fund.unit)
    pact: Pact = get_object_or_404(Pact.objects.in_city(place), pk=fund.owner_id)
    fund.city = pact.city = place
    return Book(fund, next(promised, None), pact)


@require_GET
def fund(request: HttpRequest, city: str, pk: uuid.UUID) -> HttpResponse:
    return _fund_page(request, _book(request, pk))


def _fund_page(request: HttpRequest, shown: Book, form: FundForm | None = None) -> HttpResponse:
    person, pact = person_of(request), shown.pact
    keeps = keeps_fund(person, pact)
    promised = shown.promised.balance if shown.promised else 0
    page = page_of(request, Transfer.objects.in_city(pact.city).filter(pact=pact).for_list().newest(), 50)
    waiting = _waiting(pact) if promised else []
    context = {
        "fund": shown.fund,
        "pact": pact,
        "balance": shown.fund.balance,
        "promised": promised,
        "page": page,
        "lines": [shown.line(transfer) for transfer in page],
        "waiting": [{"order": row, "may_settle": can_settle_promise(person, row, keeps=keeps)} for row in waiting],
        "form": form or (FundForm(pact=pact, initial={"key": uuid7()}) if keeps else None),
    }
    return render(request, "marketplace/fund.html", context, status=422 if form and form.errors else 200)


def _waiting(pact: Pact) -> list[Order]:
    """Done orders whose share has not arrived, the oldest first."""
    rows = pact.orders.done().filter(transfers__kind=TransferKind.SHARE_PROMISED)
    rows = rows.exclude(transfers__kind=TransferKind.SHARE_ARRIVED)
    return list(rows.for_page().order_by("done_at")[:50])


@require_POST
def settle(request: HttpRequest, city: str, pk: uuid.UUID, order: uuid.UUID) -> HttpResponse:
    shown, person = _book(request, pk), person_of(request)
    pact = shown.pact
    if person is None:
        return sign_in(request)
    row = get_object_or_404(pact.orders, pk=order)
    try:
        actions.settle_promise(row, by=person)
    except Conflict as conflict:
        messages.error(request, conflict.detail)
    else:
        messages.success(request, _("It stands in the fund now."))
    return redirect("marketplace:fund", pact.city.slug, pk)


@require_POST
def book(request: HttpRequest, city: str, pk: uuid.UUID) -> HttpResponse:
    """A gift to the fund, or what was spent by a decision."""
    shown, person = _book(request, pk), person_of(request)
    pact = shown.pact
    if person is None:
        return sign_in(request)
    if not keeps_fund(person, pact):
        raise PermissionDenied(_("Only those who keep the fund can write in its book."))
    form = FundForm(request.POST, pact=pact)
    if form.is_valid():
        given = form.cleaned_data | {"key": str(form.cleaned_data["key"])}
        try:
            if given["decision"] is None:
                actions.give_to_fund(pact, by=person, **{name: given[name] for name in ("amount_minor", "note", "key")})
            else:
                actions.spend_from_fund(pact, by=person, **given)
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("It stands in the book of the fund."))
            return redirect("marketplace:fund", pact.city.slug, pk)
    return _fund_page(request, shown, form)
