"""Writing the pact together: clauses, terms, parties, and each party's yes to the exact text."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.journal import move, record
from backend.base.problems import Conflict
from backend.base.texts import official
from backend.cities.choices import GroupKind
from backend.cities.models import Group
from backend.pacts import permissions
from backend.pacts.actions import notices
from backend.pacts.actions.drafting import add_row, folded
from backend.pacts.actions.proposal import REASON
from backend.pacts.actions.versions import locked, rows_of, write_version
from backend.pacts.choices import PactState, PartyKind, ProposalState
from backend.pacts.models import Clause, Pact, PactVersion, Party, Rules
from backend.people.models import Person

CLAUSE = 6000


class TextChanged(Conflict):
    """The text is not the one that was read. `mine` is what was typed, `theirs` what stands there now."""

    def __init__(self, *, theirs: str = "", mine: str = ""):
        super().__init__("text_changed", _("The text has changed meanwhile. Read the new one first."))
        self.theirs = theirs
        self.mine = mine


def _reopen(pact: Pact, by: Person, reason: str) -> None:
    """Back to writing; signatures given under the text before no longer count, and each signatory is told."""
    if pact.state == PactState.CO_DESIGN:
        return
    given = list(pact.latest().signatures.all()) if pact.state == PactState.SIGNING else []
    due = Rules(pact.regulation).due("co_design")
    move(pact, PactState.CO_DESIGN, by=by, reason=reason, verb="pact.reopen", due_on=due)
    for signature in given:
        record(by=by, verb="signature.void", subject=signature, before=signature.sha256, reason=reason)
    notices.tell([signature.by_id for signature in given], "signature_void", pact)
    notices.tell(notices.signatories(pact), "pact_text_changed", pact, but=by)


def edit_clause(
    *, pact: Pact, by: Person, key: str, text: str, base: int, reason: str = "", language: str = ""
) -> PactVersion:
    """Write clause `key` anew, as the next version.

    `base` is the number of the version that the writer read: if others changed this clause since,
    TextChanged carries both texts and nothing is written; changes of other clauses do not matter.
    Words in the binding language drop the translations of the words before.
    """
    text = words.prose(text, field="text", limit=CLAUSE)
    reason = words.prose(reason, field="reason", limit=300, required=False)
    with transaction.atomic():
        pact = locked(pact)
        if not permissions.can_edit_text(by, pact):
            raise PermissionDenied(_("Only the parties change the text, and only until all have signed."))
        language = language or pact.language
        latest = pact.latest()
        rows = rows_of(latest)
        row = _row(rows, key)
        before = row["text"].get(language, {}).get("text", "")
        if latest.number != base and _text_at(pact, base, key, language) != before:
            raise TextChanged(theirs=before, mine=text)
        if before == text:
            return latest
        row["text"] = _retold(row["text"], pact.language, language, text)
        row["source"] = {}
        _reopen(pact, by, reason or _("A clause was changed."))
        return _next(pact, by, rows, reason, "clause.edit", key)


def _retold(texts: dict[str, Any], binding: str, language: str, text: str) -> dict[str, Any]:
    kept = {} if language == binding else texts
    return {**kept, **official({language: text})}


def _row(rows: list[dict[str, Any]], key: str) -> dict[str, Any]:
    for row in rows:
        if row["key"] == key:
            return row
    raise ValidationError({"key": _("This clause is not in the pact.")})


def _text_at(pact: Pact, number: int, key: str, language: str) -> str | None:
    """The words of a clause in an earlier version; None where it was not in it."""
    rows = Clause.objects.in_city(pact.city_id).filter(version__pact=pact, version__number=number, key=key)
    texts = rows.values_list("text", flat=True).first()
    return None if texts is None else str(texts.get(language, {}).get("text", ""))


def _next(pact: Pact, by: Person, rows: list[dict[str, Any]], reason: str, verb: str, what: str) -> PactVersion:
    version = write_version(pact, by=by, rows=rows, reason=reason)
    record(by=by, verb=verb, subject=pact, before=str(version.number - 1), after=str(version.number), reason=what)
    return version


def add_clause(*, pact: Pact, by: Person, key: str, text: str) -> PactVersion:
    """One more clause of the regulation's list, at its place in that list."""
    text = words.prose(text, field="text", limit=CLAUSE)
    with transaction.atomic():
        pact = locked(pact)
        if not permissions.can_edit_text(by, pact):
            raise PermissionDenied(_("Only the parties change the text, and only until all have signed."))
        rules = Rules(pact.regulation)
        known = [clause["key"] for clause in rules.clauses()]
        rows = rows_of(pact.latest())
        if key not in known or key in {row["key"] for row in rows}:
            raise ValidationError({"key": _("Choose a clause that is not in the pact yet.")})
        article = rules.article_for(key)
        rows.append(
            {
                "key": key,
                "order": 0,
                "text": official({pact.language: text}),
                "article": str(article["number"]) if article else "",
                "block_ids": [],
                "source": {},
            }
        )
        _reopen(pact, by, _("A clause was added."))
        return _next(pact, by, _ordered(rows, known), "", "clause.add", key)


def drop_clause(*, pact: Pact, by: Person, key: str, reason: str) -> PactVersion:
    """Take out a clause that the form does not ask for; earlier versions keep it."""
    reason = words.prose(reason, field="reason", limit=300)
    with transaction.atomic():
        pact = locked(pact)
        if not permissions.can_edit_text(by, pact):
            raise PermissionDenied(_("Only the parties change the text, and only until all have signed."))
        rules = Rules(pact.regulation)
        if key in rules.mandatory(pact.form):
            raise ValidationError({"key": _("The regulation asks for this clause.")})
        rows = rows_of(pact.latest())
        _row(rows, key)
        _reopen(pact, by, reason)
        known = [clause["key"] for clause in rules.clauses()]
        return _next(pact, by, _ordered([row for row in rows if row["key"] != key], known), reason, "clause.drop", key)


def _ordered(rows: list[dict[str, Any]], known: list[str]) -> list[dict[str, Any]]:
    rows = sorted(rows, key=lambda row: known.index(row["key"]) if row["key"] in known else len(known))
    for order, row in enumerate(rows, 1):
        row["order"] = order
    return rows


def set_terms(*, pact: Pact, by: Person, years: int, fund_share_bp: int) -> PactVersion:
    """How long the pact lasts, and which share of what is sold goes to its fund."""
    with transaction.atomic():
        pact = locked(pact)
        if not permissions.can_edit_text(by, pact):
            raise PermissionDenied(_("Only the parties change the text, and only until all have signed."))
        most = Rules(pact.regulation).max_years(pact.form)
        if not 1 <= years <= most:
            raise ValidationError({"years": _("This form of pact lasts from 1 to %(most)s years.") % {"most": most}})
        if not 0 <= fund_share_bp <= 10_000:
            raise ValidationError({"fund_share": _("A share is between 0 and 100 percent.")})
        if (pact.years, pact.fund_share_bp) == (years, fund_share_bp):
            return pact.latest()
        _reopen(pact, by, _("The terms were changed."))
        pact.years, pact.fund_share_bp = years, fund_share_bp
        pact.save(update_fields=["years", "fund_share_bp"])
        return _next(pact, by, rows_of(pact.latest()), "", "pact.terms", f"{years} {fund_share_bp}")


def add_party(*, pact: Pact, by: Person, group: Group) -> Party:
    """One more group as a party; all agree anew, since the text names the parties."""
    with transaction.atomic():
        pact = locked(pact)
        if not permissions.can_add_party(by, pact):
            raise PermissionDenied(_("Only a party brings in another one, and only before the text is signed."))
        if group.city_id != pact.city_id or group.kind == GroupKind.OFFICE:
            raise ValidationError({"group": _("Choose a group of this city.")})
        if pact.parties.filter(group=group).exists():
            raise Conflict("party_already", _("This group is a party already."))
        _reopen(pact, by, _("A party came in."))
        party = add_row(pact, group)
        pact.folded = folded(pact, list(pact.parties.values_list("name", flat=True)))
        pact.save(update_fields=["folded"])
        _next(pact, by, rows_of(pact.latest()), "", "party.add", group.name)
        notices.tell(notices.keepers([group.pk]), "party_added", pact, but=by)
        return party


def leave_as_party(*, party: Party, by: Person, reason: str) -> None:
    """A group goes before anything is signed; the city stays, and the last group ends the talks instead."""
    reason = words.prose(reason, field="reason", limit=300)
    with transaction.atomic():
        pact = locked(party.pact)
        if party.kind != PartyKind.GROUP or not permissions.acts_for_party(by, party):
            raise PermissionDenied(_("Only the group itself goes."))
        if pact.state not in {PactState.CO_DESIGN, PactState.TEXT_AGREED}:
            raise Conflict("wrong_state", _("This cannot be done any more: it has moved on."))
        if pact.parties.filter(kind=PartyKind.GROUP).count() < 2:
            raise ValidationError(_("Without this group there is no pact. End the talks instead, with a reason."))
        _reopen(pact, by, reason)
        party.delete()
        _next(pact, by, rows_of(pact.latest()), reason, "party.leave", party.name)


# -- Saying yes ---------------------------------------------------------------------------------------


def missing(pact: Pact, version: PactVersion) -> list[str]:
    """What still stands between this text and a yes to it, as sentences; empty where nothing does."""
    rules = Rules(pact.regulation)
    filled = {
        clause.key for clause in version.clauses.all() if clause.text.get(pact.language, {}).get("text", "").strip()
    }
    found = []
    if names := [rules.clause(key) for key in rules.mandatory(pact.form) if key not in filled]:
        titles = ", ".join(str(name["name"].get(pact.language, name["key"])) for name in names)
        found.append(_("These clauses have no text yet: %(titles)s.") % {"titles": titles})
    parties = list(pact.parties.all())
    groups = [party.group for party in parties if party.group is not None]
    if not groups:
        found.append(_("A pact needs a group beside the City."))
    kind = pact.commons.kind if pact.commons else ""
    alone = bool(groups) and all(permissions.is_informal(group) for group in groups)
    if alone and rules.needs_guarantor(pact.form, kind):
        found.append(_("An informal group needs an association, a cooperative or a school that signs with it."))
    return found


def agree(*, party: Party, by: Person, sha256: str, at: dt.datetime | None = None) -> Pact:
    """Say yes, for `party`, to the exact text with this hash. When all have, the text is agreed.

    Raises TextChanged where the newest text has another hash, ValidationError where something is missing.
    """
    with transaction.atomic():
        pact = locked(party.pact)
        party.pact = pact
        if not permissions.acts_for_party(by, party):
            raise PermissionDenied(_("Only who acts for a party says yes for it."))
        if pact.state != PactState.CO_DESIGN:
            raise Conflict("wrong_state", _("This cannot be done any more: it has moved on."))
        version = pact.latest()
        if version.sha256 != sha256:
            raise TextChanged
        if found := missing(pact, version):
            raise ValidationError(found)
        if party.agreed_version == version.number:
            raise Conflict("agreed_already", _("This party has said yes to this text already."))
        party.agreed_version, party.agreed_at = version.number, at or timezone.now()
        party.save(update_fields=["agreed_version", "agreed_at"])
        record(by=by, verb="party.agree", subject=pact, after=str(version.number), reason=party.name)
        if not pact.parties.exclude(agreed_version=version.number).exists():
            due = Rules(pact.regulation).due("signing", at)
            move(pact, PactState.TEXT_AGREED, by=by, reason=version.sha256, due_on=due)
            notices.tell(notices.signatories(pact), "pact_agreed", pact, but=by)
    return pact


def give_up(*, pact: Pact, by: Person, reason: str) -> Pact:
    """End the talks without a pact, with a reason that can be read: others learn from it."""
    reason = words.prose(reason, field="reason", limit=REASON)
    with transaction.atomic():
        pact = locked(pact)
        if not permissions.can_give_up(by, pact):
            raise PermissionDenied(_("Only a party ends the talks, and only before the text is agreed."))
        move(pact, PactState.ABANDONED, by=by, reason=reason, due_on=None)
        if pact.proposal is not None:
            move(pact.proposal, ProposalState.CO_DESIGN_FAILED, by=by, reason=reason, decision=reason, due_on=None)
        notices.tell(notices.signatories(pact), "pact_abandoned", pact, but=by)
    return pact


def restart(*, pact: Pact, by: Person, reason: str) -> Pact:
    """Take the talks up again."""
    reason = words.prose(reason, field="reason", limit=REASON)
    with transaction.atomic():
        pact = locked(pact)
        if not permissions.can_restart(by, pact):
            raise PermissionDenied(_("Only the City’s officers take the talks up again."))
        due = Rules(pact.regulation).due("co_design")
        move(pact, PactState.CO_DESIGN, by=by, reason=reason, due_on=due)
        if pact.proposal is not None:
            move(pact.proposal, ProposalState.CO_DESIGN, by=by, reason=reason, due_on=due)
        notices.tell(notices.signatories(pact), "pact_restarted", pact, but=by)
    return pact
