"""Bytes that are no update are refused, whatever they are; clocks are those of browsers."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.document import Broken, Gap, Known
from realtime.document.update import low_halves, utf16_length
from tests.realtime.updates import POISON


def test_the_poison_of_29_bytes_is_refused() -> None:
    with pytest.raises(Broken):
        Known().check(POISON)


@pytest.mark.parametrize(
    "data",
    ["", "00", "01", "deadbeef", "ff" * 40, "0001", "01" * 200, "000000"],
    ids=["nothing", "half", "cut", "noise", "huge numbers", "half a deletion", "ones", "too much"],
)
def test_bytes_that_are_no_update_are_refused(data: str) -> None:
    with pytest.raises(Broken):
        Known().check(bytes.fromhex(data))


@given(st.binary(max_size=200))
def test_noise_raises_nothing_but_a_refusal(data: bytes) -> None:
    with contextlib.suppress(Broken, Gap):
        Known().check(data)


@given(st.text(max_size=40))
def test_clocks_are_counted_as_javascript_counts(text: str) -> None:
    units = text.encode("utf-16-le", "surrogatepass")
    assert utf16_length(text) == len(units) // 2
    assert len(low_halves(text)) == sum(char > "\uffff" for char in text)
    assert all(0xDC <= units[low * 2 + 1] <= 0xDF for low in low_halves(text))
