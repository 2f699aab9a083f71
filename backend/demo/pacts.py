"""What neighbours proposed and what they signed with their city."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from backend.base.canonical import sha256
from backend.base.texts import official
from backend.cities.models import ReferenceCounter
from backend.conversations.actions import flag, hide_post
from backend.demo.story import Story, wind_back
from backend.pacts import actions
from backend.pacts.actions.versions import locked, rows_of, write_version
from backend.pacts.choices import CommitmentState, PactForm, PartyKind, ProposalState
from backend.pacts.models import Pact, Proposal, Rules, Support
from backend.people.models import Person

Node = dict[str, Any]


def start_numbers(story: Story) -> None:
    """New references go on after those of the story."""
    content = story.content
    proposals = [each["reference"] for each in [*content["proposals"], content["origin"]["proposal"]]]
    pacts = [each["reference"] for each in [*content["pacts"], *content.get("earlier_pacts", ())]]
    last: dict[str, int] = {"P": max(int(reference.rsplit("-", 1)[1]) for reference in proposals)}
    for reference in pacts:
        _city, year, number = reference.split("-")
        last[year] = max(last.get(year, 0), int(number))
    for series, number in last.items():
        ReferenceCounter.objects.update_or_create(city=story.city, series=series, defaults={"last": number})


# -- Proposals --------------------------------------------------------------------------------


def tell_proposals(story: Story) -> None:
    """Proposals that came in on their own, each as far as it has got."""
    for number, each in enumerate(story.content["proposals"]):
        group = story.groups[each["group"]]
        content = _document(story, each)
        with story.at(story.day(each["days"])) as moment:
            proposal = actions.submit_proposal(
                by=_keeper(story, each["group"]),
                city=story.city,
                title=story.text(each["title"]),
                summary=story.text(each["summary"]),
                asks=story.text(each["asks"]),
                content=content,
                sha256=sha256(content),
                language=story.language,
                authors=[story.people[key] for key in each["authors"]],
                origin={},
                commons=story.place(each["commons"]),
                group=group,
                weight=each["weight"],
                translations=story.translated(title=each["title"], summary=each["summary"], asks=each["asks"]),
                reference=each["reference"],
                at=moment,
            )
        story.proposals[each["reference"]] = proposal
        publish(story, proposal, each, published=each["days"] + 1, first=number * 37)
        _bring_to(story, proposal, each)


def _keeper(story: Story, group: str) -> Person:
    each = next(each for each in story.content["groups"] if each["key"] == group)
    return story.people[each["contacts"][0]]


def _document(story: Story, each: Mapping[str, Any]) -> Node:
    """Its text, under the headings that proposals of this city use."""
    headings = [story.text(turn["text"]) for turn in story.content["origin"]["turns"] if turn["block"] == "heading"]
    does = [story.text(words) for words in story.content["does"][each["key"]]]
    parts = [
        _block(f"{each['key']}-1", "heading", headings[0]),
        _block(f"{each['key']}-2", "paragraph", story.text(each["summary"])),
        _block(f"{each['key']}-3", "heading", headings[1]),
        _list(f"{each['key']}-4", does),
        _block(f"{each['key']}-5", "heading", headings[2]),
        _block(f"{each['key']}-6", "paragraph", story.text(each["asks"])),
    ]
    return {"type": "doc", "content": parts}


def _block(key: str, kind: str, text: str) -> Node:
    level = {"level": 2} if kind == "heading" else {}
    return {"type": kind, "attrs": {"id": key, **level}, "content": [{"type": "text", "text": text}]}


def _list(key: str, items: Sequence[str]) -> Node:
    rows = [
        {"type": "listItem", "attrs": {"id": f"{key}-{n}"}, "content": [_block(f"{key}-{n}p", "paragraph", item)]}
        for n, item in enumerate(items, 1)
    ]
    return {"type": "bulletList", "attrs": {"id": key}, "content": rows}


def publish(story: Story, proposal: Proposal, each: Mapping[str, Any], *, published: int, first: int) -> None:
    """An officer reads it; neighbours support it and speak about it."""
    if proposal.state == ProposalState.SUBMITTED:
        with story.at(story.day(published)) as moment:
            actions.publish(proposal=proposal, by=story.one("officer"), at=moment)
    proposal.refresh_from_db()
    _support(story, proposal, each["supports"], story.day(published), first)
    _speak(story, proposal, each["contributions"])


def _support(story: Story, proposal: Proposal, wanted: int, since: datetime, first: int) -> None:
    """So many neighbours support it in the public weeks, most of them early: one account each."""
    people = [*story.neighbours[first:], *story.neighbours[:first]][:wanted]
    span = min(timedelta(days=27), story.now - since - timedelta(hours=1))
    Support.objects.across_cities().bulk_create(
        Support(
            city=story.city,
            proposal=proposal,
            person=person,
            offers_help=number % 9 == 4,
            at=since + span * (number / wanted) ** 1.6,
        )
        for number, person in enumerate(people)
    )


def _speak(story: Story, proposal: Proposal, contributions: Iterable[Mapping[str, Any]]) -> None:
    """What people said; an answer hangs on the question or objection before it."""
    asked = None
    for each in contributions:
        by, words = story.people[each["who"]], story.text(each["text"])
        said: dict[str, Any] = {
            "proposal": proposal,
            "by": by,
            "text": words,
            "language": story.language,
            "translations": story.translated(text=each["text"]),
        }
        with story.at(story.day(each["days"], "18:20")) as moment:
            if each["kind"] == "official":
                actions.answer_officially(at=moment, **said)
            elif each["kind"] == "answer":
                actions.comment(parent=asked, at=moment, **said)
            else:
                asked = actions.comment(kind=each["kind"], at=moment, **said)


def tell_reported(story: Story) -> None:
    """What somebody said that others reported: one waits for a decision, one was hidden with a reason."""
    proposal = story.proposals[story.content["proposals"][0]["reference"]]
    for number, each in enumerate(story.content["reported"]):
        with story.at(story.day(each["days"], "21:40")) as moment:
            said = actions.comment(
                proposal=proposal,
                by=story.neighbours[-1 - number],
                text=story.text(each["text"]),
                language=story.language,
                translations=story.translated(text=each["text"]),
                at=moment,
            )
            for place, reason in enumerate(each["flags"]):
                wind_back(flag(by=story.neighbours[-10 - place], post=said, reason=reason), at=moment)
            if "hidden" in each:
                act = hide_post(post=said, by=story.one("admin"), reason=each["hidden"])
                wind_back(act, at=moment)


def _bring_to(story: Story, proposal: Proposal, each: Mapping[str, Any]) -> None:
    """The city's review, and its answer where there is one."""
    wanted, officer = each["state"], story.one("officer")
    if wanted == ProposalState.PUBLISHED:
        return
    days = each["days"] + 31
    if "answer_due_days" in each:
        days = each["answer_due_days"] - Rules.of(story.city).days("assessment")
    with story.at(story.day(days)) as moment:
        actions.take_up(proposal=proposal, by=officer, at=moment)
    answered = story.day(min(days + 16, -2))
    reason = story.text(each.get("decision", story.content["words"]["admitted"]))
    with story.at(answered) as moment:
        if wanted == ProposalState.REJECTED:
            actions.reject(proposal=proposal, by=officer, reason=reason, at=moment)
        elif wanted == ProposalState.REFORMULATE:
            actions.redirect(proposal=proposal, by=officer, reason=reason, at=moment)
        elif wanted in {ProposalState.CO_DESIGN, ProposalState.CO_DESIGN_FAILED}:
            admitted = story.content["words"]["admitted"]
            pact = actions.admit(proposal=proposal, by=officer, reason=admitted, at=moment)
    if wanted == ProposalState.CO_DESIGN_FAILED:
        with story.at(story.day(min(days + 60, -1))):
            actions.give_up(pact=pact, by=_keeper(story, each["group"]), reason=reason)


# -- Pacts ------------------------------------------------------------------------------------


def tell_first_pact(story: Story, proposal: Proposal, blocks: Mapping[str, Sequence[str]]) -> Pact:
    """From the proposal that a room wrote to a pact in force. `blocks`: clause -> the room's blocks."""
    each, origin = story.content["pacts"][0], story.content["origin"]["proposal"]
    signed, officer = each["signed_days"], story.one("officer")
    begun = min(entry["days"] for entry in origin["contributions"]) - 4
    publish(story, proposal, origin, published=begun, first=5)
    with story.at(story.day(begun + 30)) as moment:
        actions.take_up(proposal=proposal, by=officer, at=moment)
    others = [story.groups[party["group"]] for party in each["parties"] if party["kind"] == PartyKind.GROUP]
    with story.at(story.day(signed - 21)) as moment:
        pact = actions.admit(
            proposal=proposal,
            by=officer,
            reason=story.text(origin["decision"]),
            form=each["form"],
            fund_share_bp=each["fund_share_bp"],
            years=each["years"],
            parties=others,
            reference=each["reference"],
            at=moment,
        )
    with story.at(story.day(signed - 6)) as moment:
        _write_together(story, pact, proposal, each, blocks, moment)
    _sign(story, pact, each)
    _keep_promises(story, pact, each)
    story.pacts[each["reference"]] = pact
    return pact


def _write_together(
    story: Story,
    pact: Pact,
    proposal: Proposal,
    each: Mapping[str, Any],
    blocks: Mapping[str, Sequence[str]],
    at: datetime,
) -> None:
    """One evening at the table: every clause gets its words, and points at the sentences it came from."""
    held = locked(pact)
    held.title = story.text(each["title"])
    held.translations = story.translated(title=each["title"])
    held.save(update_fields=["title", "translations"])
    agreed = {clause["key"]: clause for clause in each["clauses"]}
    source = {
        "kind": "proposal",
        "id": str(proposal.pk),
        "url": proposal.get_absolute_url(),
        "title": proposal.reference,
    }
    rows = rows_of(held.latest())
    for row in rows:
        key = row["key"]
        clause = agreed.get(key) or story.content["standing"].get(key)
        if clause is not None:
            row["text"], row["article"] = official(clause["text"]), str(clause["article"])
        row["block_ids"] = list(blocks.get(key, ()))
        row["source"] = source if row["block_ids"] else {}
    write_version(held, by=story.one("facilitator"), rows=rows, reason="", at=at)


def _sign(story: Story, pact: Pact, each: Mapping[str, Any]) -> None:
    """All say yes to the same hash, then sign it: as equals."""
    parties = {party.group_id: party for party in pact.parties.all()}
    signed = each["signed_days"]
    sides = [(parties[_group_key(story, side)], side) for side in each["parties"]]
    text = pact.latest()
    for number, (party, side) in enumerate(sides):
        with story.at(story.day(signed - 3, f"{17 + number}:10")) as moment:
            actions.agree(party=party, by=story.people[side["signs"]], sha256=text.sha256, at=moment)
    with story.at(story.day(signed - 2)) as moment:
        actions.freeze(pact=pact, by=story.one("officer"), at=moment)
    for number, (party, side) in enumerate(sides):
        signer = story.people[side["signs"]]
        with story.at(story.day(signed, f"{17 + number}:40")) as moment:
            actions.sign(
                party=party,
                by=signer,
                sha256=text.sha256,
                written_name=signer.name,
                capacity=_capacity(story, side),
                at=moment,
            )
    pact.refresh_from_db()


def _group_key(story: Story, side: Mapping[str, Any]) -> Any:
    return None if side["kind"] == PartyKind.CITY else story.groups[side["group"]].pk


def _capacity(story: Story, side: Mapping[str, Any]) -> str:
    """The office for the city, the contact person for a group."""
    if side["kind"] == PartyKind.CITY:
        return str(side["name"]).rpartition(", ")[2]
    return str(story.content["words"]["contact"])


def tell_earlier_pacts(story: Story) -> None:
    """Pacts signed on paper before the city used Copact."""
    for each in [*story.content["pacts"][1:], *story.content.get("earlier_pacts", ())]:
        with story.at(story.day(each["signed_days"])) as moment:
            pact = actions.import_pact(
                by=story.one("officer"),
                city=story.city,
                reference=each["reference"],
                title=story.text(each["title"]),
                language=story.language,
                form=each.get("form", PactForm.ORDINARY),
                parties=_sides(story, each),
                clauses=_clauses(story, each),
                signed_at=moment,
                years=each["years"],
                fund_share_bp=each.get("fund_share_bp", 0),
                commons=story.place(each["commons"]),
                translations=story.translated(title=each["title"]),
            )
        story.pacts[each["reference"]] = pact
        _keep_promises(story, pact, each)


def _sides(story: Story, each: Mapping[str, Any]) -> list[dict[str, Any]]:
    officer, contact = story.one("officer"), str(story.content["words"]["contact"])
    if "parties" not in each:
        keeper = story.people[each["group"]["keeper"]]
        city = story.content["pacts"][0]["parties"][0]
        sides = [(None, officer, _capacity(story, city)), (story.groups[each["reference"]], keeper, contact)]
    else:
        sides = [
            (
                None if side["kind"] == PartyKind.CITY else story.groups[side["group"]],
                story.people[side["signs"]],
                _capacity(story, side),
            )
            for side in each["parties"]
        ]
    return [
        {"group": group, "signer": signer, "written_name": signer.name, "capacity": capacity}
        for group, signer, capacity in sides
    ]


def _clauses(story: Story, each: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Its clauses in the regulation's order; what it does not say itself, the standing clause says."""
    own = {clause["key"]: clause for clause in each.get("clauses", ())}
    for key in ("object", "aims"):
        if key in each:
            own[key] = {"text": each[key], "article": 10}
    standing = story.content["standing"]
    mandatory = Rules.of(story.city).mandatory(each.get("form", PactForm.ORDINARY))
    order = [clause["key"] for clause in Rules.of(story.city).clauses()]
    keys = sorted({*mandatory, *own}, key=order.index)
    return [{"key": key, **(own.get(key) or standing[key])} for key in keys if key in own or key in standing]


def _keep_promises(story: Story, pact: Pact, each: Mapping[str, Any]) -> None:
    """Commitments as they stand, and the reports."""
    parties = {party.group_id: party for party in pact.parties.all()}
    keys = {"city": None} | {key: group.pk for key, group in story.groups.items()}
    officer = story.one("officer")
    for promise in each.get("commitments", ()):
        with story.at(story.day(each["signed_days"])):
            commitment = actions.add_commitment(
                pact=pact,
                by=officer,
                what=story.text(promise["what"]),
                parties=[parties[keys[key]] for key in promise["who"]],
                due=story.day(promise["due_days"]).date(),
                language=story.language,
                translations=story.translated(what=promise["what"]),
            )
        if promise["state"] != CommitmentState.PLANNED:
            reason = story.content["words"]["late"] if promise["state"] == CommitmentState.LATE else ""
            with story.at(story.day(min(promise["due_days"], -1))):
                actions.move_commitment(commitment=commitment, to=promise["state"], by=officer, reason=reason)
    for report in each.get("reports", ()):
        _report(story, pact, report)


def _report(story: Story, pact: Pact, each: Mapping[str, Any]) -> None:
    names = ("objectives", "actions", "results", "resources", "not_working")
    with story.at(story.day(each["days"], "20:30")) as moment:
        made = actions.report(
            pact=pact,
            by=story.people[each["by"]],
            language=story.language,
            translations=story.translated(**{name: each[name] for name in names}),
            at=moment,
            **{name: story.text(each[name]) for name in names},
        )
    if each["accepted_by"]:
        with story.at(story.day(each["days"] + 4)):
            actions.accept_report(report=made, by=story.people[each["accepted_by"]])
