"""Translations of a small project."""

from typing import Any

from backend.management import catalogues


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
