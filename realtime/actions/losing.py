"""What an erasure would take out, for who decides about it; nothing is changed."""

from dataclasses import dataclass

from realtime.actions import anew, beside
from realtime.document import Moment, Timeline
from realtime.models import Erasure, Room, Version


@dataclass
class Loss:
    letters: int  # of the text as it stands
    share: int  # of all its letters, in per cent
    notes: int
    versions: list[Version]  # in which passages are blanked
    public: list[Version]  # that were handed in: they are public record and stay
    beside: dict[str, int]  # kind -> how much, see beside.counts
    groups: int  # rooms of groups in which they wrote
    before: Moment
    after: Moment


def loss_of(erasure: Erasure) -> Loss:
    room, people = erasure.room, beside.people_of(erasure.person)
    with anew.told_for(room, people) as (timeline, clients):
        before, after = timeline.read(), timeline.read(without=clients)
        touched, public = _touched(room, timeline, clients)
        notes = sum(item.client in clients for _key, item, _fields in timeline.notes())
    whole = sum(sum(credit.values()) for credit in before.credits)
    found = beside.counts(room, people)
    groups = [group for group in room.children.across_cities() if beside.said_here(group, people)]
    for group in groups:
        for kind, count in beside.counts(group, people).items():
            found[kind] += count
    return Loss(
        letters=after.blanked,
        share=round(100 * after.blanked / whole) if whole else 0,
        notes=notes + found.pop("silent"),
        versions=touched,
        public=public,
        beside=found,
        groups=len(groups),
        before=before,
        after=after,
    )


def _touched(room: Room, timeline: Timeline, clients: set[int]) -> tuple[list[Version], list[Version]]:
    touched: list[Version] = []
    public: list[Version] = []
    for version in Version.objects.in_city(room.city_id).filter(room=room).order_by("number"):
        if timeline.read(version.update_number, without=clients).blanked:
            (public if beside.is_public(version, room) else touched).append(version)
    return touched, public
