"""What people do together, what comes of it, who got it, and what it changed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from backend.activities.actions import come, credit_contributor, mark_done, plan_activity, record_output
from backend.activities.choices import ContributorRole, Licence
from backend.activities.models import Activity, Attendance
from backend.demo.story import Story, wind_back
from backend.impact import actions as impact
from backend.people.actions import make_guest
from backend.people.models import Person
from marketplace import actions as market
from marketplace.models import Listing, ListingMode, Order
from marketplace.modes import MODES

LICENCES = {"CC0 1.0": Licence.CC0, "CC BY 4.0": Licence.CC_BY, "CC BY-SA 4.0": Licence.CC_BY_SA}
OCCURRENCES = 2  # of a series, that took place already
SETTLED_AFTER = 2  # days from the hand-over to the fund


# -- Activities -------------------------------------------------------------------------------


def tell_activity(story: Story, each: Mapping[str, Any]) -> None:
    """An activity, past or coming; of a series also the last times that it took place."""
    repeats = each.get("repeats_days")
    days = each["days"]
    rounds = [days - repeats * n for n in range(OCCURRENCES, 0, -1)] if repeats else []
    if days < 0 and repeats:
        rounds = [days - repeats]
    found = [_one_activity(story, each, day) for day in [*rounds, days]]
    # What a series made came of the first time that is told.
    story.activities[each["key"]] = found[0] if days > 0 else found[-1]


def _one_activity(story: Story, each: Mapping[str, Any], days: int) -> Activity:
    starts = story.day(days, each["hour"])
    host = story.people[each["host"]]
    place = story.place(each["commons"])
    with story.at(min(starts - timedelta(days=12), story.now - timedelta(days=2))):
        activity = plan_activity(
            by=host,
            city=story.city,
            title=story.text(each["title"]),
            story=story.text(each["story"]),
            starts_at=starts,
            ends_at=starts + timedelta(minutes=each["minutes"]),
            place=place.shown_name().text,
            places=each.get("places"),
            access={**place.access, "languages": [story.language]},
            repeats_days=each.get("repeats_days"),
            commons=place,
            pact=story.pacts.get(each["pact"]),
            group=story.groups[each["group"]],
            language=story.language,
        )
    wind_back(
        activity,
        translations=story.translated(title=each["title"], story=each["story"]),
        made_at=min(starts - timedelta(days=12), story.now - timedelta(days=2)),
    )
    _who_comes(story, each, activity, days)
    return activity


def _who_comes(story: Story, each: Mapping[str, Any], activity: Activity, days: int) -> None:
    group = next(one for one in story.content["groups"] if one["key"] == each["group"])
    members = [story.people[key] for key in group["members"] if key != each["host"]]
    first = abs(days) * 5 % len(story.neighbours)
    if days >= 0:
        for person in [*members, *story.neighbours[first : first + 7]]:
            come(activity, by=person)
        return
    people = each.get("people") or int(each.get("places", 20) * 0.55) + abs(days) % 5
    there = [*members, *(story.neighbours * 2)[first : first + max(0, people - len(members) - 1)]]
    _note_who_came(story, activity, there)
    with story.at(activity.ends_at + timedelta(hours=2)):
        mark_done(activity, by=story.people[each["host"]], people_count=people)


def _note_who_came(story: Story, activity: Activity, people: list[Person]) -> None:
    """The paper list of the day, typed in afterwards."""
    Attendance.objects.across_cities().bulk_create(
        Attendance(city=story.city, activity=activity, person=person, came=True, at=activity.starts_at)
        for person in dict.fromkeys(people)
    )


# -- Outputs and listings ---------------------------------------------------------------------


def tell_outputs(story: Story) -> None:
    for each in story.content["outputs"]:
        activity = story.activities[each["activity"]]
        keeper = _keeper_of(story, activity)
        with story.at(activity.ends_at + timedelta(hours=3)) as moment:
            output = record_output(
                activity,
                by=keeper,
                title=story.text(each["title"]),
                kind=each["category"],
                licence=LICENCES.get(each["licence"], Licence.NONE),
                story=story.text(each["story"]),
                contributions=[
                    {
                        "person": story.people[maker["who"]],
                        "role": ContributorRole.MAKER,
                        "credit": story.text(maker["did"]),
                    }
                    for maker in each["makers"]
                ],
                pact=story.pacts.get(each["pact"]),
                language=story.language,
                translations=story.translated(title=each["title"], story=each["story"]),
                made_at=moment,
            )
            for part in output.contributions.select_related("person", "group"):
                credit_contributor(part, by=part.person)
        for maker in each["makers"]:
            parts = output.contributions.filter(person=story.people[maker["who"]])
            parts.update(language=story.language, translations=story.translated(credit=maker["did"]))
        story.outputs[each["key"]] = output
        more = [listing for listing in story.content["more_listings"] if listing["output"] == each["key"]]
        for listing in [*each["listings"], *more]:
            if listing["mode"] in MODES:
                _listing(story, output, keeper, listing, each)


def _keeper_of(story: Story, activity: Activity) -> Person:
    """Who acts for the group of an activity."""
    keys = {group.pk: key for key, group in story.groups.items()}
    group = next(each for each in story.content["groups"] if each["key"] == keys[activity.group_id])
    return story.people[group["contacts"][0]]


def _listing(story: Story, output: Any, keeper: Person, each: Mapping[str, Any], made: Mapping[str, Any]) -> None:
    """Offered with what is there now and what has gone since."""
    place = story.commons.get(each["pickup"])
    priced = MODES[each["mode"]].priced
    with story.at(output.made_at + timedelta(days=1)) as moment:
        listing = market.list_output(
            output,
            by=keeper,
            on_behalf_of=output.owner_group,
            text=story.text(each["text"]),
            modes=[
                {
                    "mode": each["mode"],
                    "stock": each["quantity"] + _gone(story, each["key"]),
                    "price_minor": each["price_minor"] if priced else None,
                }
            ],
            pickup=place.shown_name().text if place else "",
            lat=place.lat if place else None,
            lng=place.lng if place else None,
            split=[{"what": part["what"], "minor": part["minor"]} for part in each.get("split", ())],
            fund_share_bp=each["fund_bp"] if priced and output.pact else None,
            language=story.language,
            translations=story.translated(title=made["title"], text=each["text"]),
            made_at=moment,
        )
    story.listings[each["key"]] = listing


def _gone(story: Story, key: str) -> int:
    """How many of a listing change hands or are held back in this story."""
    content = story.content
    one_by_one = sum(
        each["quantity"] for each in chain(content["exchanges"], content["reserved"]) if each["listing"] == key
    )
    return one_by_one + sum(sum(each["quantities"]) for each in content["sales"] if each["listing"] == key)


# -- Orders and the fund ----------------------------------------------------------------------


def tell_orders(story: Story) -> None:
    """What changed hands, in the order of its days; what is still held back comes last."""
    rows = [
        (days, each["listing"], quantity, story.neighbours[(days * 13 + n * 29) % len(story.neighbours)], "")
        for each in story.content["sales"]
        for n, (days, quantity) in enumerate(zip(each["days"], each["quantities"], strict=True))
    ]
    for each in story.content["exchanges"]:
        if each["listing"] in story.listings:
            rows.append(
                (each["days"], each["listing"], each["quantity"], _taker(story, each), story.text(each["note"]))
            )
    for days, key, quantity, taker, note in sorted(rows, key=lambda row: row[:2]):
        _hand_over(story, story.listings[key], days, quantity, taker, note)
    for each in story.content["reserved"]:
        taker = story.people[each["who"]]
        _reserve(
            story, story.listings[each["listing"]], each["days"], each["quantity"], taker, story.text(each["note"])
        )
    for gift in story.content["gifts"]:
        with story.at(story.day(gift["days"], "21:00")) as moment:
            market.give_to_fund(
                story.pacts[gift["pact"]],
                by=story.people[gift["by"]],
                amount_minor=gift["minor"],
                note=story.text(gift["note"]),
                key=f"demo{gift['days']}",
                at=moment,
            )


def _taker(story: Story, each: Mapping[str, Any]) -> Person:
    if each["who"] != "guest":
        return story.people[each["who"]]
    name = story.neighbours[each["days"] % len(story.neighbours)].name
    return make_guest(name=name, language=story.language)


def _reserve(
    story: Story, listing: Listing, days: int, quantity: int, taker: Person, note: str, hour: str = "09:30"
) -> Order:
    offer: ListingMode = listing.modes.get()
    contact = "" if taker.email else f"{taker.name.split()[-1].strip('.').lower()}{abs(days)}@{story.city.slug}.example"
    with story.at(story.day(days, hour)) as moment:
        return market.order(
            listing, by=taker, mode=offer.mode, quantity=quantity, note=note, contact=contact, at=moment
        )


def _hand_over(story: Story, listing: Listing, days: int, quantity: int, taker: Person, note: str) -> None:
    """Reserved in the morning, handed over in the evening; the share arrives two days later."""
    order = _reserve(story, listing, days, quantity, taker, note)
    with story.at(story.day(days, "18:00")) as moment:
        market.confirm_given(order, by=listing.by, at=moment)
        order = market.confirm_taken(order, by=taker, at=moment)
    arrives: datetime = story.day(days + SETTLED_AFTER, "10:00")
    if order.fund_minor and days < -7:
        with story.at(arrives):
            market.settle_promise(order, by=story.one("officer"), at=arrives)


# -- Impact -----------------------------------------------------------------------------------


def tell_impact(story: Story) -> None:
    """The study, its questions, what was measured, and what people saw."""
    each = story.content["study"]
    researcher, pact = story.people[each["by"]], story.pacts[each["pact"]]
    with story.at(story.day(each["days"])) as moment:
        study = impact.open_study(
            by=researcher,
            city=story.city,
            title=story.text(each["title"]),
            question=story.text(each["question"]),
            finding=story.text(each["finding"]),
            pact=pact,
            language=story.language,
            translations=story.translated(title=each["title"], question=each["question"], finding=each["finding"]),
            at=moment,
        )
        instrument = impact.add_instrument(by=researcher, study=study, key="survey", items=each["items"])
    wind_back(instrument, made_at=moment)
    for order, one in enumerate(story.content["indicators"]):
        _indicator(story, one, study, order)
    for seen in story.content["observations"]:
        impact.observe(
            by=story.people[seen["who"]],
            city=story.city,
            text=story.text(seen["text"]),
            consent=seen["consent"],
            kind=seen["kind"],
            commons=story.place(seen["commons"]),
            pact=pact if pact.commons_id == story.place(seen["commons"]).pk else None,
            study=study,
            tags=seen["tags"],
            language=story.language,
            translations=story.translated(text=seen["text"]),
            at=story.day(seen["days"], "17:20"),
        )


def _indicator(story: Story, each: Mapping[str, Any], study: Any, order: int) -> None:
    series: dict[str, Any] = next((one for one in story.content["series"] if one["indicator"] == each["key"]), {})
    indicator = impact.set_indicator(
        by=study.by,
        city=story.city,
        key=each["key"],
        name=story.text(each["name"]),
        method=story.text(each["method"]),
        finding=story.text(series["finding"]) if series else "",
        unit=each["unit"],
        better=each["better"],
        people=each["unit"] == "%",
        order=order,
        pact=story.pacts[each["pact"]],
        study=study,
        language=story.language,
        translations=story.translated(
            name=each["name"], method=each["method"], **({"finding": series["finding"]} if series else {})
        ),
    )
    points = [{**each["baseline"], "is_baseline": True}] if "baseline" not in series else []
    points += [] if series else [{**one, "is_baseline": False} for one in each["measurements"]]
    for name in ("baseline", "since") if series else ():
        points += _spread(series, name)
    for one in points:
        impact.measure(
            by=study.by,
            indicator=indicator,
            value=one["value"],
            day=story.day(one["days"]).date(),
            n=one.get("n"),
            margin=one.get("margin"),
            is_baseline=one["is_baseline"],
        )


def _spread(series: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A series of values at even steps, as points."""
    run = series.get(name, {"days": 0, "values": []})
    return [
        {
            "days": run["days"] + series["every"] * step,
            "value": value,
            "n": series.get("n"),
            "margin": series.get("margin"),
            "is_baseline": name == "baseline",
        }
        for step, value in enumerate(run["values"])
    ]
