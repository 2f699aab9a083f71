"""What nobody's editor writes, sent as raw updates: no page and no form of the text lets it run."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from realtime.actions import freeze_version, write_turns
from realtime.actions.text import write_log
from realtime.models import Room
from tests.realtime.factories import join, leader, make_room
from tests.realtime.visits import at, browser

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " \tjava\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "//evil.example/x",
]
WORDS = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</textarea><svg onload=alert(1)>", "{{ 7*7 }}"]
NODES = ["script", "iframe", "svg", "style", "img onerror=alert(1)", "paragraph><script"]
ACTIVE = {"script", "iframe", "object", "embed", "svg", "style", "link", "meta", "form", "base"}


def hostile() -> bytes:
    doc = Doc(client_id=77)
    text = doc.get("document", type=XmlFragment)

    def paragraph(words: str, attrs: dict[str, Any], kind: str = "paragraph", **more: str) -> None:
        element = XmlElement(kind, {"id": "x", **more})
        text.children.append(element)
        held = XmlText()
        element.children.append(held)
        held.insert(0, words, attrs)

    for address in ADDRESSES:
        paragraph("a link", {"link": {"href": address, "onclick": "alert(1)", "class": "x"}})
        text.children.append(XmlElement("image", {"src": address, "alt": WORDS[1], "onerror": "alert(1)"}))
    for words in WORDS:
        paragraph(words, {}, style="x:expression(alert(1))", onclick="alert(1)")
        paragraph(words, {words: {"href": words}, "comment--" + words: {"id": words}})
    for kind in NODES:
        paragraph("inside", {}, kind)
    return doc.get_update()


class Seen(HTMLParser):
    """What a browser would build of it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ACTIVE:
            self.found.append(tag)
        for name, value in attrs:
            bare = re.sub(r"[\s\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or name == "style" or re.match(r"(javascript|data|vbscript):|//", bare):
                self.found.append(f"{tag} {name}={value}")


def active(html: str) -> list[str]:
    seen = Seen()
    seen.feed(html)
    return seen.found


@pytest.fixture
def room() -> Room:
    made = make_room()
    amal = join(made)
    write_log(made, lambda scratch, known: [((amal.person_id, amal.pk), [hostile()])])
    made.refresh_from_db()
    return made


def test_no_form_of_the_text_and_no_page_of_it_runs_anything(room: Room) -> None:
    lead = browser(leader(room))
    version = freeze_version(room=room, by=leader(room).person)
    plain = make_room()
    write_turns(room=plain, turns=[(leader(plain).person, "paragraph", "Benches.")])
    freeze_version(room=plain, by=leader(plain).person)
    as_plain = browser(leader(plain))
    address = f"/api/v1/rooms/{room.pk}/document/"
    html = lead.get(f"{address}?as=html").content.decode()
    assert "inside" in html
    assert active(html) == []
    markdown = lead.get(f"{address}?as=markdown").content.decode()
    assert not re.search(r"\]\(\s*(javascript|data|vbscript):", markdown, re.I)
    told = lead.get(f"{address}?as=prosemirror").content.decode()
    assert "onclick" not in told
    assert not re.search(r'"(href|src)": ?"\s*(javascript|data|vbscript)', told, re.I)
    for page in ("history/?part=moment", "history/", "history/compare/", f"versions/{version.number}/", "submit/", ""):
        found = Counter(active(lead.get(at(room, page)).content.decode()))
        of_the_page = Counter(active(as_plain.get(at(plain, page)).content.decode()))
        assert set(found - of_the_page) <= {"svg", "form"}, page  # pictures and forms of its own, for each passage


def test_a_file_to_take_along_runs_nothing_either(room: Room) -> None:
    version = freeze_version(room=room, by=leader(room).person)
    lead = browser(leader(room))
    answer = lead.get(at(room, f"versions/{version.number}/text/?as=html"))
    assert answer.status_code == 200
    assert active(answer.content.decode()) == ["meta", "meta"]
