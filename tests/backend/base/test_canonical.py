"""One exact spelling of a JSON value."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.base.canonical import canonical, sha256

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_the_spelling_says_the_same_and_is_spelled_the_same_again(value: object) -> None:
    spelled = canonical(value)
    assert json.loads(spelled) == value
    assert canonical(json.loads(spelled)) == spelled


def test_order_does_not_matter_and_letters_stay_letters() -> None:
    assert canonical({"b": 1, "a": "ż"}) == '{"a":"ż","b":1}'.encode()
    assert sha256({"b": 1, "a": 2}) == sha256({"a": 2, "b": 1})
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("nan"))
