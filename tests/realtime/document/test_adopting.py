"""Words that another put into the text are given back to who wrote them, and only those that say the same."""

from realtime import document
from realtime.document import Block
from realtime.document.adopting import adopt, adopt_ideas, spoken
from realtime.document.timeline import Timeline
from tests.realtime.timelines import timeline

AMAL, BO, LEAD = 5, 6, 9


def wrote(client: int, *texts: str, names: str = "g") -> list[bytes]:
    ids = (f"{names}{number}" for number in range(1, len(texts) + 1))
    return document.Scratch().appended(client, [Block("paragraph", text) for text in texts], lambda: next(ids))


def credits_of(made: Timeline) -> list[dict[int, int]]:
    return [dict(credit) for credit in made.read().credits]


def test_a_group_says_at_each_moment_which_block_said_what_and_whose_words_they_were() -> None:
    rows = wrote(AMAL, "Six benches") + wrote(BO, "Shade", names="b")
    group = timeline(rows)
    assert spoken(group, len(rows)) == {"g1": ("Six benches", [(11, AMAL)]), "b1": ("Shade", [(5, BO)])}
    assert spoken(group, 1)["b1"] == ("", []), "which had not come by then"


def test_what_was_brought_is_credited_to_its_writer_and_nothing_else_is() -> None:
    main = timeline(wrote(LEAD, "Six benches", "We met at noon", names="m"))
    adopt(main, {"m1": ("Six benches", [(11, AMAL)]), "gone": ("x", [(1, BO)])})
    assert main.adopted == {"m1"}
    assert credits_of(main) == [{AMAL: 11}, {LEAD: 14}]


def test_other_words_in_the_block_stay_those_of_who_put_them_there() -> None:
    main = timeline(wrote(LEAD, "Nothing of it", names="m"))
    adopt(main, {"m1": ("Six benches", [(11, AMAL)])})
    assert credits_of(main) == [{LEAD: 13}]


def test_an_idea_that_became_a_paragraph_stays_its_writers() -> None:
    scratch = document.Scratch()
    noted = scratch.noted(AMAL, {"n1": {"text": "Shade  sails", "column": "c1"}})
    made = timeline(noted)
    [row] = scratch.appended(LEAD, [Block("paragraph", "Shade sails", idea="n1")], lambda: "p1")
    made.append(len(noted) + 1, row)
    assert credits_of(made) == [{LEAD: 11}], "until they are given back"
    adopt_ideas(made, row)
    assert credits_of(made) == [{AMAL: 11}]


def test_an_update_that_names_no_idea_is_not_looked_at() -> None:
    made = timeline(wrote(LEAD, "Shade sails"))
    adopt_ideas(made, b"no such word")
    assert credits_of(made) == [{LEAD: 11}]
