"""What can be told of a session afterwards and while it runs: the agenda as run, and how fairly it was shared."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Q
from django.utils import timezone

from realtime.choices import RoomRole
from realtime.models import ClientClock, Participant, Room, ToolState

FEW: Final = 5  # below this a share would tell of persons
MOST_HEARD: Final = 3


def agenda_as_run(room: Room) -> list[dict[str, Any]]:
    """Each step that began, in order: title, texts by language, planned minutes, began_at and ended_at (ISO, or None
    while it lasts)."""
    state = ToolState.objects.filter(room=room, tool="agenda").values_list("state", flat=True).first() or {}
    closed = room.ends_at.isoformat() if room.state == "closed" and room.ends_at else None
    return [{"texts": {}, **line, "ended_at": line.get("ended_at") or closed} for line in state.get("log", [])]


def fair_share(room: Room) -> dict[str, Any]:
    """How speaking and writing were shared among those who took part: counts and bands, and no names.

    people, assisted · speaking, writing: {active, silent, top, of} or None where too few took part to tell without
    telling of persons; `top` is the share, in tenths of the whole, of the `of` who spoke or wrote most. `new_voices`:
    how many spoke, or wrote, for the first time in a room of this city.
    """
    rows = Participant.objects.in_city(room.city_id).filter(room=room).admitted().exclude(role=RoomRole.OBSERVER)
    people = {str(key): (person, kind) for key, person, kind in rows.values_list("pk", "person_id", "person__kind")}
    state = ToolState.objects.filter(room=room, tool="speaking").values_list("state", flat=True).first() or {}
    return share_among(room, people, state)


def share_among(room: Room, people: Mapping[str, tuple[Any, str]], state: Mapping[str, Any]) -> dict[str, Any]:
    """The same where who took part (participant: person, kind) and how they spoke was read already."""
    here = Q(room=room.pk) | Q(room__parent=room.pk)  # its groups are a part of the session
    rows = ClientClock.objects.filter(here, log=F("room__log"), carried=False)
    clocks = list(rows.values_list("person_id", "clock"))
    spoken = _sums([*_by_person(seconds_of(state), people), *_spoken_in_groups(room)])
    return share(people, spoken, clocks) | {"new_voices": _new_voices(room, people, spoken, clocks)}


def share(
    people: Mapping[str, tuple[Any, str]], spoken: Mapping[Any, float], clocks: Iterable[tuple[Any, int]]
) -> dict[str, Any]:
    """The same from rows that were read already: `spoken` are seconds by person."""
    letters = _sums(clocks)
    spoke = {key: spoken.get(person, 0) for key, (person, _kind) in people.items()}
    written = {key: letters.get(person, 0) for key, (person, _kind) in people.items()}
    return {
        "people": len(people),
        "assisted": sum(kind == "assisted" for _person, kind in people.values()),
        "speaking": _bands(spoke, len(people)),
        "writing": _bands(written, len(people)),
    }


def seconds_of(state: Mapping[str, Any]) -> dict[str, float]:
    """How long each has spoken until now, the turn that lasts included."""
    totals = {key: float(heard["seconds"]) for key, heard in state.get("heard", {}).items()}
    current = state.get("current")
    if current:
        since = datetime.fromisoformat(current["since"])
        totals[current["id"]] = totals.get(current["id"], 0) + max(0, (timezone.now() - since).total_seconds())
    return totals


def _sums(parts: Iterable[tuple[Any, float]]) -> dict[Any, float]:
    """What each person did, over all their devices and in all rooms of the session."""
    sums: dict[Any, float] = {}
    for person, amount in parts:
        sums[person] = sums.get(person, 0) + amount
    return sums


def _by_person(seconds: Mapping[str, float], people: Mapping[str, tuple[Any, str]]) -> list[tuple[Any, float]]:
    return [(people[key][0], amount) for key, amount in seconds.items() if key in people]


def _spoken_in_groups(room: Room) -> list[tuple[Any, float]]:
    """How long each person spoke in the rooms of the groups, where they have another place than in the main one."""
    states = ToolState.objects.filter(room__parent=room.pk, tool="speaking").values_list("state", flat=True)
    seconds = {key: amount for state in states for key, amount in seconds_of(state).items()}
    if not seconds:
        return []
    rows = Participant.objects.in_city(room.city_id).filter(room__parent=room.pk, pk__in=list(seconds))
    return [(person, seconds[str(key)]) for key, person in rows.values_list("pk", "person_id")]


def _bands(amounts: Mapping[str, float], people: int) -> dict[str, int] | None:
    """Among few people any share would point at somebody."""
    active = sorted((amount for amount in amounts.values() if amount > 0), reverse=True)
    if people < FEW or not active:
        return None
    of = min(MOST_HEARD, len(active))
    # Where nearly all who were active are the top ones, a share of "all" says nothing and of fewer too much.
    top = round(10 * sum(active[:of]) / sum(active)) if len(active) >= FEW else None
    counted = {"active": len(active), "silent": people - len(active), "of": of}
    return counted if top is None else {**counted, "top": top}


def _new_voices(
    room: Room, people: Mapping[str, tuple[Any, str]], spoken: Mapping[Any, float], clocks: Iterable[tuple[Any, int]]
) -> int | None:
    """Those who spoke or wrote here, and had been in no earlier room of the city."""
    if len(people) < FEW:
        return None
    wrote = {person for person, clock in clocks if clock > 0}
    active = {person for person, _kind in people.values() if person in spoken or person in wrote}
    before = Participant.objects.in_city(room.city_id).filter(person__in=active, room__made_at__lt=room.made_at)
    return len(active - set(before.exclude(room=room).values_list("person_id", flat=True)))
