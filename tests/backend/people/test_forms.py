"""Forms about oneself: bad input gets a kind error at its field, and nothing typed is lost."""

import pytest

from backend.people.forms import AboutMe, Child, ConsentAnswer, Display, LeaveWord, SignupFields


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a\x00b", "characters"),
        ("a\u202eb", "characters"),
        ("  ", "required"),
        ("", "required"),
        ("x" * 800, "max_length"),
    ],
)
def test_a_name_that_cannot_stand_is_said_at_its_field(name: str, code: str) -> None:
    form = AboutMe({"name": name, "language": "it"})
    assert [error.code for error in form.errors.as_data()["name"]] == [code]
    assert form["name"].value() == name


def test_a_good_name_is_stored_in_order() -> None:
    form = SignupFields({"name": " Ana  Maria ", "language": "hu"})
    assert form.is_valid()
    assert form.cleaned_data == {"name": "Ana Maria", "language": "hu"}
    assert not SignupFields({"name": "Ana", "language": "xx"}).is_valid()


def test_choices_are_closed() -> None:
    assert Display({"theme": "dark", "text_size": "large"}).is_valid()
    assert not Display({"theme": "pink", "text_size": "large"}).is_valid()
    assert not ConsentAnswer({"purpose": "all", "answer": "yes"}).is_valid()
    assert ConsentAnswer({"purpose": "news", "answer": "no"}).is_valid()
    assert Child({"name": "Leo"}).is_valid()
    assert not LeaveWord({}).is_valid()
