"""What somebody leaves behind in a room: every column there that names a person, one row each.

The table moves all of it when a guest becomes part of an account, and what is in one room when somebody
without a device has one by now.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from django.db import models
from django.db.models import Q

from backend.conversations.models import Appeal, Flag, ModerationAct, Post
from backend.people.models import Person
from realtime.choices import ConcernState, MinutesState, VoteState
from realtime.models import (
    Ballot,
    Breakout,
    Brought,
    Caption,
    ClientClock,
    Concern,
    ConsentCheck,
    Erasure,
    GroupAuthor,
    Minutes,
    MinutesAnswer,
    MinutesName,
    MinutesRevision,
    NotePhoto,
    Passage,
    Poll,
    Reaction,
    Room,
    SilentNote,
    Version,
    VersionIdea,
)


def _all(rows: Any) -> Any:
    return rows


def _none(rows: Any) -> Any:
    return rows.none()


def _not_counted(rows: Any) -> Any:
    """Ballots of what is still open, and stays so until this transaction ends; what is closed was counted with both."""
    counted: list[str] = []
    for model in (Poll, ConsentCheck):
        asked = model.objects.across_cities().filter(room__in=rows.values("room")).order_by("pk")
        list(asked.filter(state=VoteState.OPEN).select_for_update().values_list("pk"))
        counted += map(str, asked.filter(state=VoteState.CLOSED).values_list("pk", flat=True))
    return rows.exclude(item__in=counted)


def _before_the_group(rows: Any) -> Any:
    """Answers to minutes that are not published, and stay so until this transaction ends; others were agreed with both."""
    list(Minutes.objects.across_cities().filter(pk__in=rows.values("revision__minutes")).select_for_update())
    return rows.exclude(revision__minutes__state=MinutesState.PUBLISHED)


class Moves(NamedTuple):
    """A column that names a person.

    `once` names what there is one of for each person: where who takes over has their own, it stands, and of the other
    rows those go that `goes` chooses; the rest stays where it is, for what it says. `rooms` are the ways to the row's
    room.
    """

    model: type[models.Model]
    field: str
    once: tuple[str, ...] | None = None
    rooms: tuple[str, ...] = ("room",)
    goes: Callable[[Any], Any] = _all


_TALK: Final = ("thread__room", "thread__passage__room")
_OF_POST: Final = tuple(f"post__{way}" for way in _TALK)
_OF_ACT: Final = (*_TALK, *_OF_POST)
_OF_APPEAL: Final = tuple(f"act__{way}" for way in _OF_ACT)

IN_ROOM: Final = (
    Moves(Post, "by", None, _TALK),
    Moves(Flag, "by", ("post",), _OF_POST),
    Moves(ModerationAct, "by", None, _OF_ACT),
    Moves(ModerationAct, "concerns", None, _OF_ACT),
    Moves(Appeal, "by", None, _OF_APPEAL),
    Moves(Appeal, "decided_by", None, _OF_APPEAL),
    Moves(Room, "made_by", None, ("pk",)),
    Moves(Version, "by"),
    Moves(Caption, "by"),
    Moves(ClientClock, "person"),
    Moves(Passage, "by"),
    Moves(Passage, "decided_by"),
    Moves(Erasure, "person", ("room",)),
    Moves(Erasure, "asked_by"),
    Moves(Erasure, "answered_by"),
    Moves(Reaction, "person", ("post", "kind")),
    Moves(Breakout, "by"),
    Moves(Brought, "by"),
    Moves(GroupAuthor, "person", ("group",)),
    Moves(Ballot, "person", ("room", "tool", "item"), goes=_not_counted),
    Moves(Ballot, "entered_by"),
    Moves(Poll, "made_by"),
    Moves(ConsentCheck, "made_by"),
    Moves(Concern, "person", ("check_of", "state"), ("check_of__room",), goes=_none),
    Moves(Concern, "resolved_by", None, ("check_of__room",)),
    Moves(SilentNote, "person"),
    Moves(NotePhoto, "by"),
    Moves(VersionIdea, "person", ("version", "block", "note"), ("version__room",)),
    Moves(MinutesRevision, "by", None, ("minutes__room",)),
    Moves(MinutesAnswer, "person", ("revision",), ("revision__minutes__room",), goes=_before_the_group),
    Moves(MinutesAnswer, "entered_by", None, ("revision__minutes__room",)),
    Moves(MinutesName, "person", ("minutes",), ("minutes__room",)),
)

# Tools of a room that say names, or count people: the others there read those of who took over from then on.
NAMING: Final = ("door", "board", "chat", "speaking", "polls", "passages", "breakouts", "consent", "minutes")


def move_rows(table: Sequence[Moves], old: Person, new: Person, rooms: Sequence[Room] | None = None) -> None:
    """Give what is `old`'s to `new`; with `rooms`, what is in those alone. Inside the caller's transaction."""
    _forget_words(old, new, rooms)
    for moves in table:
        _move(moves, old, new, rooms)


def _within(model: type[models.Model], ways: tuple[str, ...], rooms: Sequence[Room] | None) -> Any:
    """The rows of these rooms; without rooms, all."""
    rows = model._base_manager.all()
    if rooms is None:
        return rows
    keys = [room.pk for room in rooms]
    found = Q()
    for way in ways:
        found |= Q(**{f"{way}__in": keys})
    return rows.filter(pk__in=rows.filter(found).values("pk"))


def _forget_words(old: Person, new: Person, rooms: Sequence[Room] | None) -> None:
    """Where both answered a check that is open, the answer of `new` counts: the other one goes with its words."""
    answered = Ballot.objects.filter(tool="consent", person=new).values_list("item", flat=True)
    own = _within(ConsentCheck, ("room",), rooms).filter(state=VoteState.OPEN, pk__in=list(answered))
    Concern.objects.across_cities().filter(check_of__in=own, person=old, state=ConcernState.OPEN).delete()


def _move(moves: Moves, old: Person, new: Person, rooms: Sequence[Room] | None) -> None:
    rows = _within(moves.model, moves.rooms, rooms)
    theirs = rows.filter(**{moves.field: old})
    if moves.once:
        own = {each for each in rows.filter(**{moves.field: new}).values_list(*moves.once) if None not in each}
        twice = [key for key, *each in theirs.values_list("pk", *moves.once) if tuple(each) in own]
        if twice:
            moves.goes(rows.filter(pk__in=twice)).delete()
            theirs = theirs.exclude(pk__in=twice)
    theirs.update(**{moves.field: new})
