"""Belonging, groups, invitations, roles, references."""

from datetime import timedelta
from threading import Thread

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.cities import actions
from backend.cities.choices import MemberKind
from backend.cities.models import Invitation, Membership
from backend.cities.permissions import can_act_for, has_city_role, is_member
from backend.people.choices import Role
from backend.people.models import RoleGrant
from tests.factories import make_admin, make_city, make_group, make_guest, make_officer, make_person

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True))


def secret_of(letter: mail.EmailMessage) -> str:
    return letter.body.split("/groups/invitation/")[1].split("/")[0]


def test_someone_joins_a_city_once_and_may_change_as_what():
    city, nadia = make_city(), make_person("Nadia")
    actions.join_city(by=nadia, city=city)
    actions.join_city(by=nadia, city=city)
    actions.join_city(by=nadia, city=city, kind=MemberKind.MAKER)
    assert Membership.objects.in_city(city).get().kind == MemberKind.MAKER
    assert verbs() == ["membership.join", "membership.join"]  # asked again for the same, nothing is written


def test_a_guest_belongs_to_no_city():
    with pytest.raises(PermissionDenied):
        actions.join_city(by=make_guest("Pippo"), city=make_city())


def test_leaving_a_city_leaves_a_line():
    city, nadia = make_city(), make_person()
    actions.join_city(by=nadia, city=city)
    actions.leave_city(by=nadia, city=city)
    actions.leave_city(by=nadia, city=city)
    assert not Membership.objects.in_city(city).exists()
    assert verbs() == ["membership.join", "membership.leave"]


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


def test_an_administrator_gives_and_takes_roles_of_their_own_city_only():
    city, elsewhere, nadia = make_city(), make_city(), make_person()
    boss = make_admin(city)
    grant = actions.grant_role(by=boss, city=city, person=nadia, role=Role.FACILITATOR)
    assert has_city_role(nadia, city, Role.FACILITATOR)
    with pytest.raises(PermissionDenied):
        actions.grant_role(by=boss, city=elsewhere, person=nadia, role=Role.FACILITATOR)
    with pytest.raises(PermissionDenied):
        actions.grant_role(by=boss, city=city, person=nadia, role=Role.ADMIN)
    with pytest.raises(PermissionDenied):
        actions.revoke_role(by=make_admin(elsewhere), city=elsewhere, grant=grant, reason="mine")
    actions.revoke_role(by=boss, city=city, grant=grant, reason="Ended")
    assert not has_city_role(nadia, city, Role.FACILITATOR)


def test_an_officer_gives_no_roles():
    city = make_city()
    with pytest.raises(PermissionDenied):
        actions.grant_role(by=make_officer(city), city=city, person=make_person(), role=Role.OFFICER)


def test_numbers_of_references_go_up_one_by_one_per_series_and_city():
    one, two = make_city(), make_city()
    assert [actions.take_number(city=one, series="P") for _ in range(3)] == [1, 2, 3]
    assert actions.take_number(city=one, series="2026") == 1
    assert actions.take_number(city=two, series="P") == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_two_numbers():
    city = make_city()
    got: list[int] = []

    def take() -> None:
        try:
            got.append(actions.take_number(city=city, series="P"))
        finally:
            connection.close()

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [1, 2, 3, 4]
