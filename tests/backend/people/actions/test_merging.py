"""A guest becomes part of an account."""

import pytest
from django.core.exceptions import PermissionDenied

from backend.people import actions
from backend.people.choices import PersonKind
from tests.backend.people.traces import verbs
from tests.factories import make_guest, make_person

pytestmark = pytest.mark.django_db


class TestMerging:
    def test_a_guest_is_closed_and_points_at_the_account(self) -> None:
        guest, account = make_guest("Ana"), make_person("Ana Rossi")
        actions.merge_guest(guest=guest, into=account, by=account)
        assert (guest.merged_into, guest.is_active, guest.name) == (account, False, "Ana Rossi")
        assert verbs(guest) == ["person.merge"]
        with pytest.raises(PermissionDenied):
            actions.merge_guest(guest=guest, into=account, by=account)

    def test_neither_accounts_nor_assisted_persons_nor_into_another(self) -> None:
        account, other = make_person(), make_person()
        for guest in (other, make_guest(kind=PersonKind.ASSISTED)):
            with pytest.raises(PermissionDenied):
                actions.merge_guest(guest=guest, into=account, by=account)
        with pytest.raises(PermissionDenied):
            actions.merge_guest(guest=make_guest(), into=other, by=account)
