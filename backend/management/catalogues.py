"""The catalogues of the interface: collect texts, compile, compare; in Python, without the gettext programs."""

import io
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

SOURCE_LANGUAGE = "en"
CODE = ("backend", "realtime", "marketplace")
TEMPLATES = ("frontend_templates/html",)
TEMPLATE_ENDINGS = {".html", ".txt", ".xml", ".typ"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLURALS = {
    "en": "nplurals=2; plural=(n != 1);",
    "it": "nplurals=2; plural=(n != 1);",
    "hu": "nplurals=2; plural=(n != 1);",
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "ro": "nplurals=3; plural=(n==1 ? 0 : (n==0 || (n%100>0 && n%100<20)) ? 1 : 2);",
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[sd]|\{(\w*)\}")
DATES = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|Report-Msgid).*\n',
    re.M,
)

WRAPPED_PLURALS = re.compile(r'"Plural-Forms: [^\n]*\n(?:"[^A-Z\n][^\n]*\n)*')


@dataclass(frozen=True)
class Fault:
    language: str
    text: str
    what: str

    def __str__(self) -> str:
        return f"{self.language}: {self.what}: {self.text!r}"


def languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def collect() -> Catalog:
    """All texts of code and templates, each with the files it stands in; no line numbers, which only make noise."""
    catalog = Catalog()
    for file in _sources():
        for _line, message, comments, context in _extract(file):
            name = str(file.relative_to(settings.BASE_DIR))
            catalog.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return catalog


def _sources() -> Iterator[Path]:
    for folder in CODE:
        for file in sorted((settings.BASE_DIR / folder).rglob("*.py")):
            if not {"migrations", "tests", "demo"} & set(file.parts):
                yield file
    for folder in TEMPLATES:
        for file in sorted((settings.BASE_DIR / folder).rglob("*")):
            if file.suffix in TEMPLATE_ENDINGS:
                yield file


def _extract(file: Path) -> Iterable[tuple]:
    text = file.read_text(encoding="utf-8")
    if file.suffix in TEMPLATE_ENDINGS:
        code = templatize(text, origin=str(file))
        text = "\n".join(line.strip() for line in code.splitlines()) + "\n"
    return extract(
        "python",
        io.BytesIO(text.encode()),
        KEYWORDS,
        ("Translators:",),
        {"encoding": "utf-8"},
        True,
    )


def read(language: str) -> Catalog:
    file = path(language)
    if not file.exists():
        return _empty(language)
    with file.open("rb") as source:
        return read_po(source, locale=language, domain="django")


def _empty(language: str) -> Catalog:
    catalog = Catalog(locale=language, domain="django", project="Copact", version="1", fuzzy=False)
    catalog.mime_headers = [("Plural-Forms", PLURALS[language])]
    return catalog


def renew(language: str, collected: Catalog) -> Catalog:
    """The catalogue of a language with the texts of today: what was translated stays, what is gone goes."""
    old, new = read(language), _empty(language)
    for message in collected:
        if not message.id:
            continue
        known = old.get(message.id, context=message.context)
        string = known.string if known and not known.fuzzy else None
        new.add(
            message.id,
            string or None,
            message.locations,
            auto_comments=message.auto_comments,
            context=message.context,
        )
    return new


def write(language: str, catalog: Catalog) -> None:
    """Write the same bytes for the same texts, on every machine and day."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    text = DATES.sub("", out.getvalue().decode())
    plurals = f'"Plural-Forms: {PLURALS[language]}\\n"\n'
    text = WRAPPED_PLURALS.sub(lambda _match: plurals, text)
    text = text[text.index('msgid ""') :]
    file = path(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")


def compile_one(language: str) -> bool:
    """Make the .mo that Django reads, unless it is younger than its source."""
    source, target = path(language), path(language).with_suffix(".mo")
    if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
        return False
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_mo(out, read(language))
    fresh = target.with_suffix(".mo.new")
    fresh.write_bytes(out.getvalue())
    fresh.replace(target)
    return True


def faults(language: str, collected: Catalog) -> Iterator[Fault]:
    """What is missing, left over or broken in one language."""
    catalog = read(language)
    wanted = {(message.id, message.context): message for message in collected if message.id}
    for message in catalog:
        if message.id and (message.id, message.context) not in wanted:
            yield Fault(language, _text(message), "no longer used")
    for key, message in wanted.items():
        known = catalog.get(key[0], context=key[1])
        if known is None:
            yield Fault(language, _text(message), "not in the catalogue (make messages)")
        elif known.fuzzy:
            yield Fault(language, _text(message), "marked fuzzy")
        else:
            yield from _message_faults(language, known)


def _message_faults(language: str, message: Message) -> Iterator[Fault]:
    strings = _each(message.string)
    if language == SOURCE_LANGUAGE and not any(strings):
        return
    forms = int(PLURALS[language][len("nplurals=")]) if message.pluralizable else 1
    if len(strings) != forms or not all(strings):
        yield Fault(language, _text(message), "not translated")
        return
    allowed = set().union(*(_placeholders(text) for text in _each(message.id)))
    for string in strings:
        found = _placeholders(string)
        # In a plural the number may be a word ("one person"); nothing may be invented, nothing else may be lost.
        if found - allowed or (not message.pluralizable and found != allowed):
            yield Fault(language, _text(message), f"placeholders differ in {string!r}")


def _each(texts: Any) -> tuple[str, ...]:
    """Babel holds one text as a str, the forms of a plural as a sequence."""
    return (texts or "",) if isinstance(texts, str | None) else tuple(texts)


def _placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text.replace("%%", ""))}


def _text(message: Message) -> str:
    return _each(message.id)[0]
