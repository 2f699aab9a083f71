"""What the content of a struct says: values under keys, formats, names of elements."""

import json
import struct as packing
from typing import Any

from realtime.document import update as u
from realtime.document.update import Parser, Struct


def values(data: bytes, struct: Struct) -> Any:
    """A list of values for ANY and JSON, a pair of key and value for FORMAT, None for what no page reads."""
    parser = Parser(data)
    parser.at = struct.content
    if struct.kind == u.FORMAT:
        return parser.string(), json.loads(parser.string())
    if struct.kind == u.ANY:
        return [_any(parser) for _ in range(parser.uint())]
    if struct.kind == u.JSON_:
        return [_json(parser.string()) for _ in range(parser.uint())]
    return None


def element_name(data: bytes, struct: Struct) -> str:
    if struct.type != u.XML_ELEMENT:
        return ""
    parser = Parser(data)
    parser.at = struct.content
    parser.uint()
    return parser.string()


def _json(text: str) -> Any:
    return None if text == "undefined" else json.loads(text)


def _any(parser: Parser) -> Any:
    tag = parser.data[parser.at]
    parser.at += 1
    if tag in _SINGLE:
        return _SINGLE[tag]
    if tag == 119:
        return parser.string()
    if tag == 125:
        return _signed(parser)
    if tag in (123, 124):
        size, form = (8, ">d") if tag == 123 else (4, ">f")
        parser.at += size
        return packing.unpack(form, parser.data[parser.at - size : parser.at])[0]
    if tag == 118:
        return {parser.string(): _any(parser) for _ in range(parser.uint())}
    if tag == 117:
        return [_any(parser) for _ in range(parser.uint())]
    length = parser.uint()
    parser.at += length
    return None


# undefined, null, false, true
_SINGLE = {127: None, 126: None, 121: False, 120: True}


def _signed(parser: Parser) -> int:
    """lib0's signed number: six bits and the sign, then seven bits a byte."""
    byte = parser.data[parser.at]
    parser.at += 1
    value, shift, sign = byte & 0x3F, 6, -1 if byte & 0x40 else 1
    while byte >= 0x80:
        byte = parser.data[parser.at]
        parser.at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
    return sign * value
