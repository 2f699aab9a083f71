"""How the market draws where a price goes."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backend.base.money import Money
from backend.templatetags.texts import official, plain

register = template.Library()

# The charts' colours: the first one is the fund's, here as everywhere.
FUND, OTHERS = 1, (4, 3, 5, 2)


@register.simple_tag
def price_split(parts: list[dict[str, Any]], currency: str) -> SafeString:
    """The parts of a price as one bar and a list of words: [{what: official texts or None, minor, fund}]."""
    others = iter(OTHERS)
    shown = [
        (part, FUND if part["fund"] else next(others, OTHERS[-1]), Money(part["minor"], currency)) for part in parts
    ]
    label = ", ".join(f"{money} {_plain_name(part)}" for part, _colour, money in shown)
    return format_html(
        '<svg class="share share--tall" role="img" aria-label="{}" width="100%" height="36">{}</svg><ul class="key">{}</ul>',
        label,
        format_html_join("", '<rect class="k-{}" x="{}%" width="{}%" height="100%"/>', _bars(shown)),
        format_html_join(
            "",
            '<li class="k-{}"><span><b>{}</b> {}</span></li>',
            ((colour, str(money), _name(part)) for part, colour, money in shown),
        ),
    )


def _bars(shown: list[tuple[dict[str, Any], int, Money]]) -> list[tuple[int, str, str]]:
    """Colour, place and width in per cent; a hair between two."""
    whole, at, bars = sum(money.minor for _part, _colour, money in shown) or 1, 0.0, []
    for _part, colour, money in shown:
        width = 100 * money.minor / whole
        bars.append((colour, f"{at:.2f}", f"{max(width - 0.3, 0):.2f}"))
        at += width
    return bars


def _name(part: dict[str, Any]) -> str:
    return official(part["what"]) if part["what"] else _plain_name(part)


def _plain_name(part: dict[str, Any]) -> str:
    if part["what"]:
        return plain(part["what"])
    return _("commons fund of the pact") if part["fund"] else _("to who made it")
