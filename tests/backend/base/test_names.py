"""Names: what can stand on a screen without harm."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from backend.base.names import clean_name, validate_name


def code_of(text: str) -> str | None:
    with pytest.raises(ValidationError) as refused:
        clean_name(text)
    assert refused.value.messages[0]
    return refused.value.code


@pytest.mark.parametrize(
    "name", ["Ana", "Łukasz Ó Súilleabháin", "नमस्ते", "محمد", "😀", "O'Neill-Müller", "3 bees", "क‍ष"]
)
def test_names_of_all_scripts_stay_as_they_are(name: str) -> None:
    assert clean_name(name) == unicodedata.normalize("NFC", name)
    validate_name(name)


def test_spaces_are_put_in_order() -> None:
    assert clean_name("  Ana   Maria\u00a0Pop ") == "Ana Maria Pop"


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\nb", "a\x1b[31m", "a\u202egpj", "a\u2066b", "a\u200bb", "a\ufeff", "\U000e0041x", "a\ud800"]
)
def test_signs_that_cannot_be_seen_are_refused(text: str) -> None:
    assert code_of(text) == "characters"


@pytest.mark.parametrize("text", ["", "   ", "\u00a0", "...", "- -"])
def test_nothing_is_no_name(text: str) -> None:
    assert code_of(text) == "required"


def test_a_name_that_is_too_long_is_said_to_be() -> None:
    assert code_of("x" * 81) == "max_length"
    assert len(clean_name("x" * 80)) == 80


@given(st.text(max_size=90))
def test_what_is_taken_once_is_taken_again_unchanged(text: str) -> None:
    try:
        name = clean_name(text)
    except ValidationError:
        return
    assert clean_name(name) == name
    assert 0 < len(name) <= 80
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in name)
