"""What people type is kept whole, or refused at its field with a sentence."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from backend.base import words


def test_prose_keeps_lines_and_drops_what_cannot_be_shown():
    assert words.prose(" Uno\x07\tdue \r\n\r\n\r\n\r\ntre\u202e ", field="text", limit=50) == "Uno due\n\ntre"


def test_a_line_is_composed_and_has_single_spaces():
    assert words.line("  Łódz\u0301   oggi ", field="title", limit=50) == "Łódź oggi"


@pytest.mark.parametrize("text", ["a\x00b", "a\nb", "a\u202eb"])
def test_a_line_with_what_cannot_be_shown_is_refused(text):
    with pytest.raises(ValidationError) as refused:
        words.line(text, field="title", limit=50)
    assert refused.value.error_dict["title"][0].code == "control_characters"


@pytest.mark.parametrize("clean", [words.prose, words.line])
def test_nothing_and_too_much_are_refused_with_how_much(clean):
    with pytest.raises(ValidationError) as empty:
        clean("  ", field="text", limit=5)
    assert empty.value.error_dict["text"][0].code == "required"
    assert clean("", field="text", limit=5, required=False) == ""
    with pytest.raises(ValidationError) as long:
        clean("1234567", field="text", limit=5)
    assert long.value.message_dict["text"] == ["This is 2 letters too long. At most 5 fit."]


@given(st.text(max_size=200))
def test_cleaning_prose_twice_changes_nothing(text):
    once = words.prose(text, field="text", limit=10_000, required=False)
    assert words.prose(once, field="text", limit=10_000, required=False) == once
