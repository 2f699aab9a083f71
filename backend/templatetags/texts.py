"""Texts in several languages, marked up with the one they are in; loaded with `copact`."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.base.texts import Shown, choose

register = template.Library()


def _shown(texts: Any, *languages: str) -> Shown:
    if isinstance(texts, Shown):
        return texts
    reader = (get_language() or "en")[:2]
    plain: Any = {code: {"text": entry} if isinstance(entry, str) else entry for code, entry in (texts or {}).items()}
    return choose(plain, *(languages or (reader,)))


@register.simple_tag
def official(texts: Any, *languages: str) -> SafeString:
    """An official text (a map of languages, or a Shown) in the reader's language, marked up with
    the language it is in where that is another one; machine translation is labelled."""
    shown = _shown(texts, *languages)
    reader = (get_language() or "en")[:2]
    if shown.language == reader or not shown.text:
        body = format_html("{}", shown.text)
    else:
        body = format_html('<span lang="{}" dir="auto">{}</span>', shown.language, shown.text)
    if shown.source == "machine":
        label = format_html('<span class="small muted">{}</span>', _("translated by machine"))
        return format_html("{} {}", body, label)
    return body


@register.filter
def plain(texts: Any) -> str:
    """The same as text only, for attributes and titles."""
    return _shown(texts).text


@register.simple_tag
def said(thing: Any, field: str = "text") -> Shown:
    """What a person wrote, for this reader: use with `as`, or give it to `official`."""
    return thing.said(field, (get_language() or "en")[:2])


@register.simple_tag
def words(thing: Any, field: str = "title") -> SafeString:
    """`field` of something that a person wrote, in the reader's language where there is a translation."""
    return official(said(thing, field))


@register.filter
def paragraphs(text: str) -> SafeString:
    """Plain text of people as paragraphs and line breaks."""
    blocks = [block.strip() for block in str(text).replace("\r\n", "\n").split("\n\n")]
    return format_html_join(
        "",
        '<p dir="auto">{}</p>',
        (
            (format_html_join(mark_safe("<br>"), "{}", ((line,) for line in block.split("\n"))),)
            for block in blocks
            if block
        ),
    )
