"""Whether words name somebody, in the forms that the languages of the site give to names: where in doubt, they do."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from backend.base.folding import fold

# What a folded name can end in, besides what it ends in by itself.
_ENGLISH: Final = "e?s"
_HUNGARIAN: Final = (
    "ek|(?:ek)?(?:[aeou]?t|n[ae]k|[a-z]?[ae]l|b[ae]n?|b[aeo]l|h[oe]z|r[ae]|[rt][oe]l|[aeo]?n|ig|kent|ert|ul)"
)
_POLISH: Final = "a|ow(?:i|ie|a|ej)?|i?em|ie|zi?e|u|om|ami|ach|y|i|i?ego|i?emu|[iy]?m|na|nem|nowi"
_ROMANIAN: Final = "ul|ului|ule|le|lui|ii?|ilor"
_ADDED: Final = f"{_ENGLISH}|{_HUNGARIAN}|{_POLISH}|{_ROMANIAN}"
_CHANGED: Final = f"{_POLISH}|i?ej?|[aei]i|hii|o"  # in the place of a vowel: Anna, Anny; Ana, Anei
_ANY: Final = ".{0,3}"  # on names of four letters or more

_VOWELS: Final = "aeiouy"
_FLEETING: Final = re.compile(f"(.+[^{_VOWELS}])e([^{_VOWELS}])")  # Marek, Marka
_SOFTENED: Final = {"t": "cie", "k": "ce", "g": "dze", "j": "i"}  # Agata, Agacie; Maja, Mai
_DOUBLED: Final = re.compile("(.+)([gnlt]y|[sc]z|[zc]s)")  # György, Györggyel
# Parts of names that name nobody by themselves; in the first place they may.
_PARTICLES: Final = frozenset(
    "af al bin da das de degli dei del della den der di do dos du el ibn la le lo los of ten ter van von zu".split()
)

_LATIN: Final = re.compile("[a-z]+")
# Thai, Khmer, Chinese, Japanese, Korean and their neighbours: words stand without spaces, or with much fastened to them.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_GIVEN: Final = re.compile("[\u3400-\u9fff\uac00-\ud7a3]{3,}")  # a family's name and a given one, in one word
_SOFT_ENDS: Final = "аеиоуыьэюяіїйє"


class Names:
    """The names of people, to be looked for in words that others read."""

    def __init__(self, names: Iterable[str]) -> None:
        words = {word for name in names for word in _telling(name)}
        self._unspaced = {piece for word in words if _UNSPACED.search(word) for piece in _pieces(word)}
        spaced = {word for word in words if not _UNSPACED.search(word)}
        latin = {word for word in spaced if _LATIN.fullmatch(word)}
        self._forms = re.compile("|".join([*_latin(latin), *map(_other, sorted(spaced - latin))]) or "(?!)")

    def are_in(self, text: str) -> bool:
        """Whether it says one of them; too much is found rather than too little."""
        words = _words(text)
        joined = "".join(words)
        return any(map(self._forms.fullmatch, words)) or any(piece in joined for piece in self._unspaced)


def _words(text: str) -> list[str]:
    """Without case and accents; letters alone, with the marks that are vowels in the scripts of India."""
    bare = unicodedata.normalize("NFC", fold(text))
    return "".join(char if unicodedata.category(char)[0] in "LM" else " " for char in bare).split()


def _telling(name: str) -> list[str]:
    """The words of a name, from two letters on."""
    first, *rest = _words(name) or [""]
    return [word for word in (first, *(word for word in rest if word not in _PARTICLES)) if len(word) > 1]


def _pieces(word: str) -> set[str]:
    return {word, word[:2], word[-2:]} if _GIVEN.fullmatch(word) else {word}


def _latin(names: set[str]) -> Iterator[str]:
    """Patterns of whole words."""
    yield from _ending({name for name in names if len(name) == 2}, f"(?:(?=..)(?:{_ADDED}))?")
    yield from _ending({name for name in names if len(name) > 2}, f"(?:{_ADDED})?")
    yield from _ending({name for name in names if len(name) > 3}, _ANY)
    yield from _ending(set(chain.from_iterable(map(_stems, names))), f"(?:{_CHANGED})")
    yield from _ending(set(chain.from_iterable(map(_altered, names))), "")


def _ending(stems: set[str], endings: str) -> list[str]:
    return [f"(?:{'|'.join(sorted(stems))}){endings}"] if stems else []


def _stems(name: str) -> Iterator[str]:
    """Without the last vowel, and without the one that goes where an ending comes."""
    if len(name) > 2 and name[-1] in _VOWELS:
        yield name[:-1]
    if found := _FLEETING.fullmatch(name):
        yield "".join(found.groups())


def _altered(name: str) -> Iterator[str]:
    """Forms in which another letter stands at the end of the stem."""
    stem = name[:-1] if name[-1] in _VOWELS else name
    if len(stem) > 2 and stem[-1] in _SOFTENED:
        yield stem[:-1] + _SOFTENED[stem[-1]]
    if name.endswith("ia"):
        yield stem  # Asia, Asi
    if found := _DOUBLED.fullmatch(name):
        start, letters = found.groups()
        yield from (f"{start}{letters[0]}{letters}{vowel}l" for vowel in "ae")


def _other(name: str) -> str:
    """In other scripts: the stem with any ending; after a conjunction or an article where these are fastened to it."""
    drops = len(name) > 3 or (len(name) == 3 and name[-1] in _SOFT_ENDS)
    before = ".{0,2}" if unicodedata.bidirectional(name[0]) in ("R", "AL") else ""
    return f"{before}{re.escape(name[:-1] if drops else name)}.{{0,4}}"
