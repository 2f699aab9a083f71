"""Groups: founded, kept, joined by invitation, and left."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.cities import actions
from backend.cities.models import Invitation
from backend.cities.permissions import can_act_for, is_member
from backend.people.choices import Role
from backend.people.models import RoleGrant
from tests.backend.cities.traces import secret_of, verbs
from tests.factories import make_city, make_group, make_guest, make_person

pytestmark = pytest.mark.django_db


def test_whoever_founds_a_group_keeps_it():
    city, nadia = make_city(), make_person()
    group = actions.found_group(by=nadia, city=city, name="  Comitato   Giardini ", language="it")
    assert (group.name, group.slug) == ("Comitato Giardini", "comitato-giardini")
    assert can_act_for(nadia, group)
    assert verbs() == ["group.found", "role.grant"]


def test_two_groups_of_one_name_have_two_addresses():
    city, nadia = make_city(), make_person()
    slugs = [actions.found_group(by=nadia, city=city, name="Łąka").slug for _ in range(3)]
    assert slugs == ["laka", "laka-2", "laka-3"]


@pytest.mark.parametrize("name", ["new", "Invitation", "city"])
def test_a_group_takes_no_word_of_an_address(name: str):
    assert actions.found_group(by=make_person(), city=make_city(), name=name).slug.startswith("group-")


@pytest.mark.parametrize(
    ("name", "code"), [("   ", "required"), ("x" * 121, "too_long"), ("a\x00b", "control_characters")]
)
def test_a_group_needs_a_name_that_can_be_shown(name: str, code: str):
    with pytest.raises(ValidationError) as caught:
        actions.found_group(by=make_person(), city=make_city(), name=name)
    assert caught.value.error_dict["name"][0].code == code


def test_nobody_founds_a_city_office():
    with pytest.raises(ValidationError):
        actions.found_group(by=make_person(), city=make_city(), name="City", kind="office")


def test_only_keepers_change_a_group():
    city, keeper, other = make_city(), make_person(), make_person()
    group = make_group(city, steward=keeper)
    actions.edit_group(by=keeper, group=group, name="New", about="Text", size=7)
    group.refresh_from_db()
    assert (group.name, group.about, group.size) == ("New", "Text", 7)
    with pytest.raises(PermissionDenied):
        actions.edit_group(by=other, group=group, name="Mine", about="", size=None)


def test_an_invitation_takes_its_reader_into_the_group(django_capture_on_commit_callbacks):
    city, keeper, friend = make_city(), make_person("Gianni"), make_person()
    group = make_group(city, "Bocce", steward=keeper)
    with django_capture_on_commit_callbacks(execute=True):
        actions.invite_member(by=keeper, group=group, email="Friend@Example.org", role=Role.CONTACT)
    letter = mail.outbox[0]
    assert letter.to == ["friend@example.org"]
    assert "Gianni" in letter.body
    actions.accept_invitation(by=friend, secret=secret_of(letter))
    assert can_act_for(friend, group)


def test_an_invitation_works_once(django_capture_on_commit_callbacks):
    city, keeper = make_city(), make_person()
    group = make_group(city, steward=keeper)
    with django_capture_on_commit_callbacks(execute=True):
        actions.invite_member(by=keeper, group=group, email="a@example.org")
    secret = secret_of(mail.outbox[0])
    actions.accept_invitation(by=make_person(), secret=secret)
    with pytest.raises(Conflict):
        actions.accept_invitation(by=make_person(), secret=secret)


def test_an_old_or_withdrawn_or_replaced_invitation_is_over(django_capture_on_commit_callbacks):
    city, keeper = make_city(), make_person()
    group = make_group(city, steward=keeper)
    with django_capture_on_commit_callbacks(execute=True):
        actions.invite_member(by=keeper, group=group, email="a@example.org")
        newer = actions.invite_member(by=keeper, group=group, email="a@example.org")
    first, second = (secret_of(letter) for letter in mail.outbox)
    assert actions.find_invitation(first) is None
    assert actions.find_invitation(second) == newer
    actions.withdraw_invitation(by=keeper, invitation=newer)
    assert actions.find_invitation(second) is None


def test_an_invitation_ends_by_itself(django_capture_on_commit_callbacks):
    group = make_group(make_city(), steward=(keeper := make_person()))
    with django_capture_on_commit_callbacks(execute=True):
        invitation = actions.invite_member(by=keeper, group=group, email="a@example.org")
    Invitation.objects.across_cities().filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    assert actions.find_invitation(secret_of(mail.outbox[0])) is None


def test_a_guest_cannot_accept(django_capture_on_commit_callbacks):
    group = make_group(make_city(), steward=(keeper := make_person()))
    with django_capture_on_commit_callbacks(execute=True):
        actions.invite_member(by=keeper, group=group, email="a@example.org")
    with pytest.raises(Conflict):
        actions.accept_invitation(by=make_guest(), secret=secret_of(mail.outbox[0]))


def test_only_keepers_invite():
    group = make_group(make_city())
    with pytest.raises(PermissionDenied):
        actions.invite_member(by=make_person(), group=group, email="a@example.org")


def test_the_last_keeper_stays_until_another_keeps():
    city, keeper, other = make_city(), make_person(), make_person()
    group = make_group(city, steward=keeper)
    with pytest.raises(Conflict):
        actions.leave_group(by=keeper, group=group)
    RoleGrant.objects.create(person=other, role=Role.STEWARD, scope_kind="group", scope_id=group.pk)
    actions.leave_group(by=keeper, group=group)
    assert not is_member(keeper, group)


def test_removing_someone_needs_a_reason_and_leaves_a_line():
    city, keeper, other = make_city(), make_person(), make_person()
    group = make_group(city, steward=keeper)
    RoleGrant.objects.create(person=other, role=Role.MEMBER, scope_kind="group", scope_id=group.pk)
    with pytest.raises(ValidationError):
        actions.remove_member(by=keeper, group=group, person=other, reason=" ")
    actions.remove_member(by=keeper, group=group, person=other, reason="Moved away")
    assert not is_member(other, group)
    line = JournalEntry.objects.get(verb="role.revoke")
    assert (line.reason, line.scope) == ("Moved away", city.slug)
