"""People without credentials."""

import pytest
from django.core.exceptions import ValidationError

from backend.people import actions
from backend.people.choices import PersonKind
from backend.people.models import Person
from tests.factories import make_person

pytestmark = pytest.mark.django_db


class TestGuests:
    def test_a_guest_has_a_name_and_no_way_to_sign_in(self) -> None:
        guest = actions.make_guest(name="  Ana ", language="hu-HU")
        assert (guest.kind, guest.name, guest.language, guest.email) == (PersonKind.GUEST, "Ana", "hu", None)
        assert not guest.has_usable_password()

    def test_a_language_that_the_site_does_not_speak_becomes_its_first(self) -> None:
        assert actions.make_guest(name="Ana", language="xx").language == "en"

    @pytest.mark.parametrize("name", ["", "a\x07", "\u202eana", "x" * 200])
    def test_a_name_that_cannot_stand_is_refused_at_its_field(self, name: str) -> None:
        with pytest.raises(ValidationError) as refused:
            actions.make_guest(name=name, language="en")
        assert list(refused.value.message_dict) == ["name"]
        assert not Person.objects.exists()

    def test_a_name_that_was_typed_wrongly_is_mended_for_who_was_entered_alone(self) -> None:
        ana, guest = (
            actions.make_assisted(name="Aan", language="pl", by=make_person()),
            actions.make_guest(name="Bo", language="pl"),
        )
        for who in (ana, guest):
            actions.rename_assisted(assisted=who, name=" Ana ")
        assert set(Person.objects.filter(pk__in=[ana.pk, guest.pk]).values_list("name", flat=True)) == {"Ana", "Bo"}
        assert ana.name == "Ana"

    def test_an_assisted_person_is_entered_by_somebody(self) -> None:
        assert actions.make_assisted(name="Józef", language="pl", by=make_person()).kind == PersonKind.ASSISTED
