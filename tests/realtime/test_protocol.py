"""The wire: what is written is read again, and what is none of it is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime import protocol
from realtime.protocol import MAX_UINT, Kind, Malformed, Presence, Sync


@given(st.integers(0, MAX_UINT))
def test_numbers_come_back(value: int) -> None:
    data = protocol.write_uint(value)
    assert protocol.read_uint(data, 0) == (value, len(data))


def test_numbers_are_lib0s() -> None:
    assert protocol.write_uint(0) == b"\0"
    assert protocol.write_uint(128) == b"\x80\x01"
    assert protocol.write_uint(2**32) == b"\x80\x80\x80\x80\x10"


@pytest.mark.parametrize("data", [b"", b"\x80", b"\xff" * 8, b"\xff" * 20])
def test_numbers_that_end_early_or_are_too_large_are_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        protocol.read_uint(data, 0)


@given(st.binary(max_size=300), st.sampled_from(Sync))
def test_sync_frames_come_back(payload: bytes, step: Sync) -> None:
    message = protocol.read(protocol.sync(step, payload))
    assert (message.kind, message.step, message.payload) == (Kind.SYNC, step, payload)


@given(st.binary(max_size=120))
def test_any_bytes_are_a_message_or_refused(frame: bytes) -> None:
    try:
        message = protocol.read(frame)
        if message.kind == Kind.AWARENESS:
            protocol.read_awareness(message.payload)
        elif message.kind == Kind.ROOM:
            protocol.read_command(message.payload)
    except Malformed:
        pass


def test_presence_comes_back() -> None:
    entries = [Presence(1, 2, {"cursor": "😀"}), Presence(2**40, 0, None)]
    message = protocol.read(protocol.awareness(entries))
    assert protocol.read_awareness(message.payload) == entries


def test_what_is_nested_too_deep_to_be_told_is_no_presence_and_no_command() -> None:
    """Reading takes it, writing it for the others would fail in the middle of their text."""
    for levels, taken in ((29, True), (33, False), (940, False)):
        cursor = '{"cursor":{"a":' + "[" * (levels - 1) + "]" * (levels - 1) + "}}"
        body = b"\x01" + protocol.write_uint(7) + b"\x01" + protocol.write_bytes(cursor.encode())
        order = '{"tool":"a","do":"b","id":"1","args":' + cursor + "}"
        for read, said in ((protocol.read_awareness, body), (protocol.read_command, order.encode())):
            try:
                read(said)
            except Malformed:
                assert not taken
            else:
                assert taken


@pytest.mark.parametrize(
    "body", ["[]", "1", '"x"', "{", '{"tool": 1, "do": "x", "id": "1"}', '{"tool": "a", "do": "x"}']
)
def test_what_is_no_command_is_refused(body: str) -> None:
    with pytest.raises(Malformed):
        protocol.read_command(body.encode())


def test_a_command_without_arguments_has_none() -> None:
    assert protocol.read_command(b'{"tool": "door", "do": "admit", "id": "7"}')["args"] == {}


@given(st.dictionaries(st.integers(0, 2**32), st.integers(0, 2**31), max_size=20))
def test_state_vectors_come_back(clocks: dict[int, int]) -> None:
    assert protocol.read_vector(protocol.write_vector(clocks)) == clocks
