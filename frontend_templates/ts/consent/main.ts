/** The consent check in the room: one card each, counts for all, and the concerns to work on. */
import { find, list, need, render, show, text } from "../live/dom";
import type { Check, Turnout } from "../live/states";
import { Ballot, drawn, type Filled } from "../polls/ballot";
import { flags, News, parts } from "../polls/card";
import type { Room } from "../room/context";

/** The narrowest part of the bar that has room for its number, out of a hundred. */
const LEAST = 9;

/** Where each part of the bar begins, and how wide it is, out of a hundred. */
export function bar(counts: readonly number[]): { x: number; w: number; m: number }[] {
  const whole = counts.reduce((sum, count) => sum + count, 0) || 1;
  const wide = counts.map((count) => (count ? Math.max(LEAST, (100 * count) / whole) : 0));
  const all = wide.reduce((sum, width) => sum + width, 0) || 1;
  let x = 0;
  return wide.map((each) => {
    const width = (100 * each) / all;
    const part = { x: x + 0.3, w: Math.max(0, width - 0.6), m: x + width / 2 };
    x += width;
    return part;
  });
}

/** One's own answer as the fields of the form say it. */
function mine({ mine: answer, words, named }: Check): Filled {
  return { [`answer=${answer ?? ""}`]: true, text: words, named };
}

class Card {
  readonly ballot: Ballot | null;
  readonly #room: Room;
  readonly #element: HTMLElement;
  readonly #form: HTMLFormElement | null;
  #check: Check;

  constructor(room: Room, element: HTMLElement, check: Check, before: Ballot | null) {
    this.#room = room;
    this.#element = element;
    this.#check = check;
    this.#form = find<HTMLFormElement>(element, "answer-form");
    this.ballot = this.#form && new Ballot(this.#form, before, () => this.#labels());
  }

  update(check: Check): void {
    this.#check = check;
    const { words } = this.#room;
    this.#counts(check.turnout);
    this.#concerns();
    this.ballot?.update({ mine: mine(check), people: check.assisted, own: check.may ? words.get("vote.own") : null, done: (name) => words.get("check.done-for", { name }) });
    this.#labels();
  }

  #labels(): void {
    if (!this.#form) return;
    const helps = Boolean(this.ballot?.whom);
    const answered = this.#check.mine !== null;
    text(find(this.#form, "send"), this.#room.words.get(helps ? "check.send-for" : answered ? "check.change" : "check.send"));
    show(find(this.#form, "mine"), answered && !helps);
  }

  #counts(turnout: Turnout): void {
    const { words } = this.#room;
    const { present, answered, agreed, concerns, blocks, waiting, assisted: entered } = turnout;
    const known = agreed !== null && concerns !== null && blocks !== null;
    const said = known ? words.get("check.counts", { agreed, concerns, blocks, waiting }) : words.get("check.few");
    text(find(this.#element, "check-counts"), [words.get("check.answered", { answered, present }), said, entered ? words.get("vote.assisted", { n: entered }) : ""].join(" ").trim());
    const drawing = this.#element.querySelector<SVGElement>('[data-part="tally"]');
    if (!drawing) return;
    drawing.toggleAttribute("hidden", !known);
    if (!known) return;
    drawing.setAttribute("aria-label", said);
    const counts = [agreed, concerns, blocks, waiting];
    const [boxes, labels] = [drawing.querySelectorAll("rect"), drawing.querySelectorAll("text")];
    bar(counts).forEach(({ x, w, m }, at) => {
      boxes[at]?.setAttribute("x", `${x}%`);
      boxes[at]?.setAttribute("width", `${w}%`);
      labels[at]?.setAttribute("x", `${m}%`);
      const label = labels[at];
      if (label) label.textContent = counts[at] ? String(counts[at]) : "";
    });
  }

  #concerns(): void {
    const { concerns } = this.#check;
    const leads = this.#room.can("facilitate");
    show(find(this.#element, "concerns-box"), concerns.length > 0);
    list(need(this.#element, "concerns"), concerns, (each) => each.id, (each) => ({ id: each.id, text: each.text, name: each.name, how: each.how, by: each.by, version: each.version ?? 0, ...flags(each.kind, each.state, !each.shown && "unshown", leads && each.state === "open" && "acts") }), "concern", (element) => this.#met(element));
  }

  /** The versions that were kept after the check, as they stand when somebody is about to say which one meets a concern. */
  #met(element: HTMLElement): void {
    const select = find<HTMLSelectElement>(element, "met-versions");
    if (!select) return;
    const own = [...select.options];
    const fill = (): void => {
      const chosen = select.value;
      const kept = (this.#room.state("versions")?.versions ?? []).filter(({ number }) => number > this.#check.version.number);
      select.replaceChildren(...own, ...kept.map(({ number, title }) => render("check-version", { number, title })));
      select.value = chosen;
    };
    for (const event of ["focus", "pointerdown"]) select.addEventListener(event, fill);
  }
}

function built(check: Check, leads: boolean): Record<string, string | number | boolean> {
  const { id, question, language, passage, sha256, state, outcome, version } = check;
  return { id, question, language, passage, sha256, state, number: version.number, ...flags(outcome, check.whole ? "whole" : "part"), ...parts(check, leads) };
}

/** The versions that one can ask about. */
function versions(room: Room): void {
  const select = find<HTMLSelectElement>(room.root, "check-versions");
  if (!select) return;
  const draw = (): void => {
    const chosen = select.value;
    const kept = room.state("versions")?.versions ?? [];
    const first = select.options[0];
    const holder = document.createElement("div");
    list(holder, kept, (each) => String(each.number), ({ number, title }) => ({ number, title }), "check-version");
    select.replaceChildren(...(first ? [first] : []), ...holder.children);
    select.value = chosen;
  };
  select.form?.addEventListener("reset", () => select.closest("details")?.removeAttribute("open"));
  room.on("versions", draw);
  if (room.state("versions")) draw();
}

export function start(room: Room): void {
  const holder = need(room.root, "checks");
  const cards = new Map<string, Card>();
  const news = new News(room, "check");
  const ofPage = drawn(holder, "answer-form");
  const draw = (): void => {
    const checks = room.state("consent")?.checks ?? [];
    const leads = room.can("facilitate");
    list(holder, checks, (check) => check.id, (check) => built(check, leads), "check", (element, check) => cards.set(check.id, new Card(room, element, check, cards.get(check.id)?.ballot ?? ofPage(element.id))));
    for (const check of checks) cards.get(check.id)?.update(check);
    news.tell(checks);
  };
  room.on("consent", draw);
  versions(room);
  if (room.state("consent")) draw();
}
