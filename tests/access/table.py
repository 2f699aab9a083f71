"""The table of rights: one line for each operation of the API, with who may. What is not listed fails the tests."""

import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from backend.base.canonical import sha256
from tests.access.world import World, picture
from tests.backend.pacts.factories import make_content
from tests.factories import PASSWORD

PRINCIPALS = (
    "anonymous room_guest waiting_guest removed_guest participant participant_elsewhere proposer facilitator "
    "facilitator_elsewhere officer officer_elsewhere city_admin maker researcher moderator site_admin"
).split()
EVERYONE = " ".join(PRINCIPALS)
ACCOUNTS = " ".join(PRINCIPALS[4:])
ADMINS = "city_admin site_admin"
MODERATORS = f"facilitator moderator {ADMINS}"

Body = Callable[[World], Any]


class Row(NamedTuple):
    """`may` names those whom the operation serves. To all others it is refused; where `hidden`, in
    the same words as a thing that is not there. `at` gives the thing and further parts of the path."""

    operation: str
    may: str
    body: Body | None = None
    at: Callable[[World], Any] | None = None
    hidden: bool = False
    note: str = ""
    form: str = "json"
    lacks: int = 0  # the answer to accounts who could, but have nothing there to take back

    @property
    def id(self) -> str:
        return f"{self.operation} {self.note}".strip()


def said(**fields: Any) -> Body:
    return lambda world: fields


def proposal(state: str) -> Callable[[World], Any]:
    return lambda world: world.proposals[state].pk


def pact(state: str, **more: Callable[[World], Any]) -> Callable[[World], Any]:
    return lambda world: (world.pacts[state].reference, *(part(world) for part in more.values()))


WHY = said(reason="Because it is so, and everyone can read it.")
TEXT: dict[str, Any] = {"content": make_content(), "sha256": sha256(make_content())}
SIGN: dict[str, Any] = {"written_name": "Nadia", "capacity": "Contact"}


def agreed(state: str, kind: str, **more: Any) -> Body:
    def body(world: World) -> dict[str, Any]:
        row = world.pacts[state]
        return {"party": world.side(row, kind).pk, "sha256": row.latest().sha256, **more}

    return body


def wall(world: World, hours: int) -> str:
    return world.soon.replace(hour=hours, minute=0).strftime("%Y-%m-%dT%H:%M")


PEOPLE = (
    Row("auth_token_create", EVERYONE, said(email="token@example.org", password=PASSWORD)),
    Row("auth_token_destroy", "", note="a session has no key to end"),
    Row("me_retrieve", ACCOUNTS),
    Row("notifications_list", ACCOUNTS),
    Row("notifications_read", ACCOUNTS),
)
CITIES = (
    Row("cities_list", EVERYONE),
    Row("cities_retrieve", EVERYONE, at=lambda w: w.city.slug),
    Row("cities_regulation_retrieve", EVERYONE, at=lambda w: w.city.slug),
    Row("cities_membership_create", ACCOUNTS, said(kind="maker"), lambda w: w.city.slug),
    Row("cities_membership_destroy", ACCOUNTS, None, lambda w: w.city.slug),
    Row("cities_roles_create", ADMINS, lambda w: {"person": w.stranger.pk, "role": "officer"}, lambda w: w.city.slug),
    Row(
        "cities_roles_create",
        "site_admin",
        lambda w: {"person": w.stranger.pk, "role": "admin"},
        lambda w: w.city.slug,
        note="an administrator",
    ),
    Row("cities_roles_destroy", ADMINS, WHY, lambda w: (w.city.slug, w.role.pk)),
    Row("groups_list", EVERYONE),
    Row("groups_retrieve", EVERYONE, at=lambda w: w.group.pk),
    Row("groups_create", ACCOUNTS, lambda w: {"city": w.city.slug, "name": "Orto", "language": "it"}),
    Row("groups_partial_update", "proposer", said(about="We care."), lambda w: w.group.pk),
    Row("groups_invitations_create", "proposer", said(email="new@example.org"), lambda w: w.group.pk),
    Row("groups_leave_create", "proposer", None, lambda w: w.group.pk),
)
COMMONS = (
    Row("commons_list", EVERYONE),
    Row("commons_retrieve", EVERYONE, at=lambda w: w.place.pk),
    Row(
        "commons_create",
        ACCOUNTS,
        lambda w: {"city": w.city.slug, "name": {"it": "Orto"}, "kind": "garden", "lat": 45.07, "lng": 7.69},
    ),
    Row("commons_partial_update", f"officer facilitator {ADMINS}", said(address="via X 1"), lambda w: w.place.pk),
    Row("commons_state_create", f"officer facilitator {ADMINS}", said(to="looking"), lambda w: w.place.pk),
)
TALK = (
    Row("posts_flag_create", ACCOUNTS.replace("participant ", ""), said(reason="insult"), lambda w: w.post.pk),
    Row("flags_list", ACCOUNTS, note="of the cities in which one moderates"),
    Row("flags_keep_create", MODERATORS, WHY, lambda w: w.flag.pk, hidden=True),
    Row("flags_hide_create", MODERATORS, WHY, lambda w: w.flag.pk, hidden=True),
    Row("flags_pass_on_create", MODERATORS, WHY, lambda w: w.flag.pk, hidden=True),
    Row("moderation_list", EVERYONE),
    Row("moderation_appeal_create", "participant", said(text="It was mine."), lambda w: w.act.pk, hidden=True),
    Row(
        "appeals_answer_create",
        f"moderator {ADMINS}",
        said(accept=True, answer="You are right."),
        lambda w: w.appeal.pk,
    ),
)
PROPOSALS = (
    Row("proposals_list", EVERYONE),
    Row("proposals_retrieve", EVERYONE, at=proposal("published")),
    Row(
        "proposals_retrieve",
        f"proposer facilitator officer researcher moderator {ADMINS}",
        at=proposal("submitted"),
        hidden=True,
        note="not yet public",
    ),
    Row("proposals_create", ACCOUNTS, lambda w: {"city": w.city.slug, "title": "Ombra", "language": "it", **TEXT}),
    Row("proposals_support_create", ACCOUNTS, said(offers_help=True), proposal("published")),
    Row("proposals_support_destroy", "participant", None, proposal("published"), lacks=409),
    Row("proposals_comments_list", EVERYONE, at=proposal("published")),
    Row("proposals_comments_create", ACCOUNTS, said(text="Good.", language="it"), proposal("published")),
    Row("proposals_official_create", "officer", said(text="We read it.", language="it"), proposal("published")),
    Row("proposals_publish_create", "officer", None, proposal("submitted")),
    Row("proposals_ask_additions_create", "officer", WHY, proposal("submitted")),
    Row("proposals_resubmit_create", "proposer", said(**TEXT), proposal("additions_needed")),
    Row("proposals_take_up_create", "officer", WHY, proposal("published")),
    Row("proposals_admit_create", "officer", said(reason="It fits.", years=3), proposal("under_assessment")),
    Row("proposals_reject_create", "officer", WHY, proposal("under_assessment")),
    Row("proposals_redirect_create", "officer", WHY, proposal("under_assessment")),
    Row("proposals_withdraw_create", "proposer", WHY, proposal("published")),
    Row("proposals_appeal_create", "proposer", said(text="Look again."), proposal("rejected")),
    Row("proposals_answer_appeal_create", "officer", said(accept=True, reason="Yes."), proposal("in_review")),
    Row("proposals_archive_create", "officer", WHY, proposal("rejected")),
    Row("proposals_credit_create", "proposer", said(credited=False), proposal("published")),
)
PACTS = (
    Row("pacts_list", EVERYONE),
    Row("pacts_retrieve", EVERYONE, at=pact("active")),
    Row("pacts_versions_retrieve", EVERYONE, at=pact("active", number=lambda w: 1)),
    Row(
        "pacts_clauses_create",
        "officer proposer facilitator",
        lambda w: {"key": w.free_clause, "text": "Everyone is insured."},
        pact("co_design"),
    ),
    Row(
        "pacts_clause_update",
        "officer proposer facilitator",
        lambda w: {"text": "Shade for all.", "base": w.writing.latest().number},
        pact("co_design", key=lambda w: w.clause),
    ),
    Row(
        "pacts_clause_drop",
        "officer proposer facilitator",
        WHY,
        pact("co_design", key=lambda w: w.writing.latest().clauses.last().key),
    ),
    Row("pacts_terms_create", "officer proposer facilitator", said(years=2, fund_share_bp=500), pact("co_design")),
    Row("pacts_parties_create", "officer proposer", lambda w: {"group": w.guild.slug}, pact("co_design")),
    Row(
        "pacts_party_leave",
        "proposer",
        WHY,
        lambda w: (w.crowded.reference, w.side(w.crowded, "group").pk),
    ),
    Row("pacts_agree_create", "officer", agreed("co_design", "city"), pact("co_design"), note="for the city"),
    Row("pacts_agree_create", "proposer", agreed("co_design", "group"), pact("co_design"), note="for the group"),
    Row("pacts_freeze_create", "officer", None, pact("text_agreed")),
    Row("pacts_sign_create", "officer", agreed("signing", "city", **SIGN), pact("signing"), note="for the city"),
    Row("pacts_sign_create", "proposer", agreed("signing", "group", **SIGN), pact("signing"), note="for the group"),
    Row("pacts_give_up_create", "officer proposer", WHY, pact("co_design")),
    Row("pacts_restart_create", "officer", WHY, pact("abandoned")),
    Row(
        "pacts_commitments_create",
        "officer proposer",
        lambda w: {"what": "Water", "parties": [w.side(w.pacts["active"], "group").pk], "language": "it"},
        pact("active"),
    ),
    Row(
        "pacts_commitment_move",
        "officer proposer",
        said(to="under_way"),
        pact("active", child=lambda w: w.commitment.pk),
    ),
    Row(
        "pacts_reports_create",
        "proposer",
        said(objectives="A", actions="B", results="C", resources="D", language="it"),
        pact("active"),
    ),
    Row("pacts_report_accept", "officer", None, pact("active", child=lambda w: w.report.pk)),
    Row("pacts_report_back", "officer", WHY, pact("active", child=lambda w: w.report.pk)),
    Row("pacts_suspend_create", "officer", WHY, pact("active")),
    Row("pacts_resume_create", "officer", WHY, pact("suspended")),
    Row("pacts_end_create", "officer proposer", WHY, pact("active")),
)
LOCALS = "participant proposer facilitator facilitator_elsewhere officer maker"
ACTIVITIES = (
    Row("activities_list", EVERYONE),
    Row("activities_retrieve", EVERYONE, at=lambda w: w.activity.pk),
    Row(
        "activities_create",
        LOCALS,
        lambda w: {"city": w.city.slug, "title": "Care day", "starts_at": wall(w, 10), "ends_at": wall(w, 12)},
    ),
    Row("activities_come_create", ACCOUNTS, None, lambda w: w.activity.pk),
    Row("activities_leave_create", ACCOUNTS, None, lambda w: w.activity.pk),
    Row("activities_cancel_create", "maker officer facilitator", WHY, lambda w: w.activity.pk),
    Row("activities_done_create", "maker officer facilitator", said(people_count=9), lambda w: w.past.pk),
    Row("activities_outputs_create", "maker officer facilitator", said(title="Stool", mine=True), lambda w: w.past.pk),
    Row("outputs_list", EVERYONE),
    Row("outputs_retrieve", EVERYONE, at=lambda w: w.output.pk),
    Row(
        "outputs_photos_create",
        "maker officer facilitator",
        lambda w: {"file": picture(), "alt": "A bench"},
        lambda w: w.output.pk,
        form="multipart",
    ),
    Row("outputs_photos_destroy", "maker officer facilitator", None, lambda w: (w.output.pk, w.photo.pk)),
    Row(
        "outputs_contributions_credit_create",
        "participant",
        said(consented=True),
        lambda w: (w.output.pk, w.contribution.pk),
    ),
)
MARKET = (
    Row("listings_list", EVERYONE),
    Row("listings_retrieve", EVERYONE, at=lambda w: w.listing.pk),
    Row("listings_create", "maker", lambda w: {"output": w.output.pk, "modes": [{"mode": "gift", "stock": 2}]}),
    Row(
        "listings_order_create",
        ACCOUNTS.replace("maker ", ""),
        said(mode="gift", contact="+39 011 555"),
        lambda w: w.listing.pk,
    ),
    Row("listings_pause_create", "maker", None, lambda w: w.listing.pk),
    Row("listings_reopen_create", "maker", None, lambda w: w.paused.pk),
    Row("listings_close_create", "maker", None, lambda w: w.listing.pk),
    Row("listings_hide_create", f"moderator {ADMINS}", WHY, lambda w: w.listing.pk),
    Row("listings_questions_list", EVERYONE, at=lambda w: w.listing.pk),
    Row("listings_questions_create", ACCOUNTS, said(text="How wide is it?"), lambda w: w.listing.pk),
    Row("orders_list", ACCOUNTS, note="one's own"),
    Row("orders_retrieve", "participant maker", at=lambda w: w.order.pk, hidden=True),
    Row("orders_given_create", "maker", None, lambda w: w.order.pk),
    Row("orders_taken_create", "participant", None, lambda w: w.order.pk),
    Row("orders_cancel_create", "participant maker", said(reason=""), lambda w: w.order.pk, hidden=True),
    Row("funds_list", EVERYONE),
    Row("funds_retrieve", EVERYONE, at=lambda w: w.fund.pk),
    Row("funds_settle_create", "officer proposer", lambda w: {"order": w.sold.pk}, lambda w: w.fund.pk),
    Row(
        "funds_book_create",
        "officer proposer",
        lambda w: {"key": uuid.uuid4(), "amount_minor": 500, "note": "A gift"},
        lambda w: w.fund.pk,
    ),
)
IMPACT = (
    Row("indicators_list", EVERYONE),
    Row("indicators_retrieve", EVERYONE, at=lambda w: w.indicator.pk),
    Row("indicators_counted_list", EVERYONE, note="?city="),
    Row(
        "indicators_measurements_create",
        "researcher",
        lambda w: {"day": w.today, "value": 3.5, "n": 12},
        lambda w: w.indicator.pk,
    ),
    Row("observations_list", EVERYONE),
    Row("observations_retrieve", EVERYONE, at=lambda w: w.told.pk),
    Row("observations_retrieve", "participant", at=lambda w: w.confided.pk, hidden=True, note="confided"),
    Row(
        "observations_create",
        ACCOUNTS,
        lambda w: {"city": w.city.slug, "text": "Shade at noon.", "consent": "research_and_public"},
    ),
    Row("observations_consent_create", "participant", said(consent="private"), lambda w: w.told.pk),
    Row("studies_list", EVERYONE),
    Row("studies_retrieve", EVERYONE, at=lambda w: w.study.pk),
    Row("studies_create", "researcher", lambda w: {"city": w.city.slug, "title": "Shade"}),
    Row("studies_exports_create", "researcher", None, lambda w: w.study.pk),
    Row("studies_exports_retrieve", "researcher", at=lambda w: (w.study.pk, w.export.pk), hidden=True),
    Row("studies_exports_file_retrieve", "", at=lambda w: (w.study.pk, w.export.pk), hidden=True, note="not ready"),
)
ROOM = "room_guest participant proposer facilitator"
NO = said(agree=False, reason="It was agreed by all.")
ROOMS = (
    Row("rooms_list", EVERYONE),
    Row("rooms_join", EVERYONE, lambda w: {"code": w.other_room.code, "name": "Ana"}),
    Row("rooms_ticket", f"waiting_guest {ADMINS} {ROOM}", None, lambda w: w.room.pk, hidden=True),
    Row("rooms_document", ROOM, at=lambda w: w.room.pk, hidden=True),
    Row("rooms_document", EVERYONE, at=lambda w: w.open_room.pk, note="of a public room"),
    Row("rooms_tools", ROOM, at=lambda w: w.room.pk, hidden=True),
    Row("rooms_tools", EVERYONE, at=lambda w: w.open_room.pk, note="of a public room"),
    Row("rooms_minutes", ROOM, at=lambda w: w.room.pk, hidden=True),
    Row("rooms_minutes_pdf", ROOM, at=lambda w: w.room.pk, hidden=True),
    Row(
        "rooms_photos_create",
        ROOM,
        lambda w: {"file": picture(), "column": "c1", "text": "A bench"},
        lambda w: w.room.pk,
        form="multipart",
    ),
    Row("rooms_photos_retrieve", ROOM, at=lambda w: (w.room.pk, w.note_photo.pk), hidden=True),
    Row("rooms_tool_command", ROOM, said(text="Hello"), lambda w: (w.room.pk, "chat", "post")),
    Row("rooms_messages", ROOM, at=lambda w: w.room.pk, hidden=True),
    Row("rooms_message_signs", ROOM, at=lambda w: (w.room.pk, w.chat_message.pk), hidden=True),
    Row("rooms_log", ROOM, at=lambda w: w.room.pk, hidden=True),
    Row("rooms_groups", ROOM, at=lambda w: w.room.pk, hidden=True),
    Row(
        "rooms_appeal",
        "room_guest participant proposer",
        lambda w: {"act": str(w.room_act.pk), "text": "We want to write."},
        lambda w: w.room.pk,
        note="about all in the room",
    ),
    Row("rooms_step_in", "officer facilitator city_admin site_admin proposer", None, lambda w: w.lost_room.pk),
    Row("rooms_polls", ROOM, at=lambda w: w.room.pk, hidden=True),
    Row("rooms_poll", ROOM, at=lambda w: (w.room.pk, w.poll.number), hidden=True),
    Row("rooms_decisions", ROOM, at=lambda w: w.room.pk, hidden=True),
    Row("rooms_versions_list", ROOM, at=lambda w: w.room.pk, hidden=True),
    Row("rooms_history", f"{ADMINS} {ROOM}", at=lambda w: w.room.pk, hidden=True),
    Row("rooms_sittings", f"{ADMINS} {ROOM}", at=lambda w: w.room.pk, hidden=True),
    Row("rooms_compare", f"{ADMINS} {ROOM}", at=lambda w: w.room.pk, hidden=True),
    Row("rooms_version_document", f"{ADMINS} {ROOM}", at=lambda w: (w.room.pk, 1), hidden=True),
    Row("rooms_version_restore", f"facilitator {ADMINS}", WHY, lambda w: (w.room.pk, 1)),
    Row(
        "rooms_erasure_ask",
        f"participant officer {ADMINS}",
        lambda w: {"person": str(w.writer.pk)},
        lambda w: w.room.pk,
    ),
    Row("rooms_erasure_answer", f"facilitator {ADMINS}", NO, lambda w: (w.room.pk, w.erasure.pk)),
)


ROWS = (*PEOPLE, *CITIES, *COMMONS, *TALK, *PROPOSALS, *PACTS, *ACTIVITIES, *MARKET, *IMPACT, *ROOMS)
