"""Where a price goes, as a bar and in words."""

from backend.templatetags.market import price_split

PARTS = [
    {"what": {"en": "larch and screws", "it": "larice e viti"}, "minor": 5400, "fund": False},
    {"what": {"en": "work"}, "minor": 4800, "fund": False},
    {"what": {"en": "fund of the gardens"}, "minor": 1800, "fund": True},
]


def test_every_part_is_told_in_words_and_drawn():
    shown = price_split(PARTS, "EUR")
    assert 'aria-label="€54 larch and screws, €48 work, €18 fund of the gardens"' in shown
    assert shown.count("<rect") == shown.count("<li") == 3
    assert "<b>€18</b> fund of the gardens" in shown


def test_the_fund_has_the_first_colour_wherever_it_stands():
    assert 'class="k-1" x="85.00%"' in price_split(PARTS, "EUR")


def test_without_words_the_maker_and_the_fund_are_named():
    shown = price_split(
        [{"what": None, "minor": 10200, "fund": False}, {"what": None, "minor": 1800, "fund": True}], "EUR"
    )
    assert "to who made it" in shown
    assert "commons fund of the pact" in shown


def test_what_makers_wrote_is_shown_as_text():
    shown = price_split([{"what": {"en": '<b x="1">'}, "minor": 100, "fund": False}], "EUR")
    assert '<b x="1">' not in shown
    assert "&lt;b x=" in shown


def test_more_parts_than_colours_and_a_price_of_nothing_do_no_harm():
    assert (
        price_split([{"what": {"en": str(n)}, "minor": 0, "fund": False} for n in range(9)], "EUR").count("<rect") == 9
    )
