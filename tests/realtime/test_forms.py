"""The shape of the join form."""

import pytest

from realtime.forms import JoinForm


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0ABC1DEF", "0ABC1DEF"),
        (" 0abc-1def ", "0abc-1def"),
        ("https://copact.example/join/?code=0ABC1DEF", "0ABC1DEF"),
        ("https://copact.example/join/0ABC1DEF/", "0ABC1DEF"),
    ],
)
def test_a_pasted_link_names_its_room(typed: str, code: str) -> None:
    form = JoinForm({"code": typed, "name": "Amal"})
    assert form.is_valid()
    assert form.cleaned_data["code"] == code


def test_a_code_or_a_token_is_needed_and_a_name_only_from_guests() -> None:
    assert set(JoinForm({}).errors) == {"code", "name"}
    assert JoinForm({"token": "x", "name": "Amal"}).is_valid()
    assert JoinForm({"code": "x"}, needs_name=False).is_valid()
    assert set(JoinForm({"code": "x", "name": "a\x07"}).errors) == {"name"}
