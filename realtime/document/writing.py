"""Puts updates together again from structs: only what is new, or with cut characters mended."""

from typing import NamedTuple

from realtime.document.update import (
    DELETED,
    GC,
    ORIGIN,
    RIGHT,
    SKIP,
    STRING,
    Broken,
    Deletes,
    Id,
    Parser,
    Struct,
    low_halves,
    parse,
)
from realtime.protocol import write_bytes, write_uint


class Piece(NamedTuple):
    """A struct from `offset` on, at `clock`; `text` where its words were mended."""

    client: int
    clock: int
    struct: Struct
    offset: int = 0
    text: str | None = None


def write(data: bytes, pieces: list[Piece], deletes: Deletes) -> bytes:
    """An update of `pieces` of `data` (each client's in order) and `deletes`."""
    clients: dict[int, list[Piece]] = {}
    for piece in pieces:
        clients.setdefault(piece.client, []).append(piece)
    out = bytearray(write_uint(len(clients)))
    for client in sorted(clients, reverse=True):
        own = clients[client]
        out += write_uint(len(own)) + write_uint(client) + write_uint(own[0].clock)
        for piece in own:
            out += _written(data, piece)
    out += write_uint(len(deletes))
    for client in sorted(deletes, reverse=True):
        ranges = deletes[client]
        out += write_uint(client) + write_uint(len(ranges))
        for start, end in ranges:
            out += write_uint(start) + write_uint(end - start)
    return bytes(out)


def _written(data: bytes, piece: Piece) -> bytes:
    struct, offset = piece.struct, piece.offset
    if struct.kind in (GC, SKIP):
        return bytes((struct.kind,)) + write_uint(struct.length - offset)
    if not offset and piece.text is None:
        return data[struct.start : struct.end]
    if offset:
        head = _head(piece)
    else:
        head = data[struct.start : struct.content]
    return head + _tail(data, struct, offset, piece.text)


def _head(piece: Piece) -> bytes:
    """The start of an item whose first part is left out: what was left out is its left neighbour."""
    struct = piece.struct
    info = struct.kind | ORIGIN | (RIGHT if struct.right else 0)
    head = bytes((info,)) + write_uint(piece.client) + write_uint(piece.clock - 1)
    if struct.right:
        head += write_uint(struct.right[0]) + write_uint(struct.right[1])
    return head


def _tail(data: bytes, struct: Struct, offset: int, text: str | None) -> bytes:
    if struct.kind == STRING:
        units = (struct.text if text is None else text).encode("utf-16-le")[offset * 2 :]
        try:
            return write_bytes(units.decode("utf-16-le").encode())
        except UnicodeDecodeError:
            raise Broken("a cut inside a character") from None
    if struct.kind == DELETED:
        return write_uint(struct.length - offset)
    parser = Parser(data)
    parser.at = struct.content
    parser.uint()
    for _ in range(offset):
        parser.value(struct.kind)
    return write_uint(struct.length - offset) + data[parser.at : struct.end]


def mend(data: bytes, splits: set[Id]) -> bytes:
    """`data` with replacement characters where `splits` says that a character was cut in two.

    That is what Yjs makes of both halves, and it takes the same clocks.
    """
    if not splits:
        return data
    parsed = parse(data)
    pieces, changed = [], False
    for block in parsed.blocks:
        clock = block.clock
        for struct in block.structs:
            text = _mended(block.client, clock, struct, splits)
            changed |= text is not None
            pieces.append(Piece(block.client, clock, struct, 0, text))
            clock += struct.length
    return write(data, pieces, parsed.deletes) if changed else data


def _mended(client: int, clock: int, struct: Struct, splits: set[Id]) -> str | None:
    if struct.kind != STRING:
        return None
    cut = [low for low in low_halves(struct.text) if (client, clock + low) in splits]
    if not cut:
        return None
    units = bytearray(struct.text.encode("utf-16-le"))
    for low in cut:
        units[low * 2 - 2 : low * 2 + 2] = "\ufffd\ufffd".encode("utf-16-le")
    return units.decode("utf-16-le")
