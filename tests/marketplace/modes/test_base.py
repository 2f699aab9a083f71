"""What every way of exchange has."""

import pytest

from marketplace.choices import Mode
from marketplace.models import ListingMode
from marketplace.modes import MODES, ModeRule
from marketplace.modes.base import amount_sentence


@pytest.mark.parametrize("name", sorted(MODES))
def test_a_way_is_named_and_drawn(name):
    rule = MODES[name]
    assert rule.name == name
    assert rule.label == str(Mode(name).label)
    assert rule.icon
    assert rule.tone in {"patina", "brick", "ochre", "river", "moss", ""}
    assert "stock" in rule.form_fields("EUR")


def test_a_way_without_sentences_is_no_way():
    rule = ModeRule()
    for ask in (rule.button, rule.promise, rule.help, lambda: rule.price_words(ListingMode())):
        with pytest.raises(NotImplementedError):
            ask()


def test_a_fraction_names_the_smallest_step():
    assert "HUF\xa01" in amount_sentence("fraction", "HUF")
    assert "€0.01" in amount_sentence("fraction", "EUR")
