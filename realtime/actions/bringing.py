"""What comes back out of the groups: their texts beside each other and into the main one, and their story in figures."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from backend.base import prose
from backend.base.journal import record
from backend.base.problems import Conflict
from backend.people.choices import PersonKind
from backend.people.models import Person
from realtime import document, permissions, store
from realtime.actions.barring import barred
from realtime.actions.board import Taken, authors_of_notes, put_on_board
from realtime.actions.breakouts import refused, require_lead
from realtime.actions.text import new_block_id, write_log
from realtime.broadcast import tell_on_commit
from realtime.choices import BreakoutState, ErasureState
from realtime.document import Known, Scratch
from realtime.document import board as boards
from realtime.models import (
    Breakout,
    BreakoutGroup,
    Brought,
    ClientClock,
    Erasure,
    GroupAuthor,
    Participant,
    Room,
    ToolState,
)


def text_of(group: BreakoutGroup) -> document.Text | None:
    return document.read(store.updates_of(group.room.pk)[0]) if group.room is not None else None


def texts_of_groups(room: Room) -> list[dict[str, Any]]:
    """The texts of the latest round as data: number, title, blocks (id, kind, text), ideas (id, text), brought."""
    rounds = Breakout.objects.filter(room=room).exclude(state__in=[BreakoutState.DROPPED, BreakoutState.PLANNED])
    latest = rounds.order_by("-number").first()
    told = []
    for group in latest.groups.select_related("room").prefetch_related("brought") if latest is not None else ():
        said = text_of(group)
        blocks = [piece._asdict() for piece in prose.blocks(said.content)] if said is not None else []
        told.append(
            {
                "id": str(group.pk),
                "number": group.number,
                "title": group.title,
                "blocks": blocks,
                "ideas": [{"id": each.note.id, "text": boards.words(each)} for each in ideas_of(said)],
                "brought": bool(group.brought.all()),
            }
        )
    return told


Rooms = list[tuple[str, Room]]  # a main room, and those of its groups by name


class Came(NamedTuple):
    """How much came out of a group."""

    blocks: int
    ideas: int


def bring_text(*, room: Room, by: Person, group: UUID, blocks: Sequence[str] = ()) -> Came:
    """Put a group's text at the end of the main text under a heading, and the ideas of its board on the main board;
    of both only `blocks`, where some were chosen.

    The words come by the facilitator's hand into the same log as everyone's; who wrote them in the group is
    an author of the main text from then on. Each idea comes by the hand of who had it.
    Raises PermissionDenied, ValidationError, Conflict.
    """
    _writer(room, by)
    rows = BreakoutGroup.objects.filter(breakout__room=room).select_related("room", "breakout")
    found = rows.filter(pk=group).first()
    said = text_of(found) if found is not None else None
    if found is None or said is None:
        raise refused("group", _("This group is not there any more."), "gone")
    nodes = _chosen(said, found, frozenset(blocks))
    with transaction.atomic():
        ideas = _bring_ideas(room, found, said, frozenset(blocks))
        if not nodes and not ideas:
            raise refused("group", _("There is nothing to bring: the group has not written yet."), "empty")
        if nodes:
            _bring_words(room, by, found, nodes)
            _note_authors(room, found, said)
        # Now that the room's row is held: neither its close nor an erasure in it can come in between any more.
        _writer(room, by)
        _require_nothing_goes(room, found)
        record(by=by, verb="breakout.bring", subject=found, after=found.title[:64], scope=room.city.slug)
        tell_on_commit(room, "breakouts")
    return Came(len(nodes), ideas)


def _writer(room: Room, by: Person) -> Participant:
    require_lead(room, by)
    mine = permissions.seat_of(by, room)
    if mine is None or not permissions.abilities(mine, permissions.rules_of(room))["write"]:
        raise barred("write", room, mine)
    return mine


def _require_nothing_goes(room: Room, group: BreakoutGroup) -> None:
    """Words that leave the group, or the main room and then its groups, come into the main text by nobody's hand;
    nor what was read of the group before they left. Raises Conflict."""
    going = Erasure.objects.in_city(room.city_id).filter(
        state__in=[ErasureState.AGREED, ErasureState.WORKING, ErasureState.FAILED]
    )
    going = going.filter(Q(room=group.room) | Q(room=room, log__isnull=False))
    as_read = Room.objects.in_city(room.city_id).filter(pk=group.room_id, log=group.room.log if group.room else 0)
    if going.exists() or not as_read.exists():
        raise Conflict(
            "erasing",
            _(
                "Words are being taken out of this group, as somebody wished, and not all are out yet."
                " Bring its text when that is done; the page “Words to take out” says how far it is."
            ),
        )


def _bring_words(room: Room, by: Person, group: BreakoutGroup, nodes: list[dict[str, Any]]) -> None:
    origins: dict[str, str] = {}

    def compose(scratch: Scratch, known: Known) -> Iterable[Any]:
        hand = (by.pk, _writer(room, by).pk)
        _require_nothing_goes(room, group)
        heading = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": group.title}]}
        origins.clear()

        def write(fragment: Any) -> None:
            origins.update(document.graft(fragment, [heading, *nodes], new_block_id))

        yield hand, scratch.written(document.new_client(known.clocks), write)

    write_log(room, compose, carries=True)
    Brought.objects.create(room=room, group=group, by=by, blocks=origins)


def _chosen(said: document.Text, group: BreakoutGroup, wanted: frozenset[str]) -> list[dict[str, Any]]:
    """Whole blocks of the top level: those that are wanted, or all but the heading that we put there ourselves."""
    nodes = prose.clean(said.content)["content"]
    keys = [str((node.get("attrs") or {}).get("id", "")) for node in nodes]
    if wanted:
        return [node for node, key in zip(nodes, keys, strict=True) if key in wanted]
    texts = {group.title, group.breakout.question}
    spoken = [
        (node, " ".join(piece.text for piece in prose.blocks({"type": "doc", "content": [node]}))) for node in nodes
    ]
    seeded = 2 if group.breakout.question else 1
    return [node for place, (node, text) in enumerate(spoken) if text and not (place < seeded and text in texts)]


def _note_authors(room: Room, group: BreakoutGroup, said: document.Text) -> None:
    wrote = [client for client, units in said.written.items() if units and client != group.seed]
    clocks = ClientClock.objects.filter(room=group.room, client__in=wrote)
    people = set(clocks.values_list("person_id", flat=True))
    GroupAuthor.objects.bulk_create(
        [GroupAuthor(room=room, group=group, person_id=key) for key in people], ignore_conflicts=True
    )


# --- Ideas -------------------------------------------------------------------------------


def ideas_of(said: document.Text | None) -> list[boards.Shown]:
    """The ideas on a group's board, column by column as they stand there."""
    found = boards.shown(said.board) if said is not None else []
    return sorted(found, key=lambda each: (each.note.column, each.note.order, each.note.id))


def ideas_out(room: Room, said: document.Text) -> list[tuple[Breakout, BreakoutGroup, list[boards.Shown]]]:
    """What stands on the boards of groups and never came to the room's own, whose document `said` is; oldest first."""
    told = []
    for group in _went(room):
        left = [each for each in ideas_of(text_of(group)) if each.note.id not in said.authors]
        if left:
            told.append((group.breakout, group, left))
    return told


def _went(room: Room) -> Any:
    """The groups that went to work, oldest first."""
    rows = BreakoutGroup.objects.filter(breakout__room=room).exclude(room=None).select_related("breakout", "room")
    return rows.order_by("breakout__number", "number")


def _bring_ideas(room: Room, group: BreakoutGroup, said: document.Text, wanted: Collection[str]) -> int:
    """Ideas come under the group's name into the first column, each by the hand of who had it; tells how many."""
    main = document.read(store.updates_of(room.pk)[0])
    column = _first_column(room)
    fresh = [each for each in ideas_of(said) if not wanted or each.note.id in wanted]
    notes = [note for each in fresh for note in (each.note, *each.merged) if note.id not in main.board]
    if not column or not notes or group.room is None:
        return 0
    authors = _people(authors_of_notes(group.room, said.authors))
    last = max((note.order for note in boards.notes_of(main.board).values() if note.column == column), default=0.0)
    taken = [
        Taken(
            note.id,
            authors[note.id],
            {
                **said.board[note.id],
                "column": column,
                "order": last + place * boards.STEP,
                "group": (f"{group.title}: {note.group}" if note.group else group.title)[: boards.GROUP],
            },
        )
        for place, note in enumerate(notes, 1)
        if note.id in authors
    ]
    put_on_board(room=room, taken=taken)
    return len(taken)


def _first_column(room: Room) -> str:
    state = ToolState.objects.filter(room=room, tool="board").values_list("state", flat=True).first() or {}
    columns = state.get("columns") or [{"id": ""}]
    return str(columns[0]["id"])


def _people(authors: dict[str, UUID]) -> dict[str, UUID]:
    """Note -> person; a guest who took an account is that account."""
    rows = Person.objects.filter(pk__in=set(authors.values()))
    now = {key: merged or key for key, merged in rows.values_list("pk", "merged_into")}
    return {note: now[key] for note, key in authors.items() if key in now}


# --- For the minutes and the history -----------------------------------------------------


def rooms_of(room: Room) -> Rooms:
    """The room itself, without a name, and then the room of each group under a name that says which it was."""
    groups = list(_went(room))
    several = len({group.breakout_id for group in groups}) > 1
    told = [("", room)]
    for group in groups:
        named = {"group": group.title, "number": group.breakout.number}
        once = _("In the group “%(group)s”") % named
        told.append((_("In round %(number)s, in the group “%(group)s”") % named if several else once, group.room))
    return told


def breakouts_of(room: Room) -> list[dict[str, Any]]:
    """Every round of groups of a room, oldest first, as plain data without names.

    Each: number, question, choosing, state, minutes, started_at, ended_at (aware or None), and groups: number,
    title, people, assisted, room (id or None), brought (its text came into the main one). Rounds that were
    given up are left out.
    """
    rows = Breakout.objects.filter(room=room).exclude(state=BreakoutState.DROPPED).order_by("number")
    assisted = Count("seats", filter=Q(seats__participant__person__kind=PersonKind.ASSISTED), distinct=True)
    counted = BreakoutGroup.objects.annotate(
        people=Count("seats", distinct=True), assisted=assisted, times=Count("brought", distinct=True)
    )
    held: dict[UUID, list[dict[str, Any]]] = {}
    for group in counted.filter(breakout__room=room).order_by("number"):
        told = {"number": group.number, "title": group.title, "people": group.people, "assisted": group.assisted}
        more = {"room": str(group.room_id) if group.room_id else None, "brought": bool(group.times)}
        held.setdefault(group.breakout_id, []).append({**told, **more})
    return [
        {
            "number": row.number,
            "question": row.question,
            "choosing": row.choosing,
            "state": row.state,
            "minutes": row.minutes,
            "started_at": row.started_at,
            "ended_at": row.ended_at,
            "groups": held.get(row.pk, []),
        }
        for row in rows
    ]


def origins_of(room: Room) -> dict[str, UUID]:
    """Block of the main text -> the group's room that it came from."""
    rows = Brought.objects.filter(room=room).select_related("group")
    return {key: row.group.room_id for row in rows for key in row.blocks if row.group.room_id}
