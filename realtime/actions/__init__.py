"""Everything that changes a room: opening and closing it, its door, its text, its versions."""

from realtime.actions.board import post_note, write_notes
from realtime.actions.door import (
    add_assisted,
    admit,
    join_room,
    leave_room,
    mute,
    refuse,
    remove,
    return_to_room,
    seat,
    set_role,
    void_tickets,
)
from realtime.actions.plans import AGENDAS, plans_for
from realtime.actions.rooms import close_room, open_room, renew_way_in, set_asking, set_way_in
from realtime.actions.text import (
    authors_of,
    freeze_version,
    post_passage,
    submit_proposal,
    write_turns,
)
from realtime.actions.upkeep import make_snapshot

__all__ = [
    "AGENDAS",
    "add_assisted",
    "admit",
    "authors_of",
    "close_room",
    "freeze_version",
    "join_room",
    "leave_room",
    "make_snapshot",
    "mute",
    "open_room",
    "plans_for",
    "post_note",
    "post_passage",
    "refuse",
    "remove",
    "renew_way_in",
    "return_to_room",
    "seat",
    "set_asking",
    "set_role",
    "set_way_in",
    "submit_proposal",
    "void_tickets",
    "write_notes",
    "write_turns",
]
