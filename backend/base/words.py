"""What people type, made safe to keep: without control characters, trimmed, within its length."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Invisible marks that turn the reading direction of what follows: a name or sentence has no use for them.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _shown(char: str) -> bool:
    return char not in _TURNS and unicodedata.category(char) not in {"Cc", "Cs"}


def prose(value: str, *, field: str, limit: int, required: bool = True) -> str:
    """Text of several lines: what can not be shown is dropped, line ends are made one kind.

    Raises ValidationError at `field` where it is empty but required, or longer than `limit`.
    """
    lines = str(value or "").replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    text = "\n".join("".join(char for char in line if _shown(char)).rstrip() for line in lines).strip()
    return _checked(re.sub(r"\n{3,}", "\n\n", text), field, limit, required)


def line(value: str, *, field: str, limit: int, required: bool = True) -> str:
    """Text of one line; one that holds what can not be shown is refused, since a name must be seen whole."""
    text = unicodedata.normalize("NFC", str(value or "")).strip()
    if not all(_shown(char) for char in text):
        message = _("There are signs in this that cannot be shown. Type it again by hand.")
        raise ValidationError({field: ValidationError(message, code="control_characters")})
    return _checked(" ".join(text.split()), field, limit, required)


def _checked(text: str, field: str, limit: int, required: bool) -> str:
    if required and not text:
        raise ValidationError({field: ValidationError(_("Write something here."), code="required")})
    if len(text) > limit:
        raise too_long(text, field=field, limit=limit)
    return text


def too_long(text: str, *, field: str, limit: int, code: str = "too_long") -> ValidationError:
    """By how much it is, so that one knows how much to take out."""
    over = len(text) - limit
    message = ngettext(
        "This is %(count)s letter too long. At most %(limit)s fit.",
        "This is %(count)s letters too long. At most %(limit)s fit.",
        over,
    )
    return ValidationError({field: ValidationError(message, code=code, params={"count": over, "limit": limit})})
