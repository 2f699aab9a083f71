"""Everything that Copact holds about somebody, in a form that other programs can read."""

import io
import json
import zipfile
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.activities.models import Activity, Attendance, Contribution, Output, Photo
from backend.base.journal import JournalEntry
from backend.cities.models import Group, Invitation, Membership
from backend.commons.models import Commons
from backend.conversations.models import Appeal, Flag, ModerationAct, Post
from backend.impact.models import Export, Measurement, Observation, Study
from backend.pacts.models import (
    Authorship,
    Decision,
    PactVersion,
    Proposal,
    ProposalVersion,
    Report,
    Signature,
    Support,
)
from backend.people.models import ApiToken, Consent, Notification, Person, RoleGrant
from marketplace.models import Account, Deal, Listing, Order, Transfer
from realtime.models import (
    Ballot,
    Breakout,
    Brought,
    Caption,
    ClientClock,
    Concern,
    ConsentCheck,
    Erasure,
    GroupAuthor,
    MinutesAnswer,
    MinutesName,
    MinutesRevision,
    NotePhoto,
    Participant,
    Passage,
    Poll,
    Reaction,
    Room,
    SessionPlan,
    SilentNote,
    Version,
    VersionIdea,
)


class Part(NamedTuple):
    """Rows that name the person in `field`, and what of each is told."""

    name: str
    model: type[models.Model]
    field: str
    told: tuple[str, ...]


PARTS = (
    Part("roles", RoleGrant, "person", ("scope_kind", "scope_id", "role", "since", "until")),
    Part("roles_given", RoleGrant, "by", ("scope_kind", "scope_id", "role", "since", "until")),
    Part("consents", Consent, "person", ("purpose", "wording", "given_at", "withdrawn_at")),
    Part("notifications", Notification, "person", ("kind", "reference", "at", "read_at")),
    Part("api_keys", ApiToken, "person", ("label", "made_at", "used_at", "expires_at")),
    Part("children", Person, "guardian", ("id", "name", "language", "joined_at")),
    Part("guests_taken_in", Person, "merged_into", ("id", "joined_at")),
    Part("cities", Membership, "person", ("city__slug", "kind", "since")),
    Part("groups_founded", Group, "founded_by", ("city__slug", "slug", "name", "made_at")),
    Part("invitations_sent", Invitation, "by", ("group__name", "made_at", "expires_at", "ended_at")),
    Part("invitations_accepted", Invitation, "accepted_by", ("group__name", "email", "made_at", "ended_at")),
    Part("posts", Post, "by", ("id", "city__slug", "thread", "kind", "text", "language", "state", "at")),
    Part("flags", Flag, "by", ("id", "post", "reference", "reason", "note", "state", "at")),
    Part("moderation", ModerationAct, "by", ("id", "post", "act", "reason", "at")),
    Part("moderation_about_me", ModerationAct, "concerns", ("id", "act", "reason", "at")),
    Part("appeals", Appeal, "by", ("id", "act", "text", "state", "answer", "at")),
    Part("appeals_decided", Appeal, "decided_by", ("id", "state", "answer", "at")),
    Part("places_added", Commons, "added_by", ("city__slug", "slug")),
    Part("proposals", Proposal, "submitted_by", ("city__slug", "reference", "title", "state", "made_at")),
    Part("proposal_versions", ProposalVersion, "by", ("proposal__reference", "number", "sha256", "at")),
    Part("authorships", Authorship, "person", ("proposal__reference", "proposal__title", "credited")),
    Part("supports", Support, "person", ("proposal__reference", "offers_help", "at")),
    Part("pact_versions", PactVersion, "by", ("pact__reference", "number", "made_at")),
    Part(
        "signatures",
        Signature,
        "by",
        ("version__pact__reference", "party__name", "written_name", "capacity", "way", "sha256", "evidence", "at"),
    ),
    Part("reports", Report, "by", ("pact__reference", "objectives", "actions", "results", "resources", "at")),
    Part("reports_accepted", Report, "accepted_by", ("pact__reference", "at")),
    Part("decisions", Decision, "by", ("question", "result", "at")),
    Part("activities", Activity, "host", ("city__slug", "slug", "title", "starts_at", "ends_at", "place")),
    Part("attendances", Attendance, "person", ("activity__title", "activity__starts_at", "came", "at")),
    Part("outputs_owned", Output, "owner", ("city__slug", "slug", "title", "made_at")),
    Part("outputs", Output, "by", ("city__slug", "slug", "title", "story", "made_at")),
    Part("contributions", Contribution, "person", ("output__title", "role", "credit", "consented")),
    Part("photos", Photo, "by", ("output__title", "alt", "path", "at")),
    Part("rooms_made", Room, "made_by", ("city__slug", "slug", "title", "made_at")),
    Part("rooms", Participant, "person", ("room__title", "role", "state", "place", "joined_at", "seen_at")),
    Part("text_client_ids", ClientClock, "person", ("room__title", "client", "clock")),
    Part("passages", Passage, "by", ("room__title", "kind", "quote", "words", "state", "at")),
    Part("passages_decided", Passage, "decided_by", ("room__title", "kind", "state", "decided_at")),
    Part("room_versions", Version, "by", ("room__title", "number", "title", "reason", "at")),
    Part("captions", Caption, "by", ("room__title", "text", "at")),
    Part("session_plans", SessionPlan, "by", ("city__slug", "name", "steps", "made_at")),
    Part("reactions", Reaction, "person", ("room__title", "post", "kind", "at")),
    Part("groups_made", Breakout, "by", ("room__title", "number", "made_at")),
    Part("groups_brought_back", Brought, "by", ("room__title", "group__title", "at")),
    Part("group_texts", GroupAuthor, "person", ("room__title", "group__title")),
    Part("votes", Ballot, "person", ("room__title", "tool", "item", "value", "at")),
    Part("votes_entered", Ballot, "entered_by", ("room__title", "tool", "item", "at")),
    Part("erasures", Erasure, "person", ("room__title", "reason", "state", "answer", "asked_at", "answered_at")),
    Part("erasures_asked", Erasure, "asked_by", ("room__title", "state", "asked_at")),
    Part("erasures_answered", Erasure, "answered_by", ("room__title", "state", "answer", "answered_at")),
    Part("polls", Poll, "made_by", ("room__title", "number", "kind", "question", "state", "made_at")),
    Part("consent_checks", ConsentCheck, "made_by", ("room__title", "number", "question", "outcome", "made_at")),
    Part("concerns", Concern, "person", ("check_of__room__title", "kind", "text", "named", "state", "how", "at")),
    Part("concerns_resolved", Concern, "resolved_by", ("check_of__room__title", "how", "resolved_at")),
    Part("ideas_not_yet_shown", SilentNote, "person", ("room__title", "text", "at")),
    Part("board_photos", NotePhoto, "by", ("room__title", "alt", "path", "at")),
    Part("ideas_in_versions", VersionIdea, "person", ("version__room__title", "version__number", "text")),
    Part("minutes_written", MinutesRevision, "by", ("minutes__room__title", "number", "at")),
    Part("minutes_answers", MinutesAnswer, "person", ("revision__minutes__room__title", "agrees", "words", "at")),
    Part("minutes_answers_entered", MinutesAnswer, "entered_by", ("revision__minutes__room__title", "at")),
    Part("minutes_named", MinutesName, "person", ("minutes__room__title", "at")),
    Part("listings", Listing, "by", ("city__slug", "slug", "title", "text", "pickup", "state", "made_at")),
    Part("taken", Deal, "taker", ("reference", "listing__title", "mode", "note", "contact", "at", "order__state")),
    Part("given", Deal, "giver", ("reference", "listing__title", "mode", "at", "order__state")),
    Part("orders_cancelled", Order, "cancelled_by", ("deal__reference", "cancelled_reason")),
    Part("bookings", Transfer, "by", ("kind", "note", "at")),
    Part("accounts", Account, "owner_id", ("kind", "unit", "city__slug")),
    Part("studies", Study, "by", ("city__slug", "slug", "title", "made_at")),
    Part("measurements", Measurement, "by", ("indicator__name", "day", "value")),
    Part("observations", Observation, "by", ("kind", "text", "language", "tags", "consent", "seen_at", "at")),
    Part("research_exports", Export, "by", ("study__title", "state", "at")),
    Part("journal", JournalEntry, "actor", ("scope", "verb", "subject_kind", "before", "after", "reason", "at")),
)


def facts_about(person: Person) -> dict[str, Any]:
    """All of it, by name of the part."""
    about = ("id", "kind", "email", "name", "language", "theme", "text_size", "easy_to_read", "joined_at")
    facts: dict[str, Any] = {
        "made_at": timezone.now(),
        "person": {name: getattr(person, name) for name in about},
        "e_mail_addresses": list(EmailAddress.objects.filter(user=person).values("email", "verified", "primary")),
        "second_factors": list(Authenticator.objects.filter(user=person).values("type", "created_at", "last_used_at")),
        "other_sites": list(
            SocialAccount.objects.filter(user=person).values("provider", "uid", "extra_data", "date_joined")
        ),
    }
    for part in PARTS:
        value = person.pk if part.field in ("owner_id", "actor") else person
        rows = part.model._base_manager.filter(**{part.field: value}).order_by("pk")
        facts[part.name] = list(rows.values(*part.told))
    return facts


def as_json(person: Person) -> str:
    return json.dumps(facts_about(person), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def as_zip(person: Person) -> bytes:
    """The same as a file beside a word on what it is."""
    words = _("This is everything that Copact holds about you. Any program that reads JSON can open copact.json.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("README.txt", words + "\n")
        package.writestr("copact.json", as_json(person))
    return buffer.getvalue()
