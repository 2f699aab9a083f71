"""A small project to collect texts from."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def house(tmp_path: Path, settings: Any) -> Path:
    """A small project of one module and one template."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "backend" / "locale"]
    code, html = tmp_path / "backend", tmp_path / "frontend_templates" / "html"
    code.mkdir()
    html.mkdir(parents=True)
    (code / "words.py").write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext\n"
        '_("Good morning, %(name)s")\n'
        'ngettext("One chair", "%(count)d chairs", 3)\n'
        'pgettext("a month", "May")\n'
    )
    (html / "page.html").write_text(
        "{% load i18n %}<p title='it\"s {{ x }}'>\n"
        '   {% translate "Join" context "a room" %}{{ _("Help")|upper }}\n'
        "{% blocktranslate trimmed count n=n with who=person.name %}\n  {{ who }} waits\n"
        "{% plural %}\n  {{ n }} wait, {{ who }} first, 100% sure\n{% endblocktranslate %}\n"
        "</p> don't"
    )
    return tmp_path
