"""Letters about groups."""

import pytest
from django.core import mail

from backend.cities.actions import find_invitation, invite_member
from backend.cities.mail import send_invitation
from tests.factories import make_city, make_group, make_person

pytestmark = pytest.mark.django_db


def test_an_invitation_names_who_invites_the_group_and_the_way_in():
    keeper = make_person("Gianni", language="en")
    group = make_group(make_city("town"), "Bocce & Co", steward=keeper)
    invitation = invite_member(by=keeper, group=group, email="a@example.org")
    send_invitation(invitation, "a-secret")
    letter = mail.outbox[-1]
    assert letter.subject == "Come into “Bocce & Co”"
    assert "Gianni invites you into the group “Bocce & Co” in Turin." in letter.body
    assert "http://testserver/town/groups/invitation/a-secret/" in letter.body


def test_the_database_keeps_no_secret_of_a_link(django_capture_on_commit_callbacks):
    keeper = make_person()
    group = make_group(make_city(), steward=keeper)
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invite_member(by=keeper, group=group, email="a@example.org")
    secret = mail.outbox[-1].body.split("/invitation/")[1].split("/")[0]
    assert secret not in str(vars(invitation))
    assert find_invitation(secret) == invitation
