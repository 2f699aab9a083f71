"""Records that repeat what somebody said: minutes that were laid before the group, and what tools keep."""

import re
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from backend.base.canonical import sha256
from backend.base.journal import record
from backend.people.models import Person
from realtime.models import Minutes, MinutesRevision, Room, ToolState

LONG: Final = 12  # letters from which words are found wherever they stand; shorter ones only where they stand alone


def swapped(value: Any, swaps: dict[str, str]) -> Any:
    """A JSON value in which words gave way: wherever they stand where they are long, else where they stand alone."""
    if isinstance(value, dict):
        return {key: swapped(each, swaps) for key, each in value.items()}
    if isinstance(value, list):
        return [swapped(each, swaps) for each in value]
    if not isinstance(value, str) or not swaps:
        return value
    for words in sorted(swaps, key=len, reverse=True):
        if words in value:
            value = value.replace(words, swaps[words]) if len(words) >= LONG else _alone(value, words, swaps[words])
    return value


def _alone(value: str, words: str, new: str) -> str:
    """A whole line, one of several ideas put together, a name in quotes, or what stands behind a time or a heading."""
    pattern = rf"(^|\n|: | \+ |“|^\d\d:\d\d ){re.escape(words)}(?=$|\n| \+ |”)"
    return re.sub(pattern, lambda found: found.group(1) + new, value)


def take(room: Room, people: list[UUID], by: Person, swaps: dict[str, str]) -> None:
    """Minutes and what tools keep, as they are without the words of `people`; of a group also those of its main room."""
    telling = [key for key in (room.pk, room.parent_id) if key is not None]
    for revision in MinutesRevision.objects.filter(minutes__room__in=telling).select_related("minutes__city"):
        content = swapped(revision.content, swaps)
        if content == revision.content:
            continue
        put_anew(revision, content, by)
    # The paper is printed anew: it also holds what was objected.
    Minutes.objects.in_city(room.city_id).filter(room__in=telling).exclude(pdf=None).update(pdf=None)
    for state in ToolState.objects.filter(Q(room=room) | Q(room__parent=room)):
        changed = _tool(state.tool, state.state, people, swaps)
        if changed != state.state:
            ToolState.objects.filter(pk=state.pk).update(state=changed, revision=state.revision + 1)


def put_anew(revision: MinutesRevision, content: dict[str, Any], by: Person) -> None:
    """What a revision of minutes says without words that went at somebody's wish; the seal that people knew is told
    beside the new one."""
    before, taken_out = revision.sha256, revision.content.get("taken_out", [])
    content = {**content, "taken_out": [*taken_out, {"at": timezone.now().isoformat(), "sha256": before}]}
    seal = sha256(content)
    MinutesRevision.objects.filter(pk=revision.pk).update(content=content, sha256=seal)
    record(by=by, verb="minutes.blank", subject=revision.minutes, before=before, after=seal)


def _tool(tool: str, state: dict[str, Any], people: list[UUID], swaps: dict[str, str]) -> dict[str, Any]:
    state = swapped(state, swaps)
    theirs = {str(key) for key in people}
    for kept in ("bin", "reworded") if tool in ("board", "taken") else ():
        if kept in state:
            state = {**state, kept: [each for each in state[kept] if each.get("person") not in theirs]}
    if tool == "moderation":
        names = set(Person.objects.filter(pk__in=people).values_list("name", flat=True))
        message = state.get("message")
        state = {**state, "look": None}  # it names words of the text
        if message and message.get("by") in names:
            state = {**state, "message": None}
    return state
