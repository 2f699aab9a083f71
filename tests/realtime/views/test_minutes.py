"""The minutes' page: written and answered by forms, read by strangers once it is public, told to programs."""

from django.test import Client

from tests.realtime.minutes import propose
from tests.realtime.sessions import Session
from tests.realtime.visits import browser, page


def test_the_page_is_written_and_answered_by_forms_alone(session: Session) -> None:
    lead = browser(session.lead)
    answer = lead.post(
        page(session.room, "minutes"), {"do": "write", "section": "ideas", "text": "Nine ideas.", "base": "0"}
    )
    assert answer.url == f"{page(session.room, 'minutes')}#ideas"
    assert "Nine ideas." in lead.get(page(session.room, "minutes")).content.decode()
    clash = lead.post(page(session.room, "minutes"), {"do": "write", "section": "ideas", "text": "Ten.", "base": "0"})
    assert clash.status_code == 409
    assert all(words in clash.content.decode() for words in ("Nine ideas.", "Ten."))
    lead.post(page(session.room, "minutes"), {"do": "propose", "time": "10", "rule": "nobody", "audience": "public"})
    assert session.see(session.lead, "minutes")["state"] == "proposed"
    lead.post(page(session.room, "minutes"), {"do": "object", "text": "Not yet"})
    assert session.see(session.lead, "minutes")["answer"] == {"agrees": False, "words": "Not yet"}
    refused = lead.post(
        page(session.room, "minutes"), {"do": "write", "section": "ideas", "text": "x", "base": "1"}, follow=True
    )
    assert [str(message) for message in refused.context["messages"]]


def test_strangers_read_minutes_once_they_are_public(session: Session) -> None:
    for name in ("minutes", "minutes_pdf"):
        assert Client().get(page(session.room, name)).status_code == 404
    propose(session)
    for who in (session.amal, session.gianni, session.lead):
        session.do(who, "minutes", "agree")
    shown = Client().get(page(session.room, "minutes"))
    assert shown.status_code == 200
    assert Client().post(page(session.room, "minutes"), {"do": "agree"}).status_code == 404
    paper = Client().get(page(session.room, "minutes_pdf"))
    assert paper.content.startswith(b"%PDF-")
