"""What records of a session are made of: parts that page and paper show alike, and times in words of its language."""

from datetime import datetime
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time
from django.utils import timezone
from django.utils.translation import get_language

Part = dict[str, Any]  # its kind: line, list, quote, head, table, seal


def line(text: str) -> Part:
    return {"kind": "line", "text": text}


def head(text: str) -> Part:
    return {"kind": "head", "text": text}


def under(name: str, text: str) -> str:
    """What happened in a group says in which."""
    return f"{name}: {text}" if name else text


def listed(items: list[str]) -> list[Part]:
    return [{"kind": "list", "items": items}] if items else []


def table(titles: list[str], rows: list[list[str]]) -> list[Part]:
    return [{"kind": "table", "head": titles, "rows": rows}] if rows else []


def seal(text: str, code: str) -> Part:
    return {"kind": "seal", "text": text, "code": code}


def locale() -> Locale:
    code = (get_language() or "en")[:2]
    return Locale.parse("en_GB" if code == "en" else code)


def when(value: datetime | str | None) -> datetime | None:
    found = datetime.fromisoformat(value) if isinstance(value, str) and value else value
    return timezone.localtime(found) if isinstance(found, datetime) else None


def day(value: datetime | str | None) -> str:
    found = when(value)
    return format_date(found, "long", locale=locale()) if found else ""


def clock(value: datetime | str | None) -> str:
    found = when(value)
    return format_time(found, "HH:mm", locale=locale()) if found else ""


def moment(value: datetime | str | None) -> str:
    """A day and its time, without the seconds and the zone's letters that nobody asks for."""
    return f"{day(value)}, {clock(value)}" if when(value) else ""
