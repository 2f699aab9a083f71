"""Catalogues are collected, kept, compiled and compared without the gettext programs."""

import gettext
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from backend.management import catalogues


@pytest.fixture
def house(tmp_path: Path, settings: Any) -> Path:
    """A small project of one module and one template."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "backend" / "locale"]
    code, html = tmp_path / "backend", tmp_path / "frontend_templates" / "html"
    code.mkdir()
    html.mkdir(parents=True)
    (code / "words.py").write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext\n"
        '_("Good morning, %(name)s")\n'
        'ngettext("One chair", "%(count)d chairs", 3)\n'
        'pgettext("a month", "May")\n'
    )
    (html / "page.html").write_text(
        "{% load i18n %}<p title='it\"s {{ x }}'>\n"
        '   {% translate "Join" context "a room" %}{{ _("Help")|upper }}\n'
        "{% blocktranslate trimmed count n=n with who=person.name %}\n  {{ who }} waits\n"
        "{% plural %}\n  {{ n }} wait, {{ who }} first, 100% sure\n{% endblocktranslate %}\n"
        "</p> don't"
    )
    return tmp_path


def translate(language: str, **texts: Any) -> None:
    catalogue = catalogues.read(language)
    for message in catalogue:
        if message.id:
            message.string = texts.get(catalogues._text(message), message.string)
    catalogues.write(language, catalogue)


POLISH = {
    "Good morning, %(name)s": "Dzień dobry, %(name)s",
    "One chair": ("%(count)d krzesło", "%(count)d krzesła", "%(count)d krzeseł"),
    "May": "maj",
    "Join": "Dołącz",
    "Help": "Pomoc",
    "%(who)s waits": (
        "%(who)s czeka",
        "%(n)s czekają, %(who)s jako pierwsza, na 100%%",
        "%(n)s czeka, %(who)s jako pierwsza, na 100%%",
    ),
}


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


def test_the_same_texts_give_the_same_bytes(house: Path):
    call_command("messages_make", verbosity=0)
    first = catalogues.path("pl").read_bytes()
    call_command("messages_make", verbosity=0)
    assert catalogues.path("pl").read_bytes() == first
    assert b"Date" not in first
    assert str(house).encode() not in first


def test_translations_stay_and_what_is_gone_goes(house: Path):
    call_command("messages_make", verbosity=0)
    translate("pl", **POLISH)
    (house / "backend" / "more.py").write_text('_("Evening")')
    (house / "backend" / "words.py").write_text('_("Good morning, %(name)s")')
    call_command("messages_make", verbosity=0)
    catalogue = catalogues.read("pl")
    assert catalogue.get("Good morning, %(name)s").string == "Dzień dobry, %(name)s"
    assert catalogue.get("Evening").string == ""
    assert catalogue.get("May", context="a month") is None


def test_compiled_polish_counts_in_three_ways(house: Path):
    call_command("messages_make", verbosity=0)
    translate("pl", **POLISH)
    assert catalogues.compile_one("pl")
    assert not catalogues.compile_one("pl"), "it is already younger than its source"
    with catalogues.path("pl").with_suffix(".mo").open("rb") as file:
        polish = gettext.GNUTranslations(file)
    said = [polish.ngettext("One chair", "%(count)d chairs", n) % {"count": n} for n in (1, 2, 5, 12, 22, 112)]
    assert said == ["1 krzesło", "2 krzesła", "5 krzeseł", "12 krzeseł", "22 krzesła", "112 krzeseł"]
    assert polish.pgettext("a month", "May") == "maj"


def test_hungarian_has_two_forms_as_django_reads_it(house: Path):
    call_command("messages_make", verbosity=0)
    translate("hu", **{"One chair": ("Egy szék", "%(count)d szék")})
    catalogues.compile_one("hu")
    with catalogues.path("hu").with_suffix(".mo").open("rb") as file:
        hungarian = gettext.GNUTranslations(file)
    assert [hungarian.ngettext("One chair", "%(count)d chairs", n) for n in (1, 2)] == ["Egy szék", "%(count)d szék"]


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


def test_the_check_fails_while_a_language_is_incomplete(house: Path):
    call_command("messages_make", verbosity=0)
    with pytest.raises(CommandError):
        call_command("messages_check")


def test_every_language_of_the_site_has_its_plural_rule(settings: Any):
    for code, _name in settings.LANGUAGES:
        assert catalogues.read(code).num_plurals == int(catalogues.PLURALS[code][len("nplurals=")])
