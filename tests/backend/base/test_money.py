"""Amounts are read as people type them, split so that the parts add up, and shown as each language writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.base.money import MAX_MINOR, BadAmount, Money, digits, parse_minor, share, smallest

CURRENCIES = ["EUR", "PLN", "HUF", "RON"]
LANGUAGES = ["en", "it", "pl", "hu", "ro"]


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("12", 1200),
        ("12,50", 1250),
        ("12.50", 1250),
        ("12.5", 1250),
        (" 12 ", 1200),
        ("€ 12", 1200),
        ("12 €", 1200),
        ("12,5 zł", 1250),
        ("120 lei", 12000),
        ("1200 RON", 120000),
        ("1 200.50", 120050),
        ("1\xa0200,50", 120050),
        ("1'200.50", 120050),
        ("1.200", 120000),
        ("1,200", 120000),
        ("1.200,50", 120050),
        ("1,200.50", 120050),
        ("1.200.000", 120000000),
        (".5", 50),
        ("0", 0),
        ("0,00", 0),
        ("007", 700),
    ],
)
def test_an_amount_is_read_as_people_of_five_languages_type_it(typed, minor):
    assert parse_minor(typed, "EUR") == minor


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "number"),
        ("abc", "number"),
        ("12 apples", "number"),
        ("1e5", "number"),
        ("NaN", "number"),
        ("Infinity", "number"),
        ("1.2.3", "number"),
        ("1,2,3", "number"),
        ("--1", "number"),
        ("٣", "number"),
        ("1\x000", "number"),
        ("9" * 41, "number"),
        ("-1", "negative"),
        ("−1", "negative"),
        ("-0,50", "negative"),
        ("0.001", "fraction"),
        ("0,009", "fraction"),
        ("12.3456", "fraction"),
        ("1000000000000", "large"),
        ("10000000000,00", "large"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(typed, code):
    with pytest.raises(BadAmount) as refused:
        parse_minor(typed, "EUR")
    assert refused.value.code == code


def test_forints_are_whole_and_kept_with_two_digits():
    assert digits("HUF") == 2
    assert parse_minor("1 900 Ft", "HUF") == 190000
    with pytest.raises(BadAmount, match="fraction"):
        parse_minor("1900,50", "HUF")


@pytest.mark.parametrize(
    ("currency", "language", "shown"),
    [
        ("EUR", "en", "€120"),
        ("EUR", "it", "120\xa0€"),
        ("PLN", "pl", "120\xa0zł"),
        ("HUF", "hu", "120\xa0Ft"),
        ("RON", "ro", "120\xa0RON"),
        ("PLN", "en", "PLN\xa0120"),
        ("HUF", "en", "HUF\xa0120"),
        ("EUR", "en-gb", "€120"),
    ],
)
def test_a_whole_amount_is_shown_without_decimals(currency, language, shown):
    assert Money(12000, currency).format(language) == shown


@pytest.mark.parametrize(
    ("currency", "language", "shown"),
    [
        ("EUR", "en", "€1,234.50"),
        ("EUR", "it", "1.234,50\xa0€"),
        ("PLN", "pl", "1\xa0234,50\xa0zł"),
        ("RON", "ro", "1.234,50\xa0RON"),
        ("EUR", "hu", "1\xa0234,50\xa0€"),
    ],
)
def test_a_broken_amount_is_shown_with_both_decimals(currency, language, shown):
    assert Money(123450, currency).format(language) == shown


def test_an_amount_takes_the_readers_language():
    assert str(Money(-1800, "EUR")) == "-€18"


@given(st.integers(0, MAX_MINOR), st.sampled_from(CURRENCIES), st.sampled_from(LANGUAGES))
def test_what_is_shown_can_be_typed_in_again(minor, currency, language):
    minor -= minor % smallest(currency)
    assert parse_minor(Money(minor, currency).format(language), currency) == minor


@given(st.text(max_size=60), st.sampled_from(CURRENCIES))
def test_any_text_is_an_amount_or_a_named_fault(text, currency):
    fault = ""
    try:
        minor = parse_minor(text, currency)
    except BadAmount as bad:
        minor, fault = 0, bad.code
    assert fault in {"", "number", "negative", "fraction", "large"}
    assert 0 <= minor <= MAX_MINOR
    assert minor % smallest(currency) == 0


def test_fifteen_percent_of_a_bench():
    assert share(12000, 1500, "EUR") == 1800
    assert share(190000, 2000, "HUF") == 38000


@pytest.mark.parametrize(("minor", "part"), [(10, 0), (30, 2), (50, 2), (70, 4), (33, 2), (1, 0)])
def test_halves_are_rounded_to_the_even_side(minor, part):
    assert share(minor, 500, "EUR") == part


def test_a_share_in_forints_is_whole_forints():
    assert share(99900, 1500, "HUF") == 15000  # 149.85 Ft
    assert share(100, 5000, "HUF") == 0  # half a forint, to the even side
    assert share(300, 5000, "HUF") == 200


@given(st.integers(0, MAX_MINOR), st.integers(0, 10_000), st.sampled_from(CURRENCIES))
def test_the_share_and_the_rest_add_up_and_both_can_be_paid(minor, bp, currency):
    minor -= minor % smallest(currency)
    part = share(minor, bp, currency)
    assert 0 <= part <= minor
    assert part % smallest(currency) == (minor - part) % smallest(currency) == 0
    assert abs(part * 10_000 - minor * bp) <= 5_000 * smallest(currency)


def test_nothing_and_all_are_exact():
    assert share(12345, 0, "EUR") == 0
    assert share(12345, 10_000, "EUR") == 12345
