"""Amounts of money in whole minor units, and how they are read, split and shown."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language

# Stripe and the ledger keep two digits for the forint, but only whole forints exist as cash.
STORED_DIGITS = {"HUF": 2}
MAX_MINOR = 10**11  # a billion in two-digit currencies: far above any price, far below overflow


class BadAmount(ValueError):
    """The text is no amount of this currency. `code`: "number", "negative", "fraction" or "large"."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def digits(currency: str) -> int:
    """Stored decimal digits of `currency`."""
    return STORED_DIGITS.get(currency, get_currency_precision(currency))


def smallest(currency: str) -> int:
    """The smallest amount that can be paid in cash or by card, in minor units."""
    return 100 if currency == "HUF" else 1


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`minor` whole minor units of `currency` (ISO 4217); may be negative in a ledger."""

    minor: int
    currency: str

    def __str__(self) -> str:
        return self.format(get_language() or "en")

    @property
    def major(self) -> Decimal:
        return Decimal(self.minor).scaleb(-digits(self.currency))

    def format(self, language: str) -> str:
        """As people of `language` write it; without decimals where the amount is whole."""
        whole = self.major == self.major.to_integral_value()
        return (
            format_currency(
                self.major,
                self.currency,
                locale=language.replace("-", "_"),
                currency_digits=False,
                decimal_quantization=True,
                format="¤#,##0" if whole and language == "en" else None,
            )
            if not whole or language == "en"
            else _whole(self.major, self.currency, language)
        )


def _whole(major: Decimal, currency: str, language: str) -> str:
    return format_currency(
        major, currency, format="#,##0\xa0¤", locale=language.replace("-", "_"), currency_digits=False
    )


def parse_minor(text: str, currency: str) -> int:
    """Minor units from what a person typed ("12", "12,50", "1 200.5").

    Raises BadAmount for a text that is no number, negative, finer than the currency, or above MAX_MINOR.
    """
    compact = text.strip().replace("\xa0", "").replace("\u202f", "").replace(" ", "").replace("'", "")
    if "," in compact and "." in compact:
        thousands = "," if compact.rfind(",") < compact.rfind(".") else "."
        compact = compact.replace(thousands, "")
    try:
        value = Decimal(compact.replace(",", "."))
    except InvalidOperation:
        raise BadAmount("number") from None
    if not value.is_finite():
        raise BadAmount("number")
    if value < 0:
        raise BadAmount("negative")
    if value.scaleb(digits(currency)) > MAX_MINOR:
        raise BadAmount("large")
    minor = value.scaleb(digits(currency))
    if minor != minor.to_integral_value() or int(minor) % smallest(currency):
        raise BadAmount("fraction")
    return int(minor)


def share(minor: int, basis_points: int, currency: str) -> int:
    """`basis_points` of `minor`, rounded half up to what can be paid in this currency."""
    unit = smallest(currency)
    return (minor * basis_points + 5_000 * unit) // (10_000 * unit) * unit
