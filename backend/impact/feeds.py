"""What leaves: a study as a Frictionless data package, with its code book and without names."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from backend.impact.choices import FOR_RESEARCH
from backend.impact.indicators import point, tellable
from backend.impact.models import Indicator, Instrument, Measurement, Observation, Study

Columns = dict[str, tuple[str, str]]  # name -> (type, what it means)

INDICATORS: Columns = {
    "key": ("string", "Name of the indicator, the same in every file"),
    "pact": ("string", "Reference of the pact that it is about; empty for the whole city"),
    "name": ("string", "What is followed, in the language of the column `language`"),
    "name_en": ("string", "The same in English, where there is a translation"),
    "unit": ("string", "Unit of the values; empty for a plain count"),
    "better": ("string", "Which way is better: higher or lower"),
    "method": ("string", "How it is measured"),
    "language": ("string", "Language of name and method, as ISO 639-1"),
}
MEASUREMENTS: Columns = {
    "indicator": ("string", "Key of the indicator"),
    "pact": ("string", "Reference of the pact"),
    "day": ("date", "Day of the measurement"),
    "value": ("number", "The value, in the indicator’s unit"),
    "n": ("integer", "Number of cases"),
    "margin": ("number", "Half width of the 95 % interval; 0 where none is known"),
    "baseline": ("boolean", "Whether it was measured before the work began"),
}
OBSERVATIONS: Columns = {
    "person": ("string", "The same letter and number for the same person, in this file only"),
    "kind": ("string", "observation or story"),
    "seen": ("date", "Day"),
    "place": ("string", "Name of the place in its address on the site"),
    "tags": ("string", "Words to find it by, with semicolons between them"),
    "text": ("string", "Their words"),
    "language": ("string", "Language of the words, as ISO 639-1"),
}
ITEMS: Columns = {
    "instrument": ("string", "Name of the questionnaire or of the way to count"),
    "version": ("integer", "Version of the instrument"),
    "item": ("string", "Key of the question"),
    "scale": ("string", "Lowest and highest answer"),
    "language": ("string", "Language of the question, as ISO 639-1"),
    "text": ("string", "The question"),
}


def package(study: Study) -> bytes:
    """The ZIP: numbers, observations that may be used for research, questions and the code book."""
    files = {
        "indicators": (INDICATORS, _indicators(study)),
        "measurements": (MEASUREMENTS, _measurements(study)),
        "observations": (OBSERVATIONS, _observations(study)),
        "items": (ITEMS, _items(study)),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("datapackage.json", json.dumps(_describe(study, files), ensure_ascii=False, indent=2))
        for name, (columns, rows) in files.items():
            packed.writestr(f"{name}.csv", _csv(columns, rows))
    return out.getvalue()


def _followed(study: Study) -> Any:
    """The indicators of the study, and those of its pact."""
    rows = Indicator.objects.in_city(study.city).select_related("pact").order_by("order", "id")
    own = rows.filter(study=study)
    return (own | rows.filter(pact=study.pact)) if study.pact_id else own


def _indicators(study: Study) -> list[list[Any]]:
    return [
        [
            each.key,
            each.pact.reference if each.pact else "",
            each.name,
            each.translations.get("en", {}).get("name", {}).get("text", ""),
            each.unit,
            each.better,
            each.method,
            each.language,
        ]
        for each in _followed(study)
    ]


def _measurements(study: Study) -> list[list[Any]]:
    rows = Measurement.objects.in_city(study.city).filter(indicator__in=_followed(study).values("pk"))
    rows = rows.select_related("indicator__pact").order_by("indicator__order", "indicator", "day")
    found = []
    for row in rows:
        if tellable(row.indicator, row):
            told = point(row.indicator, row)
            pact = row.indicator.pact.reference if row.indicator.pact else ""
            margin = round(told.margin, 2)
            found.append([row.indicator.key, pact, row.day, row.value, row.n, margin, str(row.is_baseline).lower()])
    return found


def _observations(study: Study) -> list[list[Any]]:
    """Only words whose author said that research may use them; persons by a letter and a number."""
    rows = Observation.objects.in_city(study.city).filter(study=study, consent__in=FOR_RESEARCH, by__is_active=True)
    names: dict[Any, str] = {}
    return [
        [
            names.setdefault(row.by_id, f"P{len(names) + 1}"),
            row.kind,
            row.seen_at.date(),
            row.commons.slug if row.commons else "",
            ";".join(row.tags),
            row.text,
            row.language,
        ]
        for row in rows.select_related("commons").order_by("seen_at", "id")
    ]


def _items(study: Study) -> list[list[Any]]:
    return [
        [each.key, each.version, item.get("key", ""), "-".join(map(str, item.get("scale", ()))), code, text]
        for each in Instrument.objects.in_city(study.city).filter(study=study).order_by("key", "version")
        for item in each.items
        for code, text in item.get("text", {}).items()
    ]


def _describe(study: Study, files: dict[str, tuple[Columns, list[list[Any]]]]) -> dict[str, Any]:
    """The code book, as the Frictionless standard has it."""
    return {
        "profile": "tabular-data-package",
        "name": f"copact-{study.city.slug}-{study.slug}",
        "title": study.title,
        "description": study.question,
        "created": timezone.now().isoformat(timespec="seconds"),
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "resources": [
            {
                "name": name,
                "path": f"{name}.csv",
                "profile": "tabular-data-resource",
                "encoding": "utf-8",
                "schema": {
                    "fields": [
                        {"name": column, "type": kind, "description": meaning}
                        for column, (kind, meaning) in columns.items()
                    ]
                },
            }
            for name, (columns, _rows) in files.items()
        ],
    }


def _csv(columns: Columns, rows: Iterable[list[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([["" if cell is None else _plain(cell) for cell in row] for row in rows])
    return out.getvalue()


def _plain(cell: Any) -> Any:
    """Words that a spreadsheet would take for a formula are made plain text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t"} else cell
