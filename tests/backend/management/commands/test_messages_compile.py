"""Catalogues are compiled without the gettext programs."""

import gettext
from pathlib import Path

from django.core.management import call_command

from backend.management import catalogues
from tests.backend.management.house import POLISH, translate


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
