"""The pages of groups and of the regulation."""

import pytest
from django.core import mail

from backend.cities import actions
from backend.cities.actions import load_city
from backend.cities.models import Group, Membership
from backend.cities.permissions import is_member
from backend.people.choices import Role
from tests.factories import grant, make_city, make_group, make_person

pytestmark = pytest.mark.django_db


def test_the_list_names_the_groups_and_not_the_office(client):
    city = load_city(slug="torino")
    make_group(city, "Legno Vivo")
    page = client.get("/torino/groups/").content.decode()
    assert "Legno Vivo" in page
    assert "Città di Torino" not in page


def test_the_list_asks_the_same_for_one_and_for_several_groups(client, count_queries, max_queries):
    city = make_city("town")
    make_group(city, about="x")
    one = count_queries(lambda: client.get("/town/groups/"))
    for _ in range(4):
        make_group(city, about="x")
    with max_queries(one):
        client.get("/town/groups/")
    assert one <= 12


def test_a_group_shows_who_is_in_it(client, max_queries):
    city, nadia = make_city("town"), make_person("Nadia")
    group = make_group(city, "Bocce", steward=nadia)
    for name in ("Gianni", "Samira"):
        grant(make_person(name), Role.MEMBER, group)
    with max_queries(12):
        page = client.get(f"/town/groups/{group.slug}/").content.decode()
    assert all(name in page for name in ("Nadia", "Gianni", "Samira"))
    assert "Invite someone" not in page


def test_a_group_of_another_city_is_not_here(client):
    make_city("town")
    group = make_group(make_city("other"))
    assert client.get(f"/town/groups/{group.slug}/").status_code == 404


def test_founding_a_group_by_form(client):
    make_city("town")
    client.force_login(make_person())
    answer = client.post("/town/groups/new/", {"name": "Bocce", "kind": "informal", "about": "Thursday", "size": ""})
    assert answer.status_code == 302
    assert Group.objects.across_cities().get().name == "Bocce"


def test_a_wrong_form_keeps_what_was_typed(client):
    make_city("town")
    client.force_login(make_person())
    answer = client.post("/town/groups/new/", {"name": "", "kind": "informal", "about": "Thursday bowls"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Thursday bowls" in page
    assert 'id="id_name_error"' in page
    assert 'aria-describedby="id_name_error"' in page


def test_a_visitor_signs_in_first(client):
    make_city("town")
    assert client.get("/town/groups/new/").url == "/account/login/?next=/town/groups/new/"


def test_the_way_of_an_invitation(client, django_capture_on_commit_callbacks):
    city, keeper, friend = make_city("town"), make_person(), make_person()
    group = make_group(city, "Bocce", steward=keeper)
    client.force_login(keeper)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/town/groups/{group.slug}/invite/", {"email": "a@example.org", "role": "member"})
    path = "/" + mail.outbox[0].body.split("http://testserver/")[1].split()[0]
    client.force_login(friend)
    assert "Bocce" in client.get(path).content.decode()
    client.post(path)
    friend.__dict__.pop("held_roles", None)
    assert is_member(friend, group)
    assert client.get(path).status_code == 410


def test_taking_an_invitation_back(client):
    city, keeper = make_city("town"), make_person()
    group = make_group(city, steward=keeper)
    invitation = actions.invite_member(by=keeper, group=group, email="a@example.org")
    client.force_login(keeper)
    client.post(f"/town/groups/{group.slug}/withdraw/", {"invitation": str(invitation.pk)})
    invitation.refresh_from_db()
    assert invitation.ended_at is not None


def test_leaving_and_removing_by_form(client):
    city, keeper, member = make_city("town"), make_person(), make_person("Luca")
    group = make_group(city, steward=keeper)
    grant(member, Role.MEMBER, group)
    client.force_login(keeper)
    client.post(f"/town/groups/{group.slug}/remove/", {"person": str(member.pk), "reason": "Moved"})
    member.__dict__.pop("held_roles", None)
    assert not is_member(member, group)
    answer = client.post(f"/town/groups/{group.slug}/leave/", follow=True)
    assert "you are the last" in answer.content.decode()


def test_belonging_to_a_city_by_form(client):
    city, nadia = make_city("town"), make_person()
    client.force_login(nadia)
    client.post("/town/belonging/", {"kind": "maker"})
    assert Membership.objects.in_city(city).get().kind == "maker"
    client.post("/town/belonging/", {"leave": "1"})
    assert not Membership.objects.in_city(city).exists()


def test_the_regulation_reads_in_plain_words(client, max_queries):
    load_city(slug="torino")
    with max_queries(12):
        page = client.get("/torino/regulation/?lang=en").content.decode()
    assert "Pact of collaboration" in page
    assert 'id="article-24"' in page
    assert "This is a model" not in page


def test_a_model_regulation_says_that_it_is_one(client):
    load_city(slug="budapest")
    assert "This is a model" in client.get("/budapest/regulation/?lang=en").content.decode()


def test_a_city_without_a_regulation_has_no_such_page(client):
    make_city("town")
    assert client.get("/town/regulation/").status_code == 404
