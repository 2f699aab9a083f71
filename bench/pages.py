"""Each page of the thread: queries, server time against a bare view of the same template, weight of a first visit.

The bare view renders the page's own template from the page's own values, all of them loaded before: no middleware, no
permission, no query. The ratio is p95 to p95, measured turn by turn in one process. Lists are measured with the demo's
rows and, for the count of queries, again with 50 rows more.
"""

import gzip
import logging
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import demo

ROUNDS = 100
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
        return getattr(model.objects.in_city(city).filter(**more).order_by("pk").first(), key, None)

    def to(name: str, *args: Any) -> str:
        return reverse(name, args=args) if None not in args else ""

    thread = [
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
    logging.disable(logging.WARNING)
    for page in thread:
        answer = client_for(page.role).get(page.url) if page.url else None
        if answer is None or answer.status_code != 200:
            print(f"   {page.name}: not measured, it answers {answer and answer.status_code}")
            page.url = ""
    return [page for page in thread if page.url]


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
    asked = [
        q for q in captured.captured_queries if not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]
    return len(asked), answer


def bare_client(client: Any, url: str) -> Any:
    """A client of a view that renders what `url` renders, from values that are there already, behind no middleware."""
    from django.http import HttpResponse
    from django.template import Context
    from django.test import Client
    from django.test.utils import override_settings, setup_test_environment, teardown_test_environment

    setup_test_environment()
    try:
        answer = client.get(url)
    finally:
        teardown_test_environment()
    template, values = answer.templates[0], answer.context[0].flatten()

    def view(_request: Any) -> Any:
        context = Context(values)
        context.request = values.get("request")  # a tag may ask for the address; a RequestContext would ask for more
        return HttpResponse(template.render(context))

    bare = Client()
    BARE_VIEWS.append(view)
    with override_settings(MIDDLEWARE=[f"{__name__}.shortest_way"]):
        bare.get(url)
    return bare


BARE_VIEWS: list[Callable[[Any], Any]] = []


def shortest_way(_get_response: Any) -> Callable[[Any], Any]:
    """A middleware that is the view."""
    return BARE_VIEWS[-1]


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] * 1000


def timed(call: Callable[[], Any]) -> float:
    """Processor time: the same as the clock's on a quiet machine, and blind to what else runs on a busy one."""
    began = time.process_time()
    call()
    return time.process_time() - began


def measure(page: Page) -> None:
    client = client_for(page.role)
    bare = bare_client(client, page.url)
    page.bare_queries, _answer = counted(lambda: bare.get(page.url))
    client.get(page.url)
    page.queries, answer = counted(lambda: client.get(page.url))
    real_times, bare_times = [], []
    for _round in range(ROUNDS):
        real_times.append(timed(lambda: client.get(page.url)))
        bare_times.append(timed(lambda: bare.get(page.url)))
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


def clone(row: Any, number: int, **changes: Any) -> Any:
    """A row like `row` under other keys; what belongs to one row only (its thread) is cloned with it."""
    from backend.base.ids import uuid7

    values = {}
    for each in row._meta.concrete_fields:
        value = getattr(row, each.attname)
        if each.primary_key:
            value = uuid7()
        elif each.one_to_one and value:
            value = clone(getattr(row, each.name), number).pk
        elif value and each.name in ("slug", "reference", "code", "short_code", "token_digest"):
            value = f"{str(value)[: (each.max_length or 80) - 4]}-{number:03}"
        values[each.attname] = value
    return type(row)._base_manager.create(**{**values, **changes})


def copies(row: Any, hanging: str = "", count: int = 50) -> None:
    """`row`, and the rows that hang on it, again and again."""
    for number in range(count):
        copy = clone(row, number)
        for child in getattr(row, hanging).all() if hanging else ():
            link = row._meta.get_field(hanging).field.attname
            clone(child, number, **{link: copy.pk})


def grow() -> None:
    """Each list of the demo city with fifty rows more."""
    from backend.activities.models import Activity, Output
    from backend.cities.models import City, Group
    from backend.commons.models import Commons
    from backend.pacts.models import Pact, Proposal
    from marketplace.models import Listing
    from realtime.models import Room

    city = City.objects.get(slug=CITY)
    for model, hanging in (
        (Commons, ""),
        (Activity, ""),
        (Output, ""),
        (Group, ""),
        (Proposal, "versions"),
        (Pact, "versions"),
        (Listing, "modes"),
        (Room, ""),
    ):
        rows = model.objects.in_city(city).order_by("-pk")
        try:
            copies(rows.first(), hanging)
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
