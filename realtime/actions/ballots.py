"""Votes to take along: counts of every poll, and of polls by name also who chose what."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from realtime.actions.polls import TOOL, told_poll
from realtime.choices import PollKind
from realtime.models import Ballot, Poll


def who_chose(poll: Poll) -> list[dict[str, Any]]:
    """Of a closed poll by name, each person with what they chose, by name; of an anonymous one nothing."""
    if poll.anonymous:
        return []
    texts = {option["id"]: option["text"] for option in poll.options}
    rows = Ballot.objects.filter(room=poll.room_id, tool=TOOL, item=str(poll.pk)).select_related("person")
    people = [
        {
            "name": row.person.shown_name,
            "assisted": row.entered_by_id is not None,
            "chose": [{"text": texts[key], "gave": gave} for key, gave in _given(poll, row.value) if key in texts],
        }
        for row in rows
    ]
    return sorted(people, key=lambda row: row["name"].casefold())


def _given(poll: Poll, value: Any) -> list[tuple[str, int]]:
    """Option and dots, option and place, or option and 1."""
    if poll.kind == PollKind.DOTS:
        return list(value.items())
    if poll.kind == PollKind.RANKING:
        return [(key, place) for place, key in enumerate(value, 1)]
    return [(key, 1) for key in (value if isinstance(value, list) else [value])]


def poll_as_data(poll: Poll) -> dict[str, Any]:
    """A closed poll for other programs."""
    return {**told_poll(poll), "voters": who_chose(poll)}


def poll_as_csv(poll: Poll) -> str:
    """A row for each option."""
    told = told_poll(poll)
    rows = [[row["text"], f"{row['count']:g}", row["voters"]] for row in told["rows"]]
    what: dict[str, str] = {PollKind.DOTS: "dots", PollKind.RANKING: "points"}
    return _csv(["option", what.get(poll.kind, "votes"), "voters"], rows)


def ballots_as_csv(poll: Poll) -> str:
    """A row for each person and option of a poll by name; of an anonymous one only the head."""
    rows = [
        [person["name"], "yes" if person["assisted"] else "no", each["text"], each["gave"]]
        for person in who_chose(poll)
        for each in person["chose"]
    ]
    what: dict[str, str] = {PollKind.DOTS: "dots", PollKind.RANKING: "place"}
    return _csv(["name", "assisted", "option", what.get(poll.kind, "vote")], rows)


def _csv(head: list[str], rows: Iterable[list[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue()


def _plain(cell: Any) -> Any:
    """Words that a spreadsheet would take for a formula are made plain text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t"} else cell
