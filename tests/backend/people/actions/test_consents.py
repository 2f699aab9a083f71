"""Each yes and each no, one's own and a guardian's."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.people import actions
from backend.people.choices import Purpose
from backend.people.models import Consent
from tests.backend.people.traces import verbs
from tests.factories import make_guest, make_person

pytestmark = pytest.mark.django_db


class TestConsents:
    def test_each_yes_and_each_no_leaves_a_trace(self) -> None:
        person = make_person()
        for _ in range(2):
            actions.give_consent(person=person, purpose=Purpose.RESEARCH, by=person)
        actions.withdraw_consent(person=person, purpose=Purpose.RESEARCH, by=person)
        actions.withdraw_consent(person=person, purpose=Purpose.RESEARCH, by=person)
        actions.give_consent(person=person, purpose=Purpose.RESEARCH, by=person)
        assert Consent.objects.count() == 2
        assert verbs(person) == ["consent.give", "consent.withdraw", "consent.give"]

    def test_for_a_child_the_guardian_alone_says_yes(self) -> None:
        guardian, other = make_person(), make_person()
        child = actions.add_ward(name="Leo", language="it", by=guardian)
        actions.give_consent(person=child, purpose=Purpose.PICTURES, by=guardian)
        for by in (child, other):
            with pytest.raises(PermissionDenied):
                actions.give_consent(person=child, purpose=Purpose.RESEARCH, by=by)
        with pytest.raises(PermissionDenied):
            actions.withdraw_consent(person=child, purpose=Purpose.PICTURES, by=other)
        actions.withdraw_consent(person=child, purpose=Purpose.PICTURES, by=child)

    def test_a_guest_or_a_child_answers_for_nobody(self) -> None:
        guardian = make_person()
        for by in (make_guest(), actions.add_ward(name="Leo", language="it", by=guardian)):
            with pytest.raises(PermissionDenied):
                actions.add_ward(name="Mia", language="it", by=by)

    def test_there_is_no_other_purpose(self) -> None:
        person = make_person()
        with pytest.raises(ValidationError):
            actions.give_consent(person=person, purpose="everything", by=person)
