"""When a group has agreed to its minutes, and who says so for whom."""

import pytest
from django.core.exceptions import ValidationError

from realtime.actions import add_assisted
from realtime.actions.minutes import is_agreed
from realtime.models import MinutesAnswer
from tests.realtime.minutes import propose
from tests.realtime.sessions import Session


@pytest.mark.parametrize(
    ("rule", "agreed", "objected", "holds"),
    [
        ("nobody", 0, 0, True),
        ("nobody", 9, 1, False),
        ("most", 2, 1, True),
        ("most", 1, 1, False),
        ("most", 0, 0, False),
    ],
)
def test_the_rules_of_agreement(rule: str, agreed: int, objected: int, holds: bool) -> None:
    assert is_agreed(rule, {"agreed": agreed, "objected": objected}) is holds


@pytest.mark.parametrize("command", ["agree", "object", "name", "unname"])
def test_an_order_of_old_for_somebody_else_does_not_answer_for_who_gives_it(session: Session, command: str) -> None:
    pina = add_assisted(room=session.room, name="Nonna Pina", by=session.lead.person)
    propose(session)
    with pytest.raises(ValidationError, match="Load the page again"):
        session.do(session.lead, "minutes", command, participant=str(pina.pk), text="It was later.")
    assert not MinutesAnswer.objects.exists()
