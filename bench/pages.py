"""Each page of the thread: queries, server time against a bare view of the same template, weight of a first visit.

The bare view renders the page's own template from the page's own values, all of them loaded before: no middleware, no
permission, no query. The ratio is p95 to p95, measured turn by turn in one process. Lists are measured with the demo's
rows and, for the count of queries, again with 50 rows more.
"""

import gzip
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import demo

ROUNDS = 60
RATIO, QUERIES, WEIGHT = 3.0, 12, 100 * 1024
CITY = "torino"


@dataclass
class Page:
    name: str
    url: str
    role: str = ""
    in_room: bool = False
    queries: int = 0
    queries_grown: int = 0
    real: float = 0.0
    bare: float = 0.0
    bare_queries: int = 0
    weight: int = 0


def pages() -> list[Page]:
    """The thread in the order in which a neighbour meets it."""
    from django.urls import reverse

    from backend.activities.models import Activity, Output
    from backend.cities.models import City, Group
    from backend.commons.models import Commons
    from backend.pacts.models import Pact, Proposal
    from marketplace.models import Listing
    from realtime.models import Room

    city = City.objects.get(slug=CITY)

    def one(model: Any, key: str, **more: Any) -> Any:
        return getattr(model.objects.in_city(city).filter(**more).order_by("pk").first(), key)

    def to(name: str, *args: Any) -> str:
        return reverse(name, args=args)

    return [
        Page("home of all cities", to("home")),
        Page("city", to("city", CITY)),
        Page("join", to("realtime:join")),
        Page("rooms", to("realtime:rooms", CITY)),
        Page("room", to("realtime:room", CITY, one(Room, "slug", slug="demo")), "facilitator", in_room=True),
        Page("proposals", to("pacts:proposals", CITY)),
        Page("proposal", to("pacts:proposal", CITY, one(Proposal, "reference"))),
        Page("register of pacts", to("pacts:register", CITY)),
        Page("pact", to("pacts:pact", CITY, one(Pact, "reference"))),
        Page("commons", to("commons:list", CITY)),
        Page("one of the commons", to("commons:commons", CITY, one(Commons, "slug"))),
        Page("activities", to("activities:list", CITY)),
        Page("activity", to("activities:activity", CITY, one(Activity, "slug"))),
        Page("output", to("activities:output", CITY, one(Output, "slug"))),
        Page("market", to("marketplace:list", CITY)),
        Page("listing", to("marketplace:listing", CITY, one(Listing, "slug"))),
        Page("impact", to("impact:city", CITY)),
        Page("groups", to("cities:groups", CITY)),
        Page("group", to("cities:group", CITY, one(Group, "slug"))),
        Page("regulation", to("cities:regulation", CITY)),
        Page("account", to("people:account"), "citizen"),
        Page("moderation", to("moderation", CITY), "admin"),
    ]


def client_for(role: str) -> Any:
    from django.test import Client

    from backend.people.models import Person

    client = Client(headers={"accept-language": "it"})
    if role:
        person = Person.objects.get(email=f"{role}@{CITY}.example")
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def counted(call: Callable[[], Any]) -> tuple[int, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = call()
    return len([q for q in captured.captured_queries if q["sql"].startswith("SELECT")]), answer


def bare_view(client: Any, url: str) -> Callable[[], Any]:
    """A view that renders what `url` renders, from values that are there already."""
    from django.http import HttpResponse
    from django.template.context import make_context
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment()
    try:
        answer = client.get(url)
    finally:
        teardown_test_environment()
    if answer.status_code != 200:
        sys.exit(f"{url} answered {answer.status_code}")
    template = answer.templates[0]
    values = answer.context[0].flatten() if hasattr(answer.context, "__getitem__") else answer.context.flatten()

    def view() -> Any:
        return HttpResponse(template.render(make_context(values, None, autoescape=True)))

    view()
    return view


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] * 1000


def timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def measure(page: Page) -> None:
    client = client_for(page.role)
    bare = bare_view(client, page.url)
    page.bare_queries, _answer = counted(bare)
    client.get(page.url)
    page.queries, answer = counted(lambda: client.get(page.url))
    real_times, bare_times = [], []
    for _round in range(ROUNDS):
        real_times.append(timed(lambda: client.get(page.url)))
        bare_times.append(timed(bare))
    page.real, page.bare = p95(real_times), p95(bare_times)
    page.weight = weight(answer.content.decode())


def weight(html: str) -> int:
    """Bytes of a first visit, compressed: the page and what it asks for at once."""
    from django.contrib.staticfiles import finders

    total = len(gzip.compress(html.encode(), 6))
    eager = re.sub(r"<[^>]*loading=[\"']lazy[\"'][^>]*>", "", html)
    for name in sorted(set(re.findall(r"/static/([\w./-]+)", eager))):
        found = finders.find(name)
        if not found or name.endswith("og.png"):  # a picture that only other sites ask for
            continue
        content = Path(found).read_bytes()
        is_text = name.endswith((".css", ".js", ".svg", ".json"))
        total += len(gzip.compress(content, 6)) if is_text else len(content)
    return total


# --- fifty rows more -----------------------------------------------------------------------------


def copies(row: Any, children: tuple[str, ...] = (), count: int = 50) -> None:
    """`row` and what hangs on it, again and again, under other keys."""
    from backend.base.ids import uuid7

    model, manager = type(row), type(row)._base_manager
    hanging = {name: list(getattr(row, name).all()) for name in children}
    for number in range(count):
        values = {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields if not f.primary_key}
        for name in ("slug", "reference", "code", "pin"):
            if values.get(name):
                limit = model._meta.get_field(name).max_length
                values[name] = f"{str(values[name])[: limit - 4]}-{number:03}"
        copy = manager.create(pk=uuid7(), **values)
        for name, rows in hanging.items():
            link = model._meta.get_field(name).field.attname
            for child in rows:
                fields = {
                    f.attname: getattr(child, f.attname) for f in child._meta.concrete_fields if not f.primary_key
                }
                type(child)._base_manager.create(**{**fields, link: copy.pk})


def grow() -> None:
    """Each list of the demo city with fifty rows more."""
    from backend.activities.models import Activity, Output
    from backend.cities.models import City, Group
    from backend.commons.models import Commons
    from backend.pacts.models import Proposal
    from marketplace.models import Listing

    city = City.objects.get(slug=CITY)
    for model, children in (
        (Commons, ()),
        (Activity, ()),
        (Output, ()),
        (Group, ()),
        (Proposal, ()),
        (Listing, ("modes",)),
    ):
        try:
            copies(model.objects.in_city(city).order_by("pk").first(), children)
        except Exception as error:
            print(f"   {model.__name__} could not be multiplied: {error}")


def faults(page: Page) -> str:
    most = max(page.queries, page.queries_grown)
    found = {
        f"more than {QUERIES} queries": most > QUERIES,
        "queries grow with the rows": page.queries != page.queries_grown,
        f"ratio above {RATIO:.0f}": page.real / page.bare > RATIO,
        "heavier than 100 KB": page.weight > WEIGHT and not page.in_room,
        f"its template asks {page.bare_queries} queries by itself": page.bare_queries > 0,
    }
    return "; ".join(text for text, is_so in found.items() if is_so)


def show(page: Page) -> None:
    print(
        f"   {page.name:22} {page.queries:8} {page.queries_grown:9} {page.real:8.1f} {page.bare:8.1f} "
        f"{page.real / page.bare:6.2f} {page.weight / 1024:6.1f}  {faults(page)}"
    )


def main() -> None:
    demo.set_up()
    measured = pages()
    for page in measured:
        measure(page)
    grow()
    for page in measured:
        client = client_for(page.role)
        client.get(page.url)
        page.queries_grown, _answer = counted(lambda page=page, client=client: client.get(page.url))
    print(f"   {'page':22} {'queries':>8} {'+50 rows':>9} {'p95 ms':>8} {'bare ms':>8} {'ratio':>6} {'KB gz':>6}")
    for page in measured:
        show(page)


if __name__ == "__main__":
    main()
