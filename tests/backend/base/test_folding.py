"""Text without accents and case."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.base.folding import fold


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("Łódź", "lodz"),
        ("Mănăștur", "manastur"),
        ("Őrült  Ű", "orult u"),
        ("STRASSE", "straße"),
        ("via Agliè", "VIA AGLIE"),
        ("\N{MATHEMATICAL BOLD CAPITAL A}gliè", "aglie"),
    ],
)
def test_people_find_without_accents(written: str, searched: str) -> None:
    assert fold(written) == fold(searched)


@given(st.text())
@example("\N{MATHEMATICAL BOLD CAPITAL A}")
def test_what_is_folded_stays_so(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_what_is_folded_can_be_kept_in_any_database(text: str) -> None:
    fold(text).encode("utf-8")
    assert "\0" not in fold(text)


def test_a_sign_that_cannot_be_seen_does_not_hide_a_word() -> None:
    assert fold("via\0 Agliè") == "via aglie"
