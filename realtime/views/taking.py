"""Texts of rooms as files to take along: every form from the same allow-list."""

import json
from typing import Any, Final
from urllib.parse import quote

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.text import slugify

from backend.base import prose
from realtime.models import Room

FORMS: Final = {
    "html": ("text/html; charset=utf-8", "html"),
    "markdown": ("text/markdown; charset=utf-8", "md"),
    "text": ("text/plain; charset=utf-8", "txt"),
    "prosemirror": ("application/json", "json"),
}


def as_file(
    room: Room, content: Any, kind: str, *, title: str = "", number: int | None = None, inline: bool = False
) -> HttpResponse:
    """`content` in one of FORMS; with `inline` to be read at once and only its parts, not a whole page."""
    content_type, ending = FORMS[kind]
    answer = HttpResponse(_body(room, content, kind, title, number, inline=inline), content_type=content_type)
    if not inline:
        plain = f"{slugify(room.title) or room.slug}{f'-v{number}' if number else ''}.{ending}"
        told = quote(f"{room.title}{f', {title}' if title else ''}.{ending}".replace("/", "-"))
        answer["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{told}"
    # What people wrote is shown by their own devices, never run by them.
    answer["Content-Security-Policy"] = "default-src 'none'; img-src 'self'; sandbox"
    return answer


def _body(room: Room, content: Any, kind: str, title: str, number: int | None, *, inline: bool) -> str:
    if kind == "prosemirror":
        return json.dumps(prose.clean(content), ensure_ascii=False)
    if kind == "html":
        html = prose.to_html(content)
        if inline:
            return html
        context = {"room": room, "title": title or room.title, "number": number, "document_html": html}
        return render_to_string("realtime/export.html", context)
    return prose.to_markdown(content) if kind == "markdown" else prose.to_text(content)
