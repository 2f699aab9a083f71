"""Money, dates and times as people of the reader's language write them; loaded with `copact`."""

import datetime as dt

from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from backend.base.money import Money

register = template.Library()


def locale() -> str:
    """The reader's language as Babel names it; English dates are written day first."""
    code = (get_language() or "en")[:2]
    return "en_GB" if code == "en" else code


@register.simple_tag
def money(minor: int | None, currency: str) -> str:
    """Minor units as people of the reader's language write them."""
    return "" if minor is None else str(Money(int(minor), currency))


def _local(value: dt.date | dt.datetime) -> dt.date | dt.datetime:
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def day(value: dt.date | None) -> str:
    """14 March 2026"""
    return format_date(_local(value), "long", locale=locale()) if value else ""


@register.filter
def short_day(value: dt.date | None) -> str:
    """14 Mar 2026"""
    return format_date(_local(value), "medium", locale=locale()) if value else ""


@register.filter
def long_day(value: dt.date | None) -> str:
    """Saturday 14 March 2026"""
    return format_date(_local(value), "full", locale=locale()).replace(",", "") if value else ""


@register.filter
def month(value: dt.date | None) -> str:
    """March 2026"""
    return format_skeleton("yMMMM", _local(value), locale=locale()) if value else ""


@register.filter
def clock(value: dt.datetime | str | None) -> str:
    """17:00; the tools of a room tell their times as ISO text"""
    if isinstance(value, str) and value:
        value = dt.datetime.fromisoformat(value)
    return format_time(timezone.localtime(value), "HH:mm", locale=locale()) if value else ""


@register.filter
def moment(value: dt.datetime | None) -> str:
    """14 March 2026, 17:00"""
    if not value:
        return ""
    return _("%(day)s, %(time)s") % {"day": day(value), "time": clock(value)}


@register.filter
def stopped(told: str | None) -> str:
    """With the full stop that ends a sentence; a Hungarian date brings its own."""
    return f"{told.rstrip('.')}." if told else ""


@register.filter
def iso(value: dt.date | dt.datetime | None) -> str:
    """For the datetime attribute of <time>."""
    return value.isoformat(timespec="minutes") if isinstance(value, dt.datetime) else str(value or "")


@register.filter
def ago(value: dt.datetime | None) -> str:
    """3 days ago; in 5 minutes."""
    if not value:
        return ""
    return format_timedelta(value - timezone.now(), add_direction=True, locale=locale())


@register.filter
def days_left(value: dt.date | dt.datetime | None) -> str:
    """12 days left; last day; closed."""
    if not value:
        return ""
    target = _local(value)
    date = target.date() if isinstance(target, dt.datetime) else target
    left = (date - timezone.localdate()).days
    if left < 0:
        return pgettext("deadline", "closed")
    if left == 0:
        return _("last day")
    return ngettext("%(count)s day left", "%(count)s days left", left) % {"count": left}


@register.simple_tag
def dateblock(value: dt.datetime) -> SafeString:
    """The small calendar leaf before a row: weekday and day, the whole date for screen readers."""
    local = _local(value)
    return format_html(
        '<time class="date" datetime="{}"><span aria-hidden="true">{}</span><b aria-hidden="true">{}</b>'
        '<span class="vh">{}</span></time>',
        iso(local),
        format_date(local, "ccc", locale=locale()).strip(".").capitalize(),
        local.day,
        long_day(local),
    )
