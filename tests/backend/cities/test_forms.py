"""Forms about groups take shapes, the actions take the rest."""

import pytest

from backend.cities.forms import ChangeGroupForm, GroupForm, InvitationForm, MemberForm


def test_a_group_is_of_a_kind_but_no_office():
    assert GroupForm({"name": "Bocce", "kind": "informal"}).is_valid()
    assert "kind" in GroupForm({"name": "Bocce", "kind": "office"}).errors


def test_the_kind_of_a_group_stays():
    assert list(ChangeGroupForm().fields) == ["name", "about", "size"]


@pytest.mark.parametrize(("size", "fine"), [("", True), ("41", True), ("0", False), ("-3", False), ("many", False)])
def test_a_size_is_a_number_of_people(size, fine):
    assert GroupForm({"name": "Bocce", "kind": "informal", "size": size}).is_valid() is fine


def test_an_invitation_goes_to_an_address_as_a_role_of_groups():
    assert InvitationForm({"email": "a@example.org", "role": "contact"}).is_valid()
    assert "email" in InvitationForm({"email": "nobody", "role": "member"}).errors
    assert "role" in InvitationForm({"email": "a@example.org", "role": "admin"}).errors


def test_one_belongs_as_neighbour_or_maker():
    assert MemberForm({"kind": "maker"}).is_valid()
    assert not MemberForm({"kind": "mayor"}).is_valid()
