"""What researchers and participants do: open a study, follow numbers, tell what they saw."""

import math
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.journal import move, record
from backend.base.rows import add_under_slug
from backend.base.tasks import later, task
from backend.cities.models import City
from backend.commons.models import Commons
from backend.impact.choices import Better, ExportState, ObservationConsent, ObservationKind, StudyState
from backend.impact.feeds import package
from backend.impact.models import Export, Indicator, Instrument, Measurement, Observation, Study
from backend.impact.permissions import (
    can_change_consent,
    can_export,
    can_keep_study,
    can_measure,
    can_observe,
    can_open_study,
)
from backend.pacts.models import Pact
from backend.people.models import Person

TITLE, QUESTION, FINDING, METHOD, TEXT = 160, 200, 600, 1000, 4000
MOST_TAGS = 8


def open_study(
    *,
    by: Person,
    city: City,
    title: str,
    question: str = "",
    finding: str = "",
    pact: Pact | None = None,
    language: str = "",
    translations: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Study:
    """Open a study of a city, or of one of its pacts."""
    if not can_open_study(by, city):
        raise PermissionDenied(_("Researchers of this city open studies."))
    study = Study(
        city=city,
        title=words.line(title, field="title", limit=TITLE),
        question=words.line(question, field="question", limit=QUESTION, required=False),
        finding=words.prose(finding, field="finding", limit=FINDING, required=False),
        pact=_of_city(pact, city, "pact"),
        language=language or by.language,
        translations=translations or {},
        by=by,
        made_at=at or timezone.now(),
    )
    with transaction.atomic():
        add_under_slug(study, Study.objects.in_city(city), study.title)
        record(by=by, verb="study.open", subject=study, after=StudyState.OPEN)
    return study


def tell_finding(*, by: Person, study: Study, finding: str, translations: dict[str, Any] | None = None) -> Study:
    """Say what the study found so far; it stands before the numbers."""
    if not can_keep_study(by, study):
        raise PermissionDenied(_("Researchers of this city change studies."))
    study.finding = words.prose(finding, field="finding", limit=FINDING, required=False)
    study.translations = translations if translations is not None else {}
    study.save(update_fields=["finding", "translations"])
    return study


def add_instrument(*, by: Person, study: Study, key: str, items: list[dict[str, Any]]) -> Instrument:
    """Add a questionnaire or a way to count; the same key again is its next version."""
    if not can_keep_study(by, study):
        raise PermissionDenied(_("Researchers of this city change studies."))
    _refuse_closed(study)
    if not items:
        raise ValidationError({"items": ValidationError(_("Ask at least one thing."), code="required")})
    with transaction.atomic():
        last = study.instruments.select_for_update().filter(key=key).order_by("-version").first()
        return Instrument.objects.create(
            city_id=study.city_id, study=study, key=key, version=last.version + 1 if last else 1, items=items
        )


def set_indicator(
    *,
    by: Person,
    city: City,
    key: str,
    name: str,
    method: str = "",
    finding: str = "",
    unit: str = "",
    better: str = Better.HIGHER,
    people: bool = False,
    order: int = 0,
    pact: Pact | None = None,
    study: Study | None = None,
    language: str = "",
    translations: dict[str, Any] | None = None,
) -> Indicator:
    """Say what is followed, or say it better: the key names it once per city or pact."""
    if not can_measure(by, city):
        raise PermissionDenied(_("Researchers of this city set indicators."))
    if better not in Better.values:
        raise ValidationError({"better": ValidationError(_("Say which way is better."), code="better")})
    if slugify(key) != key or not key:
        raise ValidationError({"key": ValidationError(_("Use small letters, digits and dashes."), code="key")})
    with transaction.atomic():
        indicator, made = Indicator.objects.across_cities().update_or_create(
            city=city,
            pact=_of_city(pact, city, "pact"),
            key=key,
            defaults={
                "name": words.line(name, field="name", limit=TITLE),
                "method": words.prose(method, field="method", limit=METHOD, required=False),
                "finding": words.line(finding, field="finding", limit=TITLE, required=False),
                "unit": words.line(unit, field="unit", limit=16, required=False),
                "better": better,
                "people": people,
                "order": order,
                "study": study,
                "language": language or by.language,
                "translations": translations or {},
            },
        )
        if made:
            record(by=by, verb="indicator.set", subject=indicator, after=key)
    return indicator


def measure(
    *,
    by: Person,
    indicator: Indicator,
    value: float,
    day: date,
    n: int | None = None,
    margin: float | None = None,
    is_baseline: bool = False,
) -> Measurement:
    """Write down a value; measured again on the same day, the newer value stands."""
    if not can_measure(by, indicator.city):
        raise PermissionDenied(_("Researchers of this city write down what was measured."))
    if not math.isfinite(value):
        raise ValidationError({"value": ValidationError(_("Write a number."), code="number")})
    if day > timezone.localdate():
        raise ValidationError({"day": ValidationError(_("This day has not come yet."), code="future")})
    if margin is not None and not (math.isfinite(margin) and margin >= 0):
        raise ValidationError({"margin": ValidationError(_("A margin is zero or more."), code="margin")})
    with transaction.atomic():
        row, _made = Measurement.objects.across_cities().update_or_create(
            indicator=indicator,
            day=day,
            defaults={
                "city_id": indicator.city_id,
                "value": value,
                "n": n,
                "margin": margin,
                "is_baseline": is_baseline,
                "by": by,
            },
        )
    return row


def observe(
    *,
    by: Person,
    city: City,
    text: str,
    consent: str,
    kind: str = ObservationKind.OBSERVATION,
    commons: Commons | None = None,
    pact: Pact | None = None,
    study: Study | None = None,
    tags: list[str] | None = None,
    language: str = "",
    translations: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Observation:
    """Keep what someone saw or tells, and how far their words may go."""
    if not can_observe(by, city):
        raise PermissionDenied(_("Sign in or enter a room of this city first."))
    if consent not in ObservationConsent.values:
        raise ValidationError({"consent": ValidationError(_("Say how far your words may go."), code="consent")})
    if kind not in ObservationKind.values:
        raise ValidationError({"kind": ValidationError(_("Choose an observation or a story."), code="kind")})
    seen = at or timezone.now()
    return Observation.objects.create(
        city=city,
        kind=kind,
        text=words.prose(text, field="text", limit=TEXT),
        by=by,
        study=_of_city(study, city, "study"),
        commons=_of_city(commons, city, "commons"),
        pact=_of_city(pact, city, "pact"),
        tags=_clean_tags(tags or []),
        consent=consent,
        language=language or by.language,
        translations=translations or {},
        seen_at=seen,
        at=seen,
    )


def change_consent(*, by: Person, observation: Observation, consent: str) -> Observation:
    """Say anew how far one's own words may go; taking them back leaves them to the study alone."""
    if not can_change_consent(by, observation):
        raise PermissionDenied(_("Only who wrote this can say how far it may go."))
    if consent not in ObservationConsent.values:
        raise ValidationError({"consent": ValidationError(_("Say how far your words may go."), code="consent")})
    with transaction.atomic():
        before, observation.consent = observation.consent, consent
        observation.save(update_fields=["consent"])
        record(by=by, verb="observation.consent", subject=observation, before=before, after=consent)
    return observation


def close(*, by: Person, study: Study, reason: str = "") -> Study:
    """End a study: what was found stays, nothing is added."""
    if not can_keep_study(by, study):
        raise PermissionDenied(_("Researchers of this city change studies."))
    move(study, StudyState.CLOSED, by=by, reason=reason)
    return study


def start_export(*, by: Person, study: Study) -> Export:
    """Ask for the data package of a study; the worker makes it."""
    if not can_export(by, study):
        raise PermissionDenied(_("Researchers of this city take data along."))
    with transaction.atomic():
        export = Export.objects.create(city_id=study.city_id, study=study, by=by)
        record(by=by, verb="export.start", subject=export, after=ExportState.WAITING)
        later(make_export, str(export.pk))
    return export


@task
def make_export(key: str) -> None:
    """Write the package of one export; one that is ready stays as it is."""
    export = Export.objects.across_cities().select_related("study__city", "study__pact", "by").get(pk=key)
    if export.state == ExportState.READY:
        return
    name = storages["protected"].save(f"exports/{export.pk}.zip", ContentFile(package(export.study)))
    move(export, ExportState.READY, by=export.by, file=name)


def _clean_tags(tags: list[str]) -> list[str]:
    """At most eight short words, each once."""
    cleaned = [" ".join(tag.split())[:40] for tag in tags]
    return list(dict.fromkeys(tag for tag in cleaned if tag))[:MOST_TAGS]


def _of_city(thing: Any, city: City, field: str) -> Any:
    if thing is not None and thing.city_id != city.pk:
        raise ValidationError({field: ValidationError(_("This belongs to another city."), code="other_city")})
    return thing


def _refuse_closed(study: Study) -> None:
    if study.state != StudyState.OPEN:
        raise ValidationError(_("This study is closed."), code="closed")
