"""Drawing a piece of a template."""

import datetime as dt
from pathlib import Path

from django.template import Context, Template

NOON = dt.datetime(2026, 3, 14, 16, 5, tzinfo=dt.UTC)


TEMPLATES = Path("frontend_templates/html")


def draw(source: str, **context) -> str:
    return Template("{% load copact %}" + source).render(Context(context))
