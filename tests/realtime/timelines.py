"""A timeline read from rows."""

from realtime.document.timeline import Timeline


def timeline(rows: list[bytes]) -> Timeline:
    made = Timeline()
    for number, row in enumerate(rows, 1):
        made.append(number, row)
    return made
