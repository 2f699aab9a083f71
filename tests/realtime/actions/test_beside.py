"""What somebody said beside the text: whose it is, how much of it there is, and what of it stays."""

import pytest

from realtime.actions import submit_proposal
from realtime.actions.beside import Taking, counts, is_public, kept, people_of, posts_of, said_here, sign_of, untitled
from realtime.models import Room
from tests.factories import make_guest, make_person
from tests.realtime.evenings import (
    Evening,
    beside_passages,
    in_a_consent_check_and_its_concerns,
    in_captions,
    in_messages_to_all_and_second_looks,
    in_the_chat,
    in_votes,
)
from tests.realtime.factories import join, make_room
from tests.realtime.pasts import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening() -> Evening:
    return Evening()


def of_amal(evening: Evening) -> dict[str, int]:
    found = counts(evening.room, people_of(evening.amal.person))
    return {kind: count for kind, count in found.items() if count}


def test_a_person_is_also_the_guests_that_they_were() -> None:
    person, guest = make_person("Amal"), make_guest("Amal")
    guest.merged_into = person
    guest.save(update_fields=["merged_into"])
    assert people_of(person) == [person.pk, guest.pk]


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (in_the_chat, {"messages": 1, "reports": 1}),
        (in_captions, {"captions": 1}),
        (in_votes, {"questions": 1}),
        (in_a_consent_check_and_its_concerns, {"questions": 1, "concerns": 1}),
        (beside_passages, {"messages": 2}),
        (in_messages_to_all_and_second_looks, {"announced": 1, "reports": 1}),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_each_kind_is_counted_as_what_it_is_and_no_other_persons(evening: Evening, kind: object, found: object) -> None:
    kind(evening)  # type: ignore[operator]
    assert of_amal(evening) == found


def test_what_was_taken_out_is_counted_no_more(evening: Evening) -> None:
    in_the_chat(evening)
    posts_of(evening.room, people_of(evening.amal.person)).update(text=sign_of(evening.room))
    assert "messages" not in of_amal(evening)


def test_a_usual_name_of_a_version_is_nobodys_words_and_a_given_one_is(evening: Evening) -> None:
    version = evening.version(title=untitled(evening.room, evening.version(title="")), by=evening.amal)
    assert version.title == "Versione 1"
    assert of_amal(evening) == {"titles": 1}, "for it is the second, and was named so by hand"


def test_who_only_listened_said_nothing_here(evening: Evening) -> None:
    assert not said_here(evening.room, people_of(join(evening.room, "Cleo").person))
    assert said_here(evening.room, people_of(evening.bo.person)), "in the text"
    cleo = join(evening.room, "Cleo")
    evening.do(cleo, "chat", "post", text="Hello.")
    assert said_here(evening.room, people_of(cleo.person)), "in the chat"


def test_a_version_is_public_from_the_moment_it_was_handed_in(evening: Evening) -> None:
    kept_for_us = evening.version()
    submit_proposal(room=fresh(evening.room), by=evening.lead.person, title="Trees")
    room = fresh(evening.room)
    assert [is_public(version, room) for version in room.versions.order_by("number")] == [False, True]
    assert kept_for_us.number == 1


def taking(room: Room) -> Taking:
    return Taking(room, [], room.made_by, sign_of(room), set(), lambda _words, _at: True)


def test_words_of_two_letters_and_the_sign_itself_are_not_looked_for() -> None:
    made = taking(make_room())
    assert [made.swap(words) for words in ("No", made.sign, "Shade")] == [made.sign] * 3
    assert made.swaps == {"Shade": made.sign}
    assert made.swap("Ours", "Version 1") == "Version 1"


def test_the_sign_is_said_in_the_language_of_the_room() -> None:
    assert sign_of(make_room(language="it")) != sign_of(make_room(language="en"))


def test_what_stays_is_told() -> None:
    assert list(kept())
    assert all(str(line) for line in kept())
