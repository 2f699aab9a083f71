"""What stands in the content of a struct, read as the library that wrote it means it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Map, XmlElement, XmlFragment

from realtime.document.update import ANY, FORMAT, JSON_, STRING, Struct, parse
from realtime.document.values import element_name, values
from realtime.protocol import write_bytes, write_uint

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN)
def test_a_value_under_a_key_is_read_as_it_was_written(value: Any) -> None:
    doc: Doc[Any] = Doc(client_id=5)
    doc.get("board", type=Map)["n"] = value
    data = doc.get_update()
    [struct] = parse(data).blocks[0].structs
    assert values(data, struct) == [value]


def content(kind: int, data: bytes) -> tuple[bytes, Struct]:
    """A struct whose content is `data`."""
    doc: Doc[Any] = Doc(client_id=5)
    doc.get("board", type=Map)["n"] = 1
    [struct] = parse(doc.get_update()).blocks[0].structs
    return data, struct._replace(kind=kind, content=0)


def test_a_format_is_a_key_with_its_value() -> None:
    told = write_bytes(b"bold") + write_bytes(b'{"on": true}')
    assert values(*content(FORMAT, told)) == ("bold", {"on": True})


def test_old_json_knows_a_value_that_is_undefined() -> None:
    told = write_uint(2) + write_bytes(b"undefined") + write_bytes(b"[1]")
    assert values(*content(JSON_, told)) == [None, [1]]


@pytest.mark.parametrize(("data", "said"), [("7d41", -1), ("7dbf01", 127), ("7d8001", 64), ("7b3ff8000000000000", 1.5)])
def test_numbers_are_those_of_lib0(data: str, said: float) -> None:
    assert values(*content(ANY, b"\x01" + bytes.fromhex(data))) == [said]


def test_bytes_are_passed_over_and_what_follows_is_read() -> None:
    assert values(*content(ANY, b"\x02" + b"\x74\x03abc" + b"\x78")) == [None, True]


def test_of_what_no_page_reads_nothing_is_said() -> None:
    assert values(*content(STRING, b"\x01x")) is None


def test_only_an_element_has_a_name() -> None:
    doc: Doc[Any] = Doc(client_id=5)
    doc.get("document", type=XmlFragment).children.append(XmlElement("heading", {"level": 2}))
    data = doc.get_update()
    names = [element_name(data, struct) for struct in parse(data).blocks[0].structs]
    assert names[0] == "heading"
    assert set(names[1:]) <= {""}
