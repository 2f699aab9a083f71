"""The minutes as one document, for page, JSON and paper alike, and the paper itself."""

from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.base.pdf import paper
from backend.base.tasks import task
from realtime.actions.parts import clock, day, moment
from realtime.actions.recording import LASTING, facts_of, headings
from realtime.choices import MinutesRule, MinutesState
from realtime.models import Minutes, MinutesAnswer, MinutesRevision, Room

TEMPLATE = "minutes"


def told(room: Room, minutes: Minutes | None, revision: MinutesRevision | None) -> dict[str, Any]:
    """All that the minutes say in `revision`, in their own language; facts are those of now until they were frozen.

    Of each section: name, title, facts (see recording), added (the facilitator's words), out (it is left out), lasts
    (it can not be left out).
    """
    language = minutes.language if minutes is not None else room.language
    facts = revision.facts if revision is not None and revision.facts is not None else facts_of(room, language)
    added = revision.added if revision is not None else {}
    out = set(revision.left_out) if revision is not None else set()
    if revision is None or revision.facts is None:
        out -= LASTING
    with translation.override(language), timezone.override(room.city.zone):
        sections = [
            {
                "name": name,
                "title": title,
                "facts": facts.get(name, []),
                "added": added.get(name, ""),
                "out": name in out,
                "lasts": name in LASTING,
            }
            for name, title in headings(language).items()
        ]
        return {
            "language": language,
            "title": _("Minutes: %(title)s") % {"title": room.title},
            "subtitle": room.place or str(room.city),
            "about": [*_about(room, minutes), *_taken_out(revision)],
            "sections": sections,
            "added_label": _("Added by the facilitator"),
            "objections_title": _("Objections"),
            "objections": _objections(minutes),
            "seal_label": _("Seal of these minutes (SHA-256)"),
            "seal": revision.sha256 if revision is not None and revision.facts is not None else "",
            "footer": f"Copact · {room.city}",
        }


def _about(room: Room, minutes: Minutes | None) -> list[str]:
    facts = [_("%(day)s, from %(time)s") % {"day": day(room.starts_at), "time": clock(room.starts_at)}]
    if room.question:
        facts.append(_("The question: %(question)s") % {"question": room.question})
    if minutes is None or minutes.state == MinutesState.DRAFT:
        return [
            *facts,
            _("These minutes are being written. The group has not agreed to them yet."),
            *_unanswered(minutes),
        ]
    if minutes.state == MinutesState.PROPOSED:
        return [*facts, _("The group answers until %(moment)s.") % {"moment": moment(minutes.closes_at)}]
    return [*facts, *_outcome(minutes)]


def _unanswered(minutes: Minutes | None) -> list[str]:
    if minutes is None or minutes.unanswered_at is None:
        return []
    text = _("The group was asked until %(moment)s, and nobody had answered by then. The facilitator can ask again.")
    return [text % {"moment": moment(minutes.unanswered_at)}]


def _taken_out(revision: MinutesRevision | None) -> list[str]:
    """Words that went at somebody's wish, and the seal that the group knew."""
    text = _("Words were taken out of these minutes on %(day)s, at a person’s wish. Seal before (SHA-256): %(seal)s")
    rows = revision.content.get("taken_out", []) if revision is not None and revision.facts is not None else []
    return [text % {"day": day(row["at"]), "seal": row["sha256"]} for row in rows]


def _outcome(minutes: Minutes) -> list[str]:
    rows = MinutesAnswer.objects.filter(revision=minutes.proposed).values_list("agrees", "entered_by")
    answers = [agrees for agrees, _entered in rows]
    yes, no, helped = answers.count(True), answers.count(False), sum(entered is not None for _agrees, entered in rows)
    rule = _("The rule: %(rule)s.") % {"rule": MinutesRule(minutes.rule).label}
    agreed = ngettext("%(count)s person agreed", "%(count)s people agreed", yes) % {"count": yes}
    objected = ngettext("%(count)s person objected", "%(count)s people objected", no) % {"count": no}
    outcome = (
        _("The group agreed to these minutes on %(day)s.")
        if minutes.agreed
        else _("Published on %(day)s with objections: the group did not agree.")
    )
    entered = ngettext(
        "The facilitator entered the answer of %(count)s person without a device.",
        "The facilitator entered the answers of %(count)s people without a device.",
        helped,
    ) % {"count": helped}
    said = [outcome % {"day": day(minutes.published_at)}, f"{rule} {agreed}, {objected}."]
    return [*said, entered] if helped else said


def _objections(minutes: Minutes | None) -> list[str]:
    """What was objected, without names, once the group has decided."""
    if minutes is None or minutes.state != MinutesState.PUBLISHED:
        return []
    rows = MinutesAnswer.objects.filter(revision=minutes.proposed, agrees=False)
    return list(rows.values_list("words", flat=True))


def make_pdf(room: Room, minutes: Minutes | None, revision: MinutesRevision | None) -> bytes:
    """The paper of `revision`; sections without a word, and those left out, do not stand on it. Raises NoPaper."""
    said = told(room, minutes, revision)
    kept = [each for each in said["sections"] if not each["out"] and (each["facts"] or each["added"])]
    at = minutes.published_at if minutes is not None and minutes.published_at else None
    at = at or (revision.at if revision is not None else timezone.now())
    return paper(TEMPLATE, {**said, "sections": kept}, at=at)


@task
def make_paper(minutes: str) -> None:
    """Keep the paper of published minutes: made once, the same for everyone ever after."""
    rows = Minutes.objects.across_cities().filter(pk=minutes, state=MinutesState.PUBLISHED, pdf=None)
    found = rows.select_related("room__city", "proposed").first()
    if found is not None:
        rows.filter(pk=found.pk).update(pdf=make_pdf(found.room, found, found.proposed))
