"""Rooms as JSON: a code is told only where it is no secret."""

import pytest

from realtime.choices import Access
from realtime.serializers import JoinSerializer, RoomSerializer
from tests.realtime.factories import make_room


@pytest.mark.django_db
def test_the_code_of_a_room_that_is_not_public_is_not_told() -> None:
    shown, hidden = make_room(access=Access.PUBLIC), make_room()
    assert RoomSerializer(shown).data["code"] == shown.code
    assert RoomSerializer(hidden).data["code"] is None


def test_joining_has_a_shape() -> None:
    assert JoinSerializer(data={"code": "x", "name": "y"}).is_valid()
    assert not JoinSerializer(data={"code": ["x"], "place": "moon"}).is_valid()
