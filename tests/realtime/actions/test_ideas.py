"""An idea is followed from the board into the text, its version and its proposal."""

from backend.provenance import story_of_proposal
from realtime.actions import authors_of, freeze_version, submit_proposal
from tests.realtime.boards import put
from tests.realtime.sessions import Session


def test_an_idea_is_followed_into_the_text_its_version_and_its_proposal(session: Session) -> None:
    one, two = put(session, session.amal, "Shade sails"), put(session, session.gianni, "Lime trees")
    session.do(session.lead, "board", "merge_note", id=two, into=one)
    session.do(session.lead, "board", "into_text", id=one)
    session.do(session.lead, "board", "delete_note", id=two, reason="It is in the text.")
    version = freeze_version(room=session.room, by=session.lead.person)
    ideas = {row.note: (row.text, row.person_id) for row in version.ideas.all()}
    assert ideas == {
        one: ("Shade sails", session.amal.person_id),
        two: ("Lime trees", session.gianni.person_id),
    }
    assert {person.pk for person in authors_of(session.room)} >= {session.amal.person_id, session.gianni.person_id}
    proposal = submit_proposal(room=session.room, by=session.lead.person, title="Shade")
    first, second, *_rest = story_of_proposal(proposal)
    assert (first["kind"], second["kind"]) == ("idea", "room")
    assert "Shade sails" in first["note"]
