"""Names that people write of themselves and of things: what can stand on a screen without harm."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NAME_LENGTH = 80

# Characters that turn the writing direction round or cannot be seen, so that a name could look
# like another. The joiners U+200C and U+200D stay: several scripts need them.
_HIDDEN = frozenset("\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u2060\ufeff") | frozenset(
    chr(code) for start, end in ((0x202A, 0x202E), (0x2061, 0x206F), (0xFFF9, 0xFFFB)) for code in range(start, end + 1)
)
_HARMFUL = frozenset({"Cc", "Cs", "Co", "Cn"})
_PRINTED = frozenset({"L", "N", "S"})


def _is_harmful(char: str) -> bool:
    return char in _HIDDEN or unicodedata.category(char) in _HARMFUL or 0xE0000 <= ord(char) <= 0xE007F


def clean_name(text: str, *, limit: int = NAME_LENGTH) -> str:
    """`text` in Unicode's composed form with single spaces.

    Raises ValidationError (code `required`, `characters` or `max_length`) with a sentence for the
    person who typed it.
    """
    name = " ".join(word for word in re.split(r"[ \u00a0]+", unicodedata.normalize("NFC", str(text))) if word)
    name = name.strip()
    if any(_is_harmful(char) for char in name):
        raise ValidationError(
            _("This name has signs in it that cannot be seen. Write it by hand, letter by letter."), code="characters"
        )
    if not any(unicodedata.category(char)[0] in _PRINTED for char in name):
        raise ValidationError(_("Write a name, so that others know who speaks."), code="required")
    if len(name) > limit:
        raise ValidationError(
            ngettext(
                "This name is too long: at most %(limit)d letter fits.",
                "This name is too long: at most %(limit)d letters fit.",
                limit,
            ),
            code="max_length",
            params={"limit": limit},
        )
    return name


def validate_name(text: str) -> None:
    """The same as a field's validator."""
    clean_name(text)
