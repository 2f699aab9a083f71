"""The paper of minutes is made once."""

from realtime.actions.minutes import publish_due
from realtime.actions.paper import make_paper
from tests.realtime.minutes import minutes_of, pass_time, propose
from tests.realtime.sessions import Session
from tests.realtime.visits import browser, page


def test_the_paper_is_made_once_and_stays_the_same(session: Session) -> None:
    lead = browser(session.lead)
    assert lead.get(page(session.room, "minutes_pdf")).content.startswith(b"%PDF-")
    propose(session)
    session.do(session.amal, "minutes", "agree")
    pass_time(session)
    publish_due()
    make_paper.func(str(minutes_of(session).pk))
    kept = bytes(minutes_of(session).pdf or b"")
    make_paper.func(str(minutes_of(session).pk))
    assert kept.startswith(b"%PDF-")
    assert lead.get(page(session.room, "minutes_pdf")).content == kept == bytes(minutes_of(session).pdf or b"")
