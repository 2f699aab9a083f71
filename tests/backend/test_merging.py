"""A guest becomes part of an account, with everything they did."""

from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied

from backend.merging import MOVES, STAYS, merge_guest
from backend.people.models import Person
from marketplace.models import Account
from realtime.models import Ballot, Participant
from tests.backend.lives import make_listing, make_proposal, make_room, orders_of, take_part
from tests.factories import make_city, make_guest, make_person


def test_every_column_that_names_a_person_is_decided_about() -> None:
    named = {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith(("backend.", "realtime", "marketplace"))
        for field in model._meta.local_fields
        if field.related_model is Person
    }
    moved = {f"{each.model._meta.app_label}.{each.model.__name__}.{each.field}" for each in MOVES}
    assert moved | set(STAYS) == named
    assert not moved & set(STAYS)


@pytest.mark.django_db
def test_what_the_guest_did_is_the_accounts() -> None:
    city = make_city()
    guest, account = make_guest("Ana"), make_person("Ana Rossi")
    listing = make_listing(city)
    traces = take_part(guest, make_room(city, account), make_proposal(city, account), listing)
    merge_guest(guest=guest, into=account, by=account)
    for name, row in traces.items():
        row.refresh_from_db()
        owner = row.deal.taker if name == "order" else getattr(row, "person", None) or row.by
        assert owner == account, name
    assert orders_of(account) == [traces["order"]]
    assert not orders_of(guest)


@pytest.mark.django_db
def test_where_both_did_the_same_the_accounts_own_stands() -> None:
    city = make_city()
    guest, account = make_guest(), make_person()
    room, proposal = make_room(city, account), make_proposal(city, account)
    own, others = take_part(account, room, proposal), take_part(guest, room, proposal)
    epoch = room.epoch
    merge_guest(guest=guest, into=account, by=account)
    assert Ballot.objects.get().value == own["ballot"].value
    for name in ("authorship", "support"):
        assert not type(others[name])._base_manager.filter(pk=others[name].pk).exists()
    row = Participant._base_manager.get(pk=others["participant"].pk)
    room.refresh_from_db()
    assert (row.person, row.state, row.epoch) == (guest, "removed", 2)
    assert room.epoch == epoch + 1
    assert account.posts.count() == 2


@pytest.mark.django_db
def test_accounts_of_the_ledger_change_hands_where_there_is_none_yet() -> None:
    city = make_city()
    guest, account = make_guest(), make_person()
    facts: dict[str, Any] = {"city": city, "kind": "hours", "owner_kind": "person"}
    hours = Account.objects.create(owner_id=guest.pk, unit="min", **facts)
    money = Account.objects.create(owner_id=guest.pk, unit="EUR", **facts)
    Account.objects.create(owner_id=account.pk, unit="EUR", **facts)
    merge_guest(guest=guest, into=account, by=account)
    hours.refresh_from_db(), money.refresh_from_db()
    assert (hours.owner_id, money.owner_id) == (account.pk, guest.pk)


@pytest.mark.django_db
def test_nothing_moves_where_it_may_not() -> None:
    city = make_city()
    guest, account, other = make_guest(), make_person(), make_person()
    post = take_part(guest, make_room(city, account), make_proposal(city, account))["post"]
    with pytest.raises(PermissionDenied):
        merge_guest(guest=guest, into=account, by=other)
    post.refresh_from_db()
    assert post.by == guest
