"""For sale: one price, paid in hand when the thing is handed over."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.choices import Mode
from marketplace.models import ListingMode
from marketplace.modes.base import AmountField, ModeRule, refuse_price


class Sale(ModeRule):
    name = Mode.SALE
    icon = "euro"
    tone = "brick"
    priced = True

    def price_words(self, offer: ListingMode) -> str:
        return str(offer.price)

    def button(self) -> str:
        return _("Reserve it")

    def promise(self) -> str:
        return _("You pay when you collect it.")

    def help(self) -> str:
        return _("One price. The other side pays when they collect it.")

    def form_fields(self, currency: str) -> dict[str, forms.Field]:
        price = AmountField(label=gettext_lazy("Price of one"), currency=currency, required=False)
        return {"price_minor": price, **super().form_fields(currency)}

    def check(self, offer: ListingMode) -> None:
        refuse_price(offer.price_minor, offer.currency)
        super().check(offer)

    def amount(self, offer: ListingMode, quantity: int) -> int:
        return (offer.price_minor or 0) * quantity
