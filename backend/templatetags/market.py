"""How the market draws where a price goes."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backend.base.money import Money
from backend.templatetags.copact import official, plain, share

register = template.Library()

# The colours of the charts, so that the fund's part looks the same everywhere.
COLOURS = 5


@register.simple_tag
def price_split(parts: list[dict[str, Any]], currency: str) -> SafeString:
    """The parts of a price as one bar and a list of words: [{what: official texts or None, minor, fund}]."""
    shown = [(_name(part), Money(part["minor"], currency), _plain_name(part)) for part in parts[:COLOURS]]
    label = ", ".join(f"{money} {name}" for _markup, money, name in shown)
    rows = ((number, str(money), markup) for number, (markup, money, _plain) in enumerate(shown, 1))
    return format_html(
        '{}<ul class="key">{}</ul>',
        share(label, *(part["minor"] for part in parts[:COLOURS])),
        format_html_join("", '<li class="k-{}"><span><b>{}</b> {}</span></li>', rows),
    )


def _name(part: dict[str, Any]) -> str:
    return official(part["what"]) if part["what"] else _plain_name(part)


def _plain_name(part: dict[str, Any]) -> str:
    if part["what"]:
        return plain(part["what"])
    return _("commons fund of the pact") if part["fund"] else _("to who made it")
