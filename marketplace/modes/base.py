"""What a way of exchange has to say: its words, what an offer of it needs, and what an order of it costs."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.base.money import MAX_MINOR, BadAmount, Money, parse_minor, smallest
from marketplace.choices import Mode
from marketplace.models import ListingMode

MOST_STOCK = 10_000
MOST_AT_ONCE = 20


def amount_sentence(code: str, currency: str) -> str:
    """Why an amount is not taken, and what to write."""
    if code == "negative":
        return _("A price can not be below zero.")
    if code == "fraction":
        least = Money(smallest(currency), currency)
        return _("Nobody can pay that exactly. The smallest step is %(least)s.") % {"least": least}
    if code == "large":
        return _("This price is far too high. Look at the zeros again.")
    return _("Write a price as a number, for example 12 or 12.50.")


class AmountField(forms.CharField):
    """An amount as people type it, in the currency of the city; its value is minor units."""

    def __init__(self, *, currency: str = "", **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.currency = currency
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_minor(text, self.currency)
        except BadAmount as bad:
            raise ValidationError(amount_sentence(bad.code, self.currency), code=bad.code) from bad


class ModeRule:
    """One way of exchange. Its file gives `name`, `icon`, `tone` and the sentences below."""

    name: Mode
    icon = "tag"
    tone = ""
    priced = False  # money changes hands

    @property
    def label(self) -> str:
        return str(self.name.label)

    # -- words ------------------------------------------------------------------------------

    def price_words(self, offer: ListingMode) -> str:
        """What it takes to have one: "€120", "Free"."""
        raise NotImplementedError

    def button(self) -> str:
        raise NotImplementedError

    def promise(self) -> str:
        """What happens next, before one presses the button."""
        raise NotImplementedError

    def help(self) -> str:
        """For the one who offers: what this way means."""
        raise NotImplementedError

    # -- an offer ---------------------------------------------------------------------------

    def form_fields(self, currency: str) -> dict[str, forms.Field]:
        """What the form asks for beside the choice of this way; how many there are is asked of all."""
        return {
            "stock": forms.IntegerField(
                label=gettext_lazy("How many"), min_value=1, max_value=MOST_STOCK, required=False, initial=1
            )
        }

    def check(self, offer: ListingMode) -> None:
        """Raise ValidationError, by field, where the offer can not be made."""
        if not 1 <= offer.stock <= MOST_STOCK:
            sentence = _("Say how many there are: from 1 to %(most)s.") % {"most": MOST_STOCK}
            raise ValidationError({"stock": ValidationError(sentence, code="stock")})
        if not self.priced and offer.price_minor is not None:
            raise ValidationError({"price_minor": ValidationError(_("This way has no price."), code="price")})

    # -- an order ---------------------------------------------------------------------------

    def amount(self, offer: ListingMode, quantity: int) -> int:
        """Minor units that an order of so many costs."""
        return 0


def refuse_price(minor: int | None, currency: str) -> None:
    """Raise ValidationError for a price in minor units that can not be one: from JSON or from a form."""
    code = ""
    if minor is None or minor == 0:
        raise ValidationError(
            {"price_minor": ValidationError(_("Say the price. Or offer it as a gift."), code="required")}
        )
    if minor < 0:
        code = "negative"
    elif minor > MAX_MINOR:
        code = "large"
    elif minor % smallest(currency):
        code = "fraction"
    if code:
        raise ValidationError({"price_minor": ValidationError(amount_sentence(code, currency), code=code)})
