"""Sorted ranges of clocks, apart from each other."""

from bisect import bisect_left, bisect_right

from realtime.document.update import CLOCK_LIMIT, Ranges


def united(ranges: Ranges) -> Ranges:
    out: Ranges = []
    for start, end in sorted(ranges):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def include(known: Ranges, fresh: Ranges) -> None:
    """Add `fresh` to `known` (sorted, apart) in its place: what a long text has deleted is not written anew for each key."""
    if len(fresh) > len(known) // 8:
        known[:] = united(known + fresh)
        return
    for start, end in fresh:
        first = bisect_left(known, (start, start))
        if first and known[first - 1][1] >= start:
            first -= 1
        last = bisect_right(known, (end, CLOCK_LIMIT), lo=first)
        touched = known[first:last]
        known[first:last] = [(min(start, touched[0][0]), max(end, touched[-1][1]))] if touched else [(start, end)]


def covers(known: Ranges, clock: int) -> bool:
    """Whether a range of `known` (sorted, apart) holds `clock`."""
    place = bisect_left(known, (clock + 1, 0))
    return place > 0 and clock < known[place - 1][1]


def without(wanted: tuple[int, int], known: Ranges) -> Ranges:
    """The parts of `wanted` that no range of `known` (sorted, apart) covers."""
    start, end = wanted
    out: Ranges = []
    for place in range(max(0, bisect_right(known, (start, end)) - 1), len(known)):
        low, high = known[place]
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
