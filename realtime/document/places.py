"""Places in a room's document, and what each may hold so that every reader understands it."""

from typing import Final, NamedTuple

from realtime.document import update as u
from realtime.document.update import Id

TEXT_ROOT: Final = "document"
BOARD_ROOT: Final = "board"

# What a place holds. FIELD is within a type that stands in a field of a note. Roots of other names are open: no page of
# ours reads them.
GONE, FRAGMENT, ELEMENT, TEXT, BOARD, NOTE, OPEN, FIELD = range(8)


class Place(NamedTuple):
    """Where items stand: in a list (`sub` is None) or under a key of `parent`."""

    kind: int
    depth: int
    parent: Id | str | None
    sub: str | None


NOWHERE: Final = 0  # the place of what was collected as garbage

CHILDREN: Final = {(FRAGMENT, u.XML_ELEMENT): ELEMENT, (FRAGMENT, u.XML_TEXT): TEXT}
CHILDREN.update({(ELEMENT, kind): made for (_, kind), made in list(CHILDREN.items())})

# What may stand in a field of a note, at any depth: what every reader can say as a plain value.
PLAIN: Final = frozenset({u.ARRAY, u.MAP, u.TEXT})

_WORDS: Final = frozenset({u.STRING, u.FORMAT, u.EMBED, u.DELETED})
_TREE: Final = frozenset({u.TYPE, u.DELETED})
_VALUE: Final = frozenset({u.ANY, u.DELETED})
_NOTES: Final = frozenset({u.DELETED, u.TYPE})
_FIELDS: Final = frozenset({u.ANY, u.DELETED, u.TYPE})
_ANYTHING: Final = frozenset({u.DELETED, u.JSON_, u.BINARY, u.STRING, u.EMBED, u.FORMAT, u.TYPE, u.ANY})

ROOT_OF: Final = {
    FRAGMENT: "text",
    ELEMENT: "text",
    TEXT: "text",
    BOARD: "board",
    NOTE: "board",
    FIELD: "board",
    OPEN: "other",
}

# (place, under a key) -> kinds of content that every reader of the room understands there
CONTENT: Final = {
    (FRAGMENT, False): _TREE,
    (ELEMENT, False): _TREE,
    (ELEMENT, True): _VALUE,
    (TEXT, False): _WORDS,
    (TEXT, True): _VALUE,
    (BOARD, True): _NOTES,
    (NOTE, True): _FIELDS,
    (FIELD, False): _ANYTHING,
    (FIELD, True): _ANYTHING,
    (OPEN, False): _ANYTHING,
    (OPEN, True): _ANYTHING,
}
