"""Texts in several languages: official ones as a map, written ones with their own language."""

from typing import NamedTuple, TypedDict

from django.db import models


class OfficialText(TypedDict, total=False):
    """One language's entry of an official text."""

    text: str
    source: str  # "human" or "machine"
    reviewed: bool


OfficialTexts = dict[str, OfficialText]


class Shown(NamedTuple):
    """A text chosen for a reader, with the language it is in and how it came to be."""

    text: str
    language: str
    source: str  # "original", "human" or "machine"


def official(texts: dict[str, str]) -> OfficialTexts:
    """The stored form of texts that people wrote in each language."""
    return {code: {"text": text, "source": "human", "reviewed": True} for code, text in texts.items()}


def choose(texts: OfficialTexts, *languages: str) -> Shown:
    """The first of `languages` that there is, then English, then whatever comes first."""
    for code in (*languages, "en", *texts):
        if entry := texts.get(code):
            return Shown(entry["text"], code, entry.get("source", "human"))
    return Shown("", languages[0] if languages else "en", "original")


class Written(models.Model):
    """A row whose words a person wrote in one language, with translations beside them.

    `translations` maps language -> field -> {"text", "source": human|machine}.
    """

    language = models.CharField(max_length=8)
    translations = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    def said(self, field: str, language: str) -> Shown:
        """`field` for a reader of `language`: a translation where there is one, else the original."""
        if language != self.language:
            entry = self.translations.get(language, {}).get(field)
            if entry:
                return Shown(entry["text"], language, entry.get("source", "human"))
        return Shown(getattr(self, field), self.language, "original")
