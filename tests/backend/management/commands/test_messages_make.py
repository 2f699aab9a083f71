"""Texts are collected anew, and translations stay."""

from pathlib import Path

from django.core.management import call_command

from backend.management import catalogues
from tests.backend.management.house import POLISH, translate


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
