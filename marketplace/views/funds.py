"""The open book of a commons fund: every entry in and out, and what is promised."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from backend.activities.forms import take_errors
from backend.activities.views import person_of, place_of, sign_in
from backend.base.ids import uuid7
from backend.base.paging import page_of
from backend.base.problems import Conflict
from backend.pacts.models import Pact
from marketplace import actions, ledger
from marketplace.choices import TransferKind
from marketplace.forms import FundForm
from marketplace.models import Account, Order, Transfer
from marketplace.permissions import can_settle_promise, keeps_fund


def _fund(request: HttpRequest, pk: uuid.UUID) -> tuple[Account, Pact]:
    place = place_of(request)
    fund: Account = get_object_or_404(Account.objects.in_city(place).funds(), pk=pk)
    pact: Pact = get_object_or_404(Pact.objects.in_city(place).select_related("city"), pk=fund.owner_id)
    return fund, pact


@require_GET
def fund(request: HttpRequest, city: str, pk: uuid.UUID) -> HttpResponse:
    return _fund_page(request, *_fund(request, pk))


def _fund_page(request: HttpRequest, shown: Account, pact: Pact, form: FundForm | None = None) -> HttpResponse:
    person = person_of(request)
    keeps = keeps_fund(person, pact)
    promised = ledger.promised_to(pact, shown.unit)
    sums = ledger.balances([shown, promised])
    page = page_of(request, Transfer.objects.in_city(shown.city_id).filter(pact=pact).for_list().newest(), 50)
    waiting = _waiting(pact) if sums[promised.pk] else []
    context = {
        "fund": shown,
        "pact": pact,
        "balance": sums[shown.pk],
        "promised": sums[promised.pk],
        "page": page,
        "lines": [_line(transfer, shown, promised) for transfer in page],
        "waiting": [{"order": row, "may_settle": keeps and can_settle_promise(person, row)} for row in waiting],
        "keeps": keeps,
        "form": form or (FundForm(pact=pact, initial={"key": uuid7()}) if keeps else None),
    }
    return render(request, "marketplace/fund.html", context, status=422 if form and form.errors else 200)


def _waiting(pact: Pact) -> list[Order]:
    """Done orders whose share has not arrived, the oldest first."""
    rows = pact.orders.done().filter(transfers__kind=TransferKind.SHARE_PROMISED)
    rows = rows.exclude(transfers__kind=TransferKind.SHARE_ARRIVED)
    return list(rows.for_page().select_related("city", "pact__city").order_by("done_at")[:50])


def _line(transfer: Transfer, fund: Account, promised: Account) -> dict[str, Any]:
    """A transfer as the book of the fund tells it: what it did to the fund, and to what is promised."""
    sides = transfer.entries.all()
    return {
        "transfer": transfer,
        "amount": sum(side.amount for side in sides if side.account_id == fund.pk),
        "promised": sum(side.amount for side in sides if side.account_id == promised.pk),
    }


@require_POST
def settle(request: HttpRequest, city: str, pk: uuid.UUID, order: uuid.UUID) -> HttpResponse:
    shown, pact = _fund(request, pk)
    person = person_of(request)
    if person is None:
        return sign_in(request)
    row = get_object_or_404(pact.orders, pk=order)
    try:
        actions.settle_promise(row, by=person)
    except Conflict as conflict:
        messages.error(request, conflict.detail)
    else:
        messages.success(request, _("It stands in the fund now."))
    return redirect("marketplace:fund", shown.city.slug, shown.pk)


@require_POST
def book(request: HttpRequest, city: str, pk: uuid.UUID) -> HttpResponse:
    """A gift to the fund, or what was spent by a decision."""
    shown, pact = _fund(request, pk)
    person = person_of(request)
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
            return redirect("marketplace:fund", shown.city.slug, shown.pk)
    return _fund_page(request, shown, pact, form)
