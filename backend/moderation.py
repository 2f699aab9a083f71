"""The moderation queue, and the one table of what in Copact can be reported, shown and hidden."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.base.paging import page_of
from backend.base.problems import Conflict
from backend.cities.models import City
from backend.conversations import actions, permissions
from backend.conversations.choices import AppealState, PostState
from backend.conversations.models import Appeal, Flag, ModerationAct
from backend.people.models import Person
from marketplace.actions import hide_listing
from marketplace.choices import ListingState
from marketplace.models import Listing
from realtime.actions import answer_appeal
from realtime.actions.acts import ACTS

ANSWER_WITHIN = timedelta(hours=24)
TABS = ("waiting", "passed", "appeals", "decided")


class Moderated(NamedTuple):
    """How one kind of thing is called, and hidden when a report of it is upheld.

    `hide` runs the action of the thing's own app, before the flag is decided. A post needs none:
    deciding its flag hides it. What has a `hide` of its own is decided by moderators and
    administrators; facilitators pass it on.
    """

    label: Any
    hide: Callable[[Flag, Person, str], None] | None = None


def _hide_listing(flag: Flag, by: Person, reason: str) -> None:
    listing = Listing.objects.in_city(flag.city_id).filter(pk=flag.reference["id"]).first()
    if listing is not None and listing.state != ListingState.HIDDEN:
        hide_listing(listing, by=by, reason=reason)


# Everything that can be reported: the kind of its reference ("post" where the flag names a post).
MODERATED: dict[str, Moderated] = {
    "post": Moderated(gettext_lazy("Comment or message")),
    "listing": Moderated(gettext_lazy("Market"), _hide_listing),
}


def kind_of(flag: Flag) -> str:
    return "post" if flag.post_id else str(flag.reference.get("kind", ""))


# -- Deciding ---------------------------------------------------------------------------------------


def decide(*, flag: Flag, by: Person, hide: bool, reason: str) -> None:
    """Keep or hide, through the action of whichever app owns the thing."""
    if not permissions.can_decide(by, flag):
        raise PermissionDenied(_("You cannot decide about this."))
    known = MODERATED.get(kind_of(flag))
    if hide and known is not None and known.hide is not None:
        known.hide(flag, by, reason)
    actions.decide_flag(flag=flag, by=by, hide=hide, reason=reason)


def _key(text: str | None) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise Http404 from None


def _flag(city: City, data: Any) -> Flag:
    rows = Flag.objects.in_city(city).select_related("city", "post", "post__by", "post__city")
    return get_object_or_404(rows, pk=_key(data.get("flag")))


def _appeal(city: City, data: Any) -> Appeal:
    rows = Appeal.objects.in_city(city).select_related("city", "act", "act__post", "act__thread__room", "by")
    return get_object_or_404(rows, pk=_key(data.get("appeal")))


def _keep(city: City, by: Person, data: Any) -> str:
    decide(flag=_flag(city, data), by=by, hide=False, reason=data.get("reason", ""))
    return _("It stays as it is.")


def _hide(city: City, by: Person, data: Any) -> str:
    decide(flag=_flag(city, data), by=by, hide=True, reason=data.get("reason", ""))
    return _("It is hidden. Its author reads your reason and can ask for a second look.")


def _pass_on(city: City, by: Person, data: Any) -> str:
    actions.pass_on(flag=_flag(city, data), by=by, reason=data.get("reason", ""))
    return _("The city’s moderators decide about it.")


def in_room(act: ModerationAct) -> bool:
    """Whether an act was done in a room, by whoever led it; its app undoes it."""
    return act.thread is not None and hasattr(act.thread, "room")


def _answer(city: City, by: Person, data: Any, *, accept: bool) -> tuple[Appeal, str]:
    """The answered wish, and why nothing was undone, where an act in a room did not hold any more."""
    row = _appeal(city, data)
    given = {"appeal": row, "by": by, "accept": accept, "answer": data.get("answer", "")}
    if in_room(row.act):
        return row, answer_appeal(**given)
    return actions.decide_appeal(**given), ""


def _still_hidden(row: Appeal) -> bool:
    return row.act.post is not None and row.act.post.state == PostState.HIDDEN


def _accept(city: City, by: Person, data: Any) -> str:
    row, left = _answer(city, by, data, accept=True)
    if _still_hidden(row):
        return _("Who asked has your answer. It stays hidden: it was hidden again since, for another reason.")
    if left:
        return _("Who asked has your answer. %(why)s") % {"why": left}
    if row.act.post is None:
        return _("It is taken back. Who asked has your answer.")
    return _("It is shown again. Who asked has your answer.")


def _refuse(city: City, by: Person, data: Any) -> str:
    row, _left = _answer(city, by, data, accept=False)
    if row.act.post is None:
        return _("It stays as it is. Who asked has your answer.")
    return _("It stays hidden. Who asked has your answer.")


STEPS: dict[str, Callable[[City, Person, Any], str]] = {
    "keep": _keep,
    "hide": _hide,
    "pass_on": _pass_on,
    "accept": _accept,
    "refuse": _refuse,
}


# -- The page ---------------------------------------------------------------------------------------


def moderation(request: HttpRequest, city: str) -> HttpResponse:
    """What waits for a decision, oldest first; each decision is a form of its own."""
    here: City | None = request.city  # type: ignore[attr-defined]  # set by the middleware
    if here is None:
        raise Http404
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    person = request.user
    if not permissions.can_moderate(person, here):
        raise Http404
    if request.method == "POST":
        return _decide(request, here, person)
    return _queue(request, here, person)


def _decide(request: HttpRequest, city: City, person: Any) -> HttpResponse:
    """Do one step; a missing reason comes back beside the thing, with what was typed."""
    step = STEPS.get(request.POST.get("step", ""))
    if step is None:
        raise Http404
    try:
        done = step(city, person, request.POST)
    except ValidationError as error:
        typed = request.POST.get("reason") or request.POST.get("answer", "")
        failed = {
            "key": request.POST.get("flag") or request.POST.get("appeal"),
            "step": request.POST["step"],
            "error": " ".join(error.messages),
            "typed": typed,
        }
        return _queue(request, city, person, failed=failed, status=422)
    except Conflict as conflict:
        messages.warning(request, conflict.detail)
    else:
        messages.success(request, done)
    return HttpResponseRedirect(request.get_full_path())


def _rows(city: City, tab: str) -> Any:
    flags = Flag.objects.in_city(city)
    if tab == "appeals":
        rows = Appeal.objects.in_city(city).filter(state=AppealState.OPEN)
        rows = rows.select_related("act", "act__post", "act__post__by", "act__by", "act__thread__room", "by")
        return rows.order_by("at")
    if tab == "decided":
        return ModerationAct.objects.in_city(city).about_words().log().select_related("by", "post")
    return flags.open().first_of_post().filter(passed_on=tab == "passed").for_list()


def _counts(city: City) -> dict[str, int]:
    flags = Flag.objects.in_city(city).open().first_of_post()
    return flags.aggregate(
        waiting=Count("pk", filter=Q(passed_on=False)),
        passed=Count("pk", filter=Q(passed_on=True)),
    )


def _decided(city: City) -> dict[str, int]:
    """How many decisions there are and how many are asked to be looked at again; what was decided in the last 30 days."""
    lately = Q(at__gte=timezone.now() - timedelta(days=30))
    words = Q(post__isnull=False) | Q(thread=None)
    return ModerationAct.objects.in_city(city).aggregate(
        decided=Count("pk", filter=words),
        asked=Count("pk", filter=Q(appeal__state=AppealState.OPEN)),
        kept=Count("pk", filter=lately & Q(act="keep")),
        hidden=Count("pk", filter=lately & Q(act="hide")),
        restored=Count("pk", filter=lately & Q(act="restore")),
        appeals=Count("pk", filter=lately & Q(appeal__isnull=False)),
    )


def _described(row: Flag, person: Person, leads: bool) -> dict[str, Any]:
    known = MODERATED.get(kind_of(row))
    left = row.at + ANSWER_WITHIN - timezone.now()
    return {
        "flag": row,
        "kind": known.label if known else row.reference.get("kind", ""),
        "late": left < timedelta(0),
        "may": permissions.can_decide(person, row) and (leads or known is None or known.hide is None),
        "pass_on": permissions.can_pass_on(person, row),
        "own": row.post is not None and row.post.by_id == person.pk,
    }


def _named(tab: str, page: Any) -> list[Any]:
    """An act in a room by its name, where it was about no words."""
    rows = list(page)
    for row in rows if tab == "appeals" else ():
        row.what = ACTS.get(row.act.act, row.act.act) if row.act.post is None else ""
    return rows


def _queue(
    request: HttpRequest, city: City, person: Any, failed: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    tab = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "waiting"
    last = _decided(city)
    counts = {**_counts(city), "appeals": last["asked"], "decided": last["decided"]}
    page = page_of(request, _rows(city, tab), size=20, count=counts[tab])
    labels = {
        "waiting": _("Waiting"),
        "passed": _("Passed on"),
        "appeals": _("Second looks"),
        "decided": _("Decided"),
    }
    flags = tab in {"waiting", "passed"}
    leads = permissions.can_lead_moderation(person, city)
    context = {
        "tab": tab,
        "tabs": [(name, labels[name], counts[name]) for name in TABS],
        "page": page,
        "rows": [_described(row, person, leads) for row in page] if flags else _named(tab, page),
        "leads": leads,
        "last": last,
        "failed": failed,
    }
    return render(request, "moderation/queue.html", context, status=status)
