"""Time-ordered public identifiers."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """A UUID version 7 (RFC 9562, method 3): 48 bits of Unix milliseconds, 12 of their fraction, then random bits.

    New rows land at the end of an index, and ids sort by the time they were made, to a quarter of a microsecond.
    """
    now = time.time_ns()
    fraction = (now % 1_000_000 << 12) // 1_000_000
    value = (now // 1_000_000) << 80 | fraction << 64 | int.from_bytes(os.urandom(8), "big") >> 2
    return uuid.UUID(int=value | 0x7 << 76 | 0x2 << 62)
