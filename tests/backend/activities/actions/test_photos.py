"""Pictures of outputs: with words, from who may, and not without end."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage

from backend.activities import actions
from tests.backend.activities.factories import Workshop, make_keeper
from tests.backend.activities.stories import picture
from tests.factories import make_citizen

pytestmark = pytest.mark.django_db


def test_an_owner_adds_a_picture_and_takes_it_away(city, django_capture_on_commit_callbacks):
    shop = Workshop(city)
    photo = actions.add_photo(shop.output, by=shop.maker, file=picture(), alt="A bench under a tree")
    assert default_storage.exists(photo.picture.names[0])
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_photo(photo, by=shop.maker)
    assert not default_storage.exists(photo.picture.names[0])
    assert shop.output.photos.count() == 0


def test_a_picture_needs_words_and_an_owner(city):
    shop = Workshop(city)
    with pytest.raises(ValidationError) as refused:
        actions.add_photo(shop.output, by=shop.maker, file=picture(), alt=" ")
    assert list(refused.value.error_dict) == ["alt"]
    photo = actions.add_photo(shop.output, by=shop.maker, file=picture(), alt="x")
    stranger = make_citizen(city)
    with pytest.raises(PermissionDenied):
        actions.add_photo(shop.output, by=stranger, file=picture(), alt="x")
    with pytest.raises(PermissionDenied):
        actions.remove_photo(photo, by=stranger)


def test_a_bad_picture_is_refused_at_its_field_with_a_stable_code(city):
    shop = Workshop(city)
    with pytest.raises(ValidationError) as refused:
        actions.add_photo(shop.output, by=shop.maker, file=io.BytesIO(b"<svg/>"), alt="x")
    assert refused.value.error_dict["file"][0].code == "drawing"
    assert shop.output.photos.count() == 0


def test_there_is_an_end_to_pictures_and_no_file_is_left_of_the_one_too_many(city, monkeypatch):
    shop = Workshop(city)
    monkeypatch.setattr("backend.activities.actions.photos.MOST", 1)
    actions.add_photo(shop.output, by=shop.maker, file=picture(), alt="first")
    before = sorted(default_storage.listdir("pictures")[0])
    with pytest.raises(ValidationError) as refused:
        actions.add_photo(shop.output, by=shop.maker, file=picture(), alt="second")
    assert refused.value.error_dict["file"][0].code == "many"
    assert sorted(default_storage.listdir("pictures")[0]) == before


def test_a_keeper_of_the_group_may_add_pictures_too(city):
    shop = Workshop(city)
    other = make_keeper(shop.makers)
    assert actions.add_photo(shop.output, by=other, file=picture(), alt="x").by == other
