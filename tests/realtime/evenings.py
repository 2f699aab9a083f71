"""An evening in which somebody leaves a word in every kind of place, and a look at where it still stands."""

from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection

from backend.base import prose
from backend.conversations.actions import flag
from backend.conversations.models import Appeal, Post
from realtime import document, store, tools
from realtime.actions import ask_erasure, freeze_version, restore_version, write_turns
from realtime.actions.minutes import find_minutes
from realtime.actions.paper import make_paper
from realtime.actions.photos import post_photo
from realtime.models import ConsentCheck, Erasure, NotePhoto, Participant, Room, Version
from tests.access.world import picture
from tests.factories import make_facilitator
from tests.realtime.factories import join, leader, make_room
from tests.realtime.pasts import agree, fresh

WORD = "Xylokarp"


SAID = f"My {WORD} grows in the yard of number nine."


class Evening:
    """A room that Irene leads, where Amal leads too and Bo takes part."""

    def __init__(self) -> None:
        self.room = make_room()
        self.lead, self.bo = leader(self.room), join(self.room, "Bo")
        self.amal = join(self.room, "Amal", person=make_facilitator(self.room.city, "Amal"))
        Participant.objects.in_city(self.room.city_id).filter(pk=self.amal.pk).update(role="facilitator")
        self.amal.refresh_from_db()
        turns = [(self.bo.person, "paragraph", "Old people sit down."), (self.amal.person, "paragraph", SAID)]
        write_turns(room=self.room, turns=turns)

    def do(self, who: Participant, tool: str, command: str, **args: Any) -> None:
        tools.do(room=self.room, tool=tool, command=command, by=who.person, args=args)

    def version(self, title: str = "First", by: Participant | None = None, reason: str = "") -> Version:
        who = (by or self.lead).person
        made = freeze_version(room=fresh(self.room), by=who, title=title, reason=reason)
        made.room = fresh(self.room)
        return made

    def erase(self) -> Erasure:
        erasure = ask_erasure(room=fresh(self.room), person=self.amal.person, by=self.amal.person, reason=SAID)
        agree(erasure, self.lead.person)
        assert erasure.state == "done"
        return erasure


def found(word: str = WORD) -> list[str]:
    """Every column of the database, and every file, in which the word stands."""
    places = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                places += [f"{table}.{name}" for name, value in zip(names, row, strict=True) if holds(value, word)]
    for path in Path(NotePhoto.storage().location).rglob("*"):
        if word in path.name or (path.is_file() and word.encode() in path.read_bytes()):
            places.append(str(path))
    return sorted(set(places))


def holds(value: Any, word: str) -> bool:
    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
    return word.encode() in raw


# --- Each kind of words, as it comes to be -------------------------------------------------
def in_the_text(evening: Evening) -> None:
    pass


def in_a_version_its_title_and_reason(evening: Evening) -> None:
    version = evening.version(f"With {WORD}", by=evening.amal, reason=f"Because of {WORD}")
    write_turns(room=fresh(evening.room), turns=[(evening.bo.person, "paragraph", "And shade.")])
    restore_version(version=version, by=evening.amal.person, reason=f"The {WORD} again")


def in_the_chat(evening: Evening) -> None:
    evening.do(evening.amal, "chat", "post", text=SAID)
    post = Post.objects.in_city(evening.room.city_id).get(text=SAID)
    evening.do(evening.lead, "chat", "pin", id=str(post.pk), on=True)
    flag(by=evening.amal.person, reason="other", note=SAID, post=bos_post(evening))


def bos_post(evening: Evening) -> Post:
    evening.do(evening.bo, "chat", "post", text="Hello.")
    return Post.objects.in_city(evening.room.city_id).get(text="Hello.")


def on_the_board(evening: Evening) -> None:
    evening.do(evening.amal, "board", "add_note", column="c1", text=f"A {WORD}")
    evening.do(evening.amal, "board", "add_note", column="c1", text=f"Two {WORD}")
    board = text_of(evening.room).board
    first, second = sorted(board, key=lambda key: board[key]["order"])
    evening.do(evening.amal, "board", "delete_note", id=second)
    evening.do(evening.bo, "board", "into_text", id=first)
    evening.do(evening.lead, "moderation", "look", kind="note", target=first)
    evening.version()
    propose_minutes(evening)


def text_of(room: Room) -> document.Text:
    return document.read(store.updates_of(room.pk)[0])


def in_silence_and_on_photos(evening: Evening) -> None:
    post_photo(room=evening.room, by=evening.amal.person, column="c1", file=picture(), text=f"Photo of my {WORD}")
    photo = NotePhoto.objects.in_city(evening.room.city_id).get()
    NotePhoto.storage().save(f"{photo.path}/{WORD}.txt", ContentFile(b"x"))
    NotePhoto.storage().delete(f"{photo.path}/{WORD}.txt")
    evening.do(evening.lead, "board", "silence")
    evening.do(evening.amal, "board", "add_note", column="c1", text=SAID)


def in_captions(evening: Evening) -> None:
    evening.do(evening.lead, "captions", "name", id=str(evening.amal.pk))
    evening.do(evening.lead, "captions", "keep")
    evening.do(evening.amal, "captions", "write", text=f"{WORD} now")
    propose_minutes(evening)


def in_votes(evening: Evening) -> None:
    evening.do(evening.amal, "board", "add_note", column="c1", text=f"A {WORD}")
    evening.do(evening.bo, "board", "add_note", column="c1", text="Trees")
    dots = {"kind": "board", "question": "Which one?"}
    evening.do(evening.lead, "polls", "draft", **dots)
    evening.do(evening.amal, "polls", "draft", kind="single", question=f"{WORD}?", options=f"A {WORD}\nNone")
    propose_minutes(evening)


def in_a_consent_check_and_its_concerns(evening: Evening) -> None:
    version = evening.version()
    evening.do(evening.amal, "consent", "prepare", version=version.number, question=f"Is {WORD} fine?")
    check = ConsentCheck.objects.across_cities().get()
    evening.do(evening.lead, "consent", "open", check=str(check.pk))
    evening.do(evening.amal, "consent", "answer", check=str(check.pk), answer="concern", text=f"{WORD} is ill")
    evening.do(evening.bo, "consent", "answer", check=str(check.pk), answer="concern", text="Too dark")
    concern = check.concerns.across_cities().get(text="Too dark")
    evening.do(evening.amal, "consent", "resolve", concern=str(concern.pk), how=f"By {WORD}")
    evening.do(evening.lead, "consent", "close", check=str(check.pk))
    propose_minutes(evening)


def in_the_minutes(evening: Evening) -> None:
    evening.do(evening.lead, "minutes", "write", section="agenda", text="We began late.", base=0)
    text = f"We began late.\nThen came {WORD}."
    evening.do(evening.amal, "minutes", "write", section="agenda", text=text, base=1)
    propose_minutes(evening)
    evening.do(evening.amal, "minutes", "take_back", reason=f"No {WORD} yet")
    propose_minutes(evening)
    evening.do(evening.amal, "minutes", "object", text=f"I object to {WORD}")
    for who in (evening.bo, evening.lead):
        evening.do(who, "minutes", "agree")
    minutes = find_minutes(evening.room)
    assert minutes is not None
    make_paper.call(str(minutes.pk))


def propose_minutes(evening: Evening) -> None:
    evening.do(evening.lead, "minutes", "propose", time=10, rule="most", audience="public")


def beside_passages(evening: Evening) -> None:
    block = blocks(evening.room)[0]
    evening.do(evening.amal, "passages", "open", kind="comment", block=block.id, start=0, quote="Old people", text=SAID)
    change = {"block": block.id, "before": block.text, "after": f"Old people sit by my {WORD}.", "text": SAID}
    evening.do(evening.amal, "passages", "suggest", **change)
    mine = blocks(evening.room)[1]
    evening.do(evening.bo, "passages", "open", kind="comment", block=mine.id, start=3, quote=WORD, text="Is it a tree?")


def blocks(room: Room) -> list[Any]:
    return prose.blocks(text_of(room).content)


def in_messages_to_all_and_second_looks(evening: Evening) -> None:
    evening.do(evening.amal, "moderation", "announce", text=f"All to {WORD}")
    reason = {"reason": "Too loud."}
    evening.do(evening.lead, "moderation", "mute", id=str(evening.amal.pk), **reason)
    act = evening.room.thread.acts.across_cities().get(act="mute")
    evening.do(evening.amal, "appeals", "ask", act=str(act.pk), text=SAID)
    assert Appeal.objects.across_cities().count() == 1
