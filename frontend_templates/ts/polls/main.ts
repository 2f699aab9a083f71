/** Votes in the room: one card each. The form goes out by the room's orders; here it is filled and kept as it was touched. */
import { Notes } from "../board/notes";
import { sorted } from "../board/order";
import { find, list, need, show, text } from "../live/dom";
import type { Poll, PollResult } from "../live/states";
import type { Room } from "../room/context";
import { Ballot, drawn, type Filled } from "./ballot";
import { flags, News, parts } from "./card";
import { BoardDots } from "./dots";
import { places, Ranking } from "./ranking";

const inputs: Record<string, string> = { multiple: "poll-check", dots: "poll-dots", ranking: "poll-place" };

/** One's own vote as the fields of the form say it. */
function mine({ options }: Poll): Filled {
  const given = options.filter((each) => each.mine > 0);
  return Object.fromEntries(given.flatMap(({ id, mine: own }): [string, string | boolean][] => [[`choice=${id}`, true], [`pick-${id}`, true], [`dots-${id}`, String(own)], [`place-${id}`, String(own)]]));
}

class Card {
  readonly ballot: Ballot | null;
  readonly #room: Room;
  readonly #element: HTMLElement;
  readonly #form: HTMLFormElement | null;
  readonly #numbers: Intl.NumberFormat;
  #ranking: Ranking | null = null;
  #poll: Poll;

  constructor(room: Room, element: HTMLElement, poll: Poll, before: Ballot | null) {
    this.#room = room;
    this.#element = element;
    this.#poll = poll;
    this.#numbers = new Intl.NumberFormat(room.language);
    this.#form = find<HTMLFormElement>(element, "vote-form");
    const { kind, options, language } = poll;
    const drafted = find(element, "drafted");
    if (drafted) list(drafted, options, (each) => each.id, (each) => ({ text: each.text, language }), "poll-drafted");
    this.ballot = this.#form && new Ballot(this.#form, before, () => this.#filled());
    if (!this.#form) return;
    const holder = need(this.#form, "options");
    list(holder, options, (each) => each.id, (each) => ({ key: each.id, text: each.text, poll: poll.id, budget: poll.budget, language }), inputs[kind] ?? "poll-radio", (row) => places(row, options.length));
    if (kind === "ranking") this.#ranking = new Ranking(holder, (key, n, total) => room.say.me(room.words.get("vote.rank", { text: options.find((each) => each.id === key)?.text ?? "", n, total })));
    if (kind === "dots") this.#dots(holder);
  }

  update(poll: Poll): void {
    this.#poll = poll;
    const { words } = this.#room;
    const { voted, eligible, assisted: entered } = poll.turnout;
    text(find(this.#element, "turnout"), [words.get("vote.turnout", { voted, eligible }), entered ? words.get("vote.assisted", { n: entered }) : ""].join(" ").trim());
    this.#result(poll.result);
    this.ballot?.update({ mine: mine(poll), people: poll.assisted, own: poll.may ? words.get("vote.own") : null, done: (name) => words.get("vote.done-for", { name }) });
    this.#filled();
  }

  #filled(): void {
    this.#ranking?.read();
    this.#left();
    this.#labels();
  }

  #labels(): void {
    if (!this.#form) return;
    const helps = Boolean(this.ballot?.whom);
    const voted = this.#poll.mine !== null;
    text(find(this.#form, "send"), this.#room.words.get(helps ? "vote.send-for" : voted ? "vote.change" : "vote.send"));
    show(find(this.#form, "mine"), voted && !helps);
  }

  #dots(holder: HTMLElement): void {
    for (const button of holder.querySelectorAll<HTMLElement>("button[data-dots]")) show(button, true);
    holder.addEventListener("input", () => this.#left());
    holder.addEventListener("click", (event) => {
      const button = (event.target as HTMLElement).closest<HTMLButtonElement>("button[data-dots]");
      const input = button?.parentElement?.querySelector("input");
      if (!button || !input) return;
      const by = Number(button.dataset["dots"]);
      if (by > 0 && this.#rest() < by) return;
      input.value = String(Math.max(0, Number(input.value) + by) || "");
      this.#left();
    });
  }

  #rest(): number {
    const spent = [...(this.#form?.querySelectorAll<HTMLInputElement>("input[name^=dots-]") ?? [])].reduce((sum, input) => sum + Number(input.value), 0);
    return this.#poll.budget - spent;
  }

  #left(): void {
    if (this.#poll.kind !== "dots") return;
    const rest = this.#rest();
    text(find(this.#element, "dots-left"), this.#room.words.count("vote.left", rest));
    for (const button of this.#element.querySelectorAll<HTMLElement>('button[data-dots="1"]')) button.setAttribute("aria-disabled", String(rest < 1));
  }

  #result(result: PollResult | null): void {
    const { words } = this.#room;
    const part = find(this.#element, "result");
    show(part, Boolean(result));
    if (!part || !result) return;
    const { kind, language, state } = this.#poll;
    const said = (n: number): string => (kind === "ranking" ? words.get("vote.points", { n: this.#numbers.format(n) }) : words.count(kind === "dots" ? "vote.dots" : "vote.votes", n));
    list(need(part, "rows"), result.rows, (row) => row.id, (row) => ({ text: row.text, words: said(row.count), bar: row.bar, first: row.first, language }), "poll-row", (element, row) => element.classList.toggle("is-first", row.first));
    show(find(part, "result-hidden"), result.hidden);
    show(find(part, "result-short"), state === "closed" && !result.reached);
    show(find(part, "median"), result.median.length > 0);
    text(find(part, "median"), words.get("vote.median", { steps: result.median.join(" – "), mean: result.mean === null ? "" : this.#numbers.format(result.mean) }));
    show(find(part, "beats"), Boolean(result.beats_all));
    text(find(part, "beats"), words.get("vote.beats", { text: result.beats_all }));
  }
}

/** When the result is seen. */
function seen({ live, anonymous }: Poll): string {
  if (!live) return "later";
  return anonymous ? "by_four" : "at_once";
}

/** Everything that decides how a card is built; what moves while people vote is not in it. */
function built(poll: Poll, leads: boolean): Record<string, string | number | boolean> {
  const { id, number, question, language, kind, state, budget, most, anonymous, eligible } = poll;
  const steps = kind === "scale" || kind === "temperature";
  return { id, number, question, language, state, budget, most, ...flags(kind, steps && "steps", anonymous ? "anonymous" : "named", seen(poll), eligible), ...parts(poll, leads) };
}

/** The form for a new vote shows only what its kind needs. */
function drafting(room: Room): void {
  const part = find(room.root, "new-poll");
  const kind = part && find<HTMLSelectElement>(part, "poll-kind");
  if (!part || !kind) return;
  const needs = (): void => {
    for (const field of part.querySelectorAll<HTMLElement>("[data-for]")) show(field, (field.dataset["for"] ?? "").split(" ").includes(kind.value));
  };
  kind.addEventListener("change", needs);
  part.querySelector("form")?.addEventListener("reset", () => {
    setTimeout(needs);
    (part as HTMLDetailsElement).open = false;
  });
  needs();
  const notes = new Notes(room.doc);
  const ideas = (): void => {
    const columns = room.state("board")?.columns ?? [];
    const all = columns.flatMap((column) => sorted(notes.all(), column.id));
    list(need(part, "poll-ideas"), all, (note) => note.id, (note) => ({ id: note.id, text: note.text }), "poll-idea");
  };
  part.addEventListener("toggle", ideas);
  kind.addEventListener("change", ideas);
  if ((part as HTMLDetailsElement).open) ideas();
}

export function start(room: Room): void {
  const holder = need(room.root, "polls");
  const cards = new Map<string, Card>();
  const news = new News(room, "vote");
  const ofPage = drawn(holder, "vote-form");
  const dots = new BoardDots(room);
  const draw = (): void => {
    const polls = room.state("polls")?.polls ?? [];
    const leads = room.can("facilitate");
    list(holder, polls, (poll) => poll.id, (poll) => built(poll, leads), "poll", (element, poll) => cards.set(poll.id, new Card(room, element, poll, cards.get(poll.id)?.ballot ?? ofPage(element.id))));
    for (const poll of polls) cards.get(poll.id)?.update(poll);
    news.tell(polls);
    dots.show(polls);
  };
  room.on("polls", draw);
  drafting(room);
  if (room.state("polls")) draw();
}
