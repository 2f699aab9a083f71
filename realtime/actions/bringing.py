"""What comes back out of the groups: their texts beside each other and into the main one, and their story in figures."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from backend.base import prose
from backend.base.journal import record
from backend.people.choices import PersonKind
from backend.people.models import Person
from realtime import document, permissions, store
from realtime.actions.breakouts import refused, require_lead
from realtime.actions.text import new_block_id, write_log
from realtime.broadcast import tell_on_commit
from realtime.choices import BreakoutState
from realtime.document import Known, Scratch
from realtime.models import Breakout, BreakoutGroup, Brought, ClientClock, GroupAuthor, Room


def text_of(group: BreakoutGroup) -> document.Text | None:
    return document.read(store.updates_of(group.room.pk)[0]) if group.room is not None else None


def texts_of_groups(room: Room) -> list[dict[str, Any]]:
    """The texts of the latest round as data: number, title, blocks (id, kind, text), brought."""
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
                "brought": bool(group.brought.all()),
            }
        )
    return told


def bring_text(*, room: Room, by: Person, group: UUID, blocks: Sequence[str] = ()) -> int:
    """Put a group's text, or chosen blocks of it, at the end of the main text under a heading.

    The words come by the facilitator's hand into the same log as everyone's; who wrote them in the group is
    an author of the main text from then on. Raises PermissionDenied, ValidationError, Conflict.
    """
    require_lead(room, by)
    mine = permissions.seat_of(by, room)
    if not permissions.abilities(mine, permissions.rules_of(room))["write"]:
        raise PermissionDenied(_("You cannot write in this text now."))
    rows = BreakoutGroup.objects.filter(breakout__room=room).select_related("room", "breakout")
    found = rows.filter(pk=group).first()
    said = text_of(found) if found is not None else None
    if found is None or said is None:
        raise refused("group", _("This group is not there any more."), "gone")
    nodes = _chosen(said, found, frozenset(blocks))
    if not nodes:
        raise refused("group", _("There is nothing to bring: the group has not written yet."), "empty")
    origins: dict[str, str] = {}

    def compose(scratch: Scratch, known: Known) -> Iterable[Any]:
        heading = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": found.title}]}
        origins.clear()

        def write(fragment: Any) -> None:
            origins.update(document.graft(fragment, [heading, *nodes], new_block_id))

        yield (by.pk, mine.pk if mine else None), scratch.written(document.new_client(known.clocks), write)

    with transaction.atomic():
        head = write_log(room, compose, carries=True)
        made = Brought.objects.create(room=room, group=found, by=by, blocks=origins)
        _note_authors(room, found, said)
        record(by=by, verb="breakout.bring", subject=made, after=found.title[:64], scope=room.city.slug)
        tell_on_commit(room, "breakouts")
    return head


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


# --- For the minutes and the history -----------------------------------------------------


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
