"""The table of rights of the rooms' tools: one line for each command, with who of a room may give it."""

from typing import NamedTuple

from tests.access.table import ROOM


class Told(NamedTuple):
    """A command of a room's tool, by socket, API and form alike, and which of those inside may give it."""

    tool: str
    command: str
    may: str


LEADS = "facilitator"
COMMANDS = (
    *(Told("door", command, LEADS) for command in ("admit", "admit_all", "refuse", "add", "link", "role")),
    *(Told("door", command, LEADS) for command in ("gone", "back", "rename")),
    *(Told("door", command, LEADS) for command in ("limit", "watching", "no_watching", "renew")),
    *(Told("agenda", command, LEADS) for command in ("next", "back", "extend", "add", "edit", "move", "remove")),
    *(Told("agenda", command, LEADS) for command in ("use", "save", "forget")),
    *(Told("speaking", command, ROOM) for command in ("raise", "lower", "pass", "done")),
    *(Told("speaking", command, LEADS) for command in ("next", "add", "move", "drop", "rule", "turn", "name")),
    *(Told("speaking", command, LEADS) for command in ("round", "end_round")),
    *(
        Told("captions", command, "") for command in ("write", "undo")
    ),  # only whom the facilitator named, and here is nobody
    Told("captions", "drop", ROOM),
    *(Told("captions", command, LEADS) for command in ("name", "keep")),
    *(Told("projector", command, LEADS) for command in ("show", "second")),
    *(Told("board", command, ROOM) for command in ("add_note", "move_note", "colour_note", "group_note")),
    *(Told("board", command, ROOM) for command in ("rename_group", "merge_note", "split_note", "edit_note")),
    *(Told("board", command, ROOM) for command in ("delete_note", "restore_note", "into_text", "take_back")),
    *(Told("board", command, LEADS) for command in ("add_column", "open", "close", "silence", "reveal")),
    *(Told("board", command, LEADS) for command in ("rename_column", "move_column", "remove_column")),
    *(Told("board", command, LEADS) for command in ("lock_column", "unlock_column", "clear_column", "sort_column")),
    *(Told("polls", command, LEADS) for command in ("draft", "open", "close", "drop")),
    Told("polls", "vote", ROOM),
    *(Told("consent", command, LEADS) for command in ("prepare", "open", "drop", "close", "show", "resolve")),
    Told("consent", "answer", ROOM),
    *(Told("minutes", command, LEADS) for command in ("write", "leave_out", "put_in", "propose", "take_back")),
    *(Told("minutes", command, ROOM) for command in ("agree", "object", "name", "unname")),
    *(Told("chat", command, ROOM) for command in ("post", "react", "question")),
    *(Told("chat", command, LEADS) for command in ("hide", "restore", "pin", "answered")),
    *(Told("passages", command, ROOM) for command in ("open", "suggest", "reply", "accept", "reject")),
    *(Told("passages", command, ROOM) for command in ("resolve", "reopen")),
    *(Told("passages", command, LEADS) for command in ("hide", "rule")),
    *(Told("moderation", command, LEADS) for command in ("lock", "unlock", "freeze", "unfreeze")),
    *(Told("moderation", command, LEADS) for command in ("pause_chat", "resume_chat", "remove", "mute", "unmute")),
    *(Told("moderation", command, LEADS) for command in ("show", "take_down", "ask", "let_in", "slow", "readmit")),
    *(Told("moderation", command, LEADS) for command in ("announce", "end_announcement", "look", "look_away")),
    Told("moderation", "dismiss", ROOM),
    Told("appeals", "ask", ROOM),
    Told("appeals", "answer", LEADS),
    Told("leading", "step_in", LEADS),
    *(Told("leading", command, LEADS) for command in ("share", "pass", "step_down")),
    *(Told("breakouts", command, LEADS) for command in ("make", "put", "drop", "give_up", "send", "extend")),
    *(Told("breakouts", command, LEADS) for command in ("tell", "call_back", "bring", "end")),
    *(Told("breakouts", command, ROOM) for command in ("choose", "help")),
    Told("notes", "save", LEADS),
)
