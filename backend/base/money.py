"""Amounts of money in whole minor units, and how they are read, split and shown."""

import re
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language

# Stripe and the ledger keep two digits for the forint, but only whole forints exist as cash.
STORED_DIGITS = {"HUF": 2}
SMALLEST = {"HUF": 100}
MAX_MINOR = 10**11  # a billion in two-digit currencies: far above any price, far below overflow
SIGNS = {"EUR": "€"}  # where the lists of a language have only the code, its people write the sign

# What people write beside an amount, and between its thousands.
_UNITS = re.compile(r"[€$£]|\b(?:eur|pln|huf|ron|euro|zł|zl|ft|lei|leu|lej)\b\.?", re.IGNORECASE)
_SPACES = re.compile(r"[\s'’_\u2009]")
_MINUS = re.compile(r"^[-−–](?=[\d.,])|(?<=\d)[-−–]$")
_PLAIN = re.compile(r"[0-9]*(?:[.,][0-9]*)?")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(\.[0-9]{3}(?:\.[0-9]{3})*)|(,[0-9]{3}(?:,[0-9]{3})*))")
_GROUPED_WITH_REST = re.compile(r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+,[0-9]*|(?:,[0-9]{3})+\.[0-9]*)")


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
    return SMALLEST.get(currency, 1)


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
        """As people of `language` write it: €120, 12,50 zł, 1900 Ft; decimals only where there are any."""
        locale = Locale.parse(language[:2])
        pattern = locale.currency_formats["standard"].pattern
        whole = self.minor % 10 ** digits(self.currency) == 0
        if whole:
            pattern = pattern.replace(".00", "")
        if language[:2] == "en":  # "PLN 12", not "PLN12"; "€12"
            pattern = pattern.replace("¤", "¤¤\xa0" if _has_no_sign(self.currency) else "¤")
        pattern = pattern.replace("¤", SIGNS.get(self.currency, "¤"))  # "18 €" in Hungarian and Romanian, too
        return format_currency(self.major, self.currency, pattern, locale, currency_digits=False)


def _has_no_sign(currency: str) -> bool:
    return len(Locale.parse("en").currency_symbols.get(currency, currency)) == len(currency)


def parse_minor(text: str, currency: str) -> int:
    """Minor units from what a person typed ("12", "12,50", "1 200.5", "1.200", "€12").

    A point or comma before exactly three last digits parts thousands, as no currency here has three
    decimals; "0.001" has none to part. Raises BadAmount for a text that is no number, negative, finer
    than the currency, or above MAX_MINOR.
    """
    compact = _SPACES.sub("", _UNITS.sub("", text))
    bare = _MINUS.sub("", compact)
    value = _decimal(bare)
    if bare != compact and value:
        raise BadAmount("negative")
    minor = value.scaleb(digits(currency))
    if minor > MAX_MINOR:
        raise BadAmount("large")
    if minor != minor.to_integral_value() or int(minor) % smallest(currency):
        raise BadAmount("fraction")
    return int(minor)


def _decimal(text: str) -> Decimal:
    """A number without sign, in either way of writing decimals."""
    if not text.isascii() or not any(char.isdigit() for char in text) or len(text) > 40:
        raise BadAmount("number")
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", ""))
    if _GROUPED_WITH_REST.fullmatch(text):
        decimal = max(text.rfind("."), text.rfind(","))
        whole = text[:decimal].replace(".", "").replace(",", "")
        return Decimal(f"{whole}.{text[decimal + 1 :] or 0}")
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", ".").rstrip(".") or "0")
    raise BadAmount("number")


def share(minor: int, basis_points: int, currency: str) -> int:
    """`basis_points` of `minor`, rounded half to even to what can be paid in this currency.

    Half to even, so that many small shares lean neither to the fund nor to the maker; the rest is
    always `minor - share(…)`, so that the two add up. Never more than `minor` for up to 10,000.
    """
    unit = smallest(currency)
    whole, rest = divmod(minor * basis_points, 10_000 * unit)
    half = 5_000 * unit
    rounded = whole + (rest > half or (rest == half and whole % 2 == 1))
    return min(rounded * unit, minor) if minor > 0 else rounded * unit
