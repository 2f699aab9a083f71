"""Text without accents and case, so that a search finds "lodz" in "Łódź" on every database."""

import unicodedata

_LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})


def fold(text: str) -> str:
    """Casefolded, without combining marks or control characters (PostgreSQL keeps no NUL), with single
    spaces; for indexes and queries alike."""
    # Taken apart before its case goes, too: a mathematical 𝐀 is an A only then.
    plain = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", plain).translate(_LETTERS)
    bare = "".join(
        char for char in decomposed if not unicodedata.combining(char) and (char.isspace() or char.isprintable())
    )
    return " ".join(bare.split())
