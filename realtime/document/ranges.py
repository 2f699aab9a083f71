"""Sorted ranges of clocks, apart from each other."""

from bisect import bisect_right

from realtime.document.update import Ranges


def united(ranges: Ranges) -> Ranges:
    out: Ranges = []
    for start, end in sorted(ranges):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def without(wanted: tuple[int, int], known: Ranges) -> Ranges:
    """The parts of `wanted` that no range of `known` (sorted, apart) covers."""
    start, end = wanted
    out: Ranges = []
    first = max(0, bisect_right(known, (start, end)) - 1)
    for low, high in known[first:]:
        if low >= end:
            break
        if high <= start:
            continue
        if low > start:
            out.append((start, low))
        start = max(start, high)
    if start < end:
        out.append((start, end))
    return out
