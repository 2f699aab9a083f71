"""The rooms of the demo: the one that a pact came from, and the one in which people write now."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from backend.base import prose
from backend.conversations.actions import post
from backend.conversations.choices import PostKind
from backend.demo.story import Story, wind_back
from backend.pacts.actions import record_decision
from backend.pacts.choices import Weight
from backend.pacts.models import Proposal
from backend.people.models import Person
from realtime.actions import close_room, freeze_version, open_room, seat, submit_proposal, write_turns
from realtime.actions.board import Fresh, put_notes
from realtime.choices import Access, Place
from realtime.models import Room

# Public on purpose: the way into each demo room, as its city's page shows it.
CODES = {"torino": "T0R1N0DM", "gdansk": "GDANSKDM", "budapest": "BVDAPEST", "cluj-napoca": "C1VJNAP0"}
COLOURS = 5
CONCERNED = 3


def _turns(story: Story, turns: Iterable[Mapping[str, Any]]) -> list[tuple[Person, str, str]]:
    return [(story.people[turn["who"]], turn["block"], story.text(turn["text"])) for turn in turns]


# -- Where the first pact began ---------------------------------------------------------------


def tell_origin(story: Story) -> tuple[Proposal, dict[str, list[str]]]:
    """The room in which neighbours wrote the proposal; tells also which clause each sentence became."""
    origin = story.content["origin"]
    asked = origin["proposal"]
    activity = story.activities[origin["activity"]]
    facilitator = story.people[origin["facilitator"]]
    with story.at(activity.starts_at):
        room = open_room(
            by=facilitator,
            city=story.city,
            title=story.text(origin["title"]),
            question=story.text(origin["question"]),
            language=story.language,
            access=Access.PUBLIC,
            commons=story.place(story.content["pacts"][0]["commons"]),
            group=story.groups[asked["group"]],
            activity=activity,
            place=origin["place"],
            translations=story.translated(title=origin["title"], question=origin["question"]),
            starts_at=activity.starts_at,
        )
        write_turns(room=room, turns=_turns(story, origin["turns"]))
    with story.at(activity.ends_at) as moment:
        proposal = submit_proposal(
            room=room,
            by=facilitator,
            title=story.text(asked["title"]),
            summary=story.text(asked["summary"]),
            asks=story.text(asked["asks"]),
            weight=Weight.COMPLEX,
            translations=story.translated(title=asked["title"], summary=asked["summary"], asks=asked["asks"]),
            reference=asked["reference"],
            at=moment,
        )
        _decide(story, room, proposal, activity.people_count, moment)
        close_room(room=room, by=facilitator, reason=story.text(origin["reason"]))
    _date(room, activity.starts_at, activity.ends_at)
    return proposal, _clauses(story, origin["turns"], room)


def _decide(story: Story, room: Room, proposal: Proposal, present: int, at: datetime) -> None:
    """Can everyone live with the text? Counts only."""
    record_decision(
        by=room.made_by,
        city=story.city,
        question=story.content["words"]["question"],
        text_sha256=room.versions.get().sha256,
        turnout={"count": present},
        result={"agree": present - CONCERNED, "concerns": CONCERNED, "block": 0},
        proposal=proposal,
        at=at,
    )


def _clauses(story: Story, turns: Iterable[Mapping[str, Any]], room: Room) -> dict[str, list[str]]:
    """Clause -> the blocks of the frozen text that it came from."""
    known = {piece.text.strip(): piece.id for piece in prose.blocks(room.versions.get().content)}
    found: dict[str, list[str]] = {}
    for turn in turns:
        if "clause" in turn:
            found.setdefault(turn["clause"], []).append(known[story.text(turn["text"])])
    return found


def _date(room: Room, opened: datetime, closed: datetime) -> None:
    """The rows of a room that is over lie in its own time."""
    wind_back(room, made_at=opened, ends_at=closed)
    room.participants.update(joined_at=opened, seen_at=closed)
    room.versions.update(at=closed)


# -- The room in progress ---------------------------------------------------------------------


def tell_demo_room(story: Story) -> Room:
    """The open room `demo`: everyone may come in and write on."""
    told = story.content["room"]
    facilitator = story.people[told["facilitator"]]
    opened = story.now - timedelta(minutes=told["started_minutes_ago"])
    columns = list(dict.fromkeys(story.text(note["cluster"]) for note in told["board"]))
    with story.at(opened):
        room = open_room(
            by=facilitator,
            city=story.city,
            title=story.text(told["title"]),
            question=story.text(told["question"]),
            language=story.language,
            access=Access.PUBLIC,
            agenda=[(story.text(step["title"]), step["minutes"]) for step in told["agenda"]],
            columns=columns,
            commons=story.place(told["commons"]),
            group=_group_of(story, told),
            place=story.place(told["place"]).shown_name().text,
            slug="demo",
            code=CODES[story.city.slug],
            translations=story.translated(title=told["title"], question=told["question"]),
            starts_at=opened,
        )
        wind_back(room, short_code=told["code"], made_at=opened)
    half = len(told["turns"]) // 2
    with story.at(opened + timedelta(minutes=20)):
        _put_notes(story, room, told["board"], columns)
    with story.at(opened + timedelta(minutes=32)) as moment:
        write_turns(room=room, turns=_turns(story, told["turns"][:half]))
        wind_back(freeze_version(room=room, by=facilitator), at=moment)
    write_turns(room=room, turns=_turns(story, told["turns"][half:]))
    _speak(story, room, told["chat"], opened)
    _fill_hall(story, room, facilitator, told["in_the_hall"])
    room.participants.update(joined_at=opened + timedelta(minutes=2))
    return room


def _group_of(story: Story, told: Mapping[str, Any]) -> Any:
    """The group of the first who writes."""
    first = told["turns"][0]["who"]
    key = next(group["key"] for group in story.content["groups"] if first in group["members"])
    return story.groups[key]


def _put_notes(story: Story, room: Room, notes: Iterable[Mapping[str, Any]], columns: list[str]) -> None:
    """A colour for each column, each note by the hand of who wrote it."""
    groups = story.content["live"]["groups"]
    fresh = []
    for number, note in enumerate(notes):
        place = columns.index(story.text(note["cluster"]))
        group = next((each["name"] for each in groups if number in each["notes"]), "")
        who, text = story.people[note["who"]], story.text(note["text"])
        fresh.append(Fresh(who, f"c{place + 1}", text, place % COLOURS + 1, group=group))
    put_notes(room=room, notes=fresh)


def _speak(story: Story, room: Room, chat: Iterable[Mapping[str, Any]], opened: datetime) -> None:
    for message in chat:
        post(
            thread=room.thread,
            by=story.people[message["who"]],
            text=story.text(message["text"]),
            kind=PostKind.CHAT,
            language=story.language,
            translations=story.translated(text=message["text"]),
            at=opened + timedelta(minutes=message["minute"]),
        )


def _fill_hall(story: Story, room: Room, facilitator: Person, wanted: int) -> None:
    """Neighbours who are in the hall and have not written yet."""
    here = room.participants.count()
    for person in story.neighbours[: max(0, wanted - here)]:
        seat(room=room, person=person, by=facilitator, place=Place.HALL)
