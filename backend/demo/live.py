"""What goes on in the open room when a visitor comes in: a step, a vote, a question, a hand, words under discussion."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from backend.conversations.actions import post
from backend.conversations.choices import PostKind
from backend.demo.session import block_with
from backend.demo.story import Story
from backend.people.models import Person
from realtime import actions
from realtime.models import Participant, Poll, Room
from realtime.tools import do

BUDGET: Final = 3  # dots each
VOTERS: Final = 9  # of those in the hall; the others have not voted yet


def tell(story: Story, room: Room) -> None:
    """Everything that can be met in the room, each by the hand of who does it."""
    told = story.content["live"]
    lead = room.made_by
    _begin(story, room, lead)
    for each in told["assisted"]:
        actions.add_assisted(room=room, name=each["name"], place=each["place"], by=lead)
    _vote(story, room, lead, told)
    _ask(story, room, lead, told)
    _mark(story, room, told)
    do(room=room, tool="speaking", command="raise", by=story.people[told["hand"]], args={})


def _begin(story: Story, room: Room, lead: Person) -> None:
    """The steps as they went until now. The clock of this step stands: nobody knows when a visitor comes, and
    the facilitator starts it with more minutes or the next step."""
    step = story.content["room"]["step"]
    for _each in range(step):
        do(room=room, tool="agenda", command="next", by=lead, args={})

    def stand(state: dict[str, Any]) -> dict[str, Any]:
        at, log = room.starts_at, []
        for line in state["log"]:
            ends = at + timedelta(minutes=line["minutes"])
            log.append({**line, "began_at": at.isoformat(), "ended_at": ends.isoformat()})
            at = ends
        log[-1].pop("ended_at")
        return {**state, "log": log, "ends_at": None}

    actions.change_state(room, "agenda", stand)


def _vote(story: Story, room: Room, lead: Person, told: Mapping[str, Any]) -> None:
    """Dots on all ideas of the board, as many for each as the story says; open."""
    dots = {story.text(note["text"]): note["dots"] for note in story.content["room"]["board"]}
    asked = {"kind": "board", "question": story.text(told["vote"]), "live": True, "budget": BUDGET, "open": True}
    do(room=room, tool="polls", command="draft", by=lead, args=asked)
    poll = Poll.objects.in_city(room.city_id).get(room=room)
    given = [option["id"] for option in poll.options for _dot in range(dots[option["text"]])]
    apart = len(given) // BUDGET  # so that three dots of one person lie on different ideas
    rows = Participant.objects.in_city(room.city_id).filter(room=room, person__in=story.neighbours)
    for number, voter in enumerate(rows.select_related("person").order_by("pk")[:VOTERS]):
        voter.room = room
        value: dict[str, int] = {}
        for option in given[number * 2 % apart :: apart][:BUDGET]:
            value[option] = value.get(option, 0) + 1
        actions.vote(poll=poll, by=voter.person, voter=voter, value=value)


def _ask(story: Story, room: Room, lead: Person, told: Mapping[str, Any]) -> None:
    """A question that others ask as well, and a message that stays in sight."""
    asked = _say(story, room, told["question"], PostKind.QUESTION)
    for key in told["question"]["with"]:
        args = {"id": str(asked), "kind": "ask"}
        do(room=room, tool="chat", command="react", by=story.people[key], args=args)
    pinned = _say(story, room, told["pinned"], PostKind.CHAT)
    do(room=room, tool="chat", command="pin", by=lead, args={"id": str(pinned)})


def _say(story: Story, room: Room, said: Mapping[str, Any], kind: str) -> Any:
    at: datetime = room.starts_at + timedelta(minutes=said["minute"])
    made = post(
        thread=room.thread,
        by=story.people[said["who"]],
        text=story.text(said["text"]),
        kind=kind,
        language=story.language,
        translations=story.translated(text=said["text"]),
        at=at,
    )
    return made.pk


def _mark(story: Story, room: Room, told: Mapping[str, Any]) -> None:
    """A comment on a passage, and other words that somebody proposes; nobody has decided about either."""
    comment, wanted = told["comment"], told["suggestion"]
    piece = block_with(room, comment["quote"])
    actions.comment_on(
        room=room,
        by=story.people[comment["who"]],
        text=comment["text"],
        language=story.language,
        block=piece.id,
        start=piece.text.index(comment["quote"]),
        quote=comment["quote"],
    )
    piece = block_with(room, wanted["old"])
    actions.propose_words(
        room=room,
        by=story.people[wanted["who"]],
        block=piece.id,
        before=piece.text,
        after=piece.text.replace(wanted["old"], wanted["new"]),
        text=wanted["text"],
        language=story.language,
    )
