"""Catalogues are collected, kept, compiled and compared without the gettext programs."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from backend.management import catalogues
from tests.backend.management.house import POLISH, translate


def test_texts_of_code_and_templates_are_collected_with_context_and_plural(house: Path):
    found = {(message.id, message.context) for message in catalogues.collect() if message.id}
    assert found == {
        ("Good morning, %(name)s", None),
        (("One chair", "%(count)d chairs"), None),
        ("May", "a month"),
        ("Join", "a room"),
        ("Help", None),
        (("%(who)s waits", "%(n)s wait, %(who)s first, 100%% sure"), None),
    }


def test_a_complete_catalogue_has_no_faults(house: Path):
    call_command("messages_make", verbosity=0)
    translate("pl", **POLISH)
    assert list(catalogues.faults("pl", catalogues.collect())) == []
    assert list(catalogues.faults("en", catalogues.collect())) == [], "English is its own source"


@pytest.mark.parametrize(
    ("text", "string", "fault"),
    [
        ("Help", "", "not translated"),
        ("Good morning, %(name)s", "Dzień dobry", "placeholders differ"),
        ("Good morning, %(name)s", "Dzień dobry, %(nome)s", "placeholders differ"),
        ("One chair", ("%(count)d krzesło", "", "%(count)d krzeseł"), "not translated"),
        ("One chair", ("krzesło", "%(counts)d krzesła", "%(count)d krzeseł"), "placeholders differ"),
    ],
)
def test_a_missing_or_broken_text_is_a_fault(house: Path, text: str, string: Any, fault: str):
    call_command("messages_make", verbosity=0)
    translate("pl", **{**POLISH, text: string})
    found = [str(each) for each in catalogues.faults("pl", catalogues.collect())]
    assert len(found) == 1
    assert fault in found[0]


def test_a_text_outside_the_catalogue_and_one_too_many_are_faults(house: Path):
    call_command("messages_make", verbosity=0)
    translate("pl", **POLISH)
    (house / "backend" / "words.py").write_text('_("Good morning, %(name)s"); _("New")')
    faults = {each.text: each.what for each in catalogues.faults("pl", catalogues.collect())}
    assert faults == {
        "New": "not in the catalogue (make messages)",
        "One chair": "no longer used",
        "May": "no longer used",
    }


def test_every_language_of_the_site_has_its_plural_rule(settings: Any):
    for code, _name in settings.LANGUAGES:
        assert catalogues.read(code).num_plurals == int(catalogues.PLURALS[code][len("nplurals=")])
