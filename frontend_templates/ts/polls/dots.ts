/** Dots on the ideas themselves: given and taken back on the board while the vote is open, and counted there when it is closed. */
import { find, need, render, show, text } from "../live/dom";
import { Refusal } from "../live/orders";
import type { Poll } from "../live/states";
import type { Room } from "../room/context";
import { assisted } from "./card";

/** So many presses go as one vote. */
const GATHER = 500;

type Dots = ReadonlyMap<string, number>;

/** The dot vote that the board shows: what is open, else what closed last. */
export function onBoard(polls: readonly Poll[]): Poll | null {
  const noted = polls.filter((poll) => poll.kind === "dots" && poll.options.some((option) => option.note));
  return noted.find((poll) => poll.state === "open") ?? noted.find((poll) => poll.state === "closed" && poll.result && !poll.result.hidden) ?? null;
}

/** Idea -> the dots that all gave it. */
export function totals(poll: Poll): Dots {
  const notes = new Map(poll.options.map((option) => [option.id, option.note]));
  return new Map((poll.result?.rows ?? []).flatMap((row): [string, number][] => {
    const note = notes.get(row.id);
    return note ? [[note, row.count]] : [];
  }));
}

/** One dot more or less on an option; as before where none is left to give, or to take. */
export function dotted(given: Dots, option: string, by: number, budget: number): Dots {
  const spent = [...given.values()].reduce((sum, n) => sum + n, 0);
  const now = (given.get(option) ?? 0) + by;
  return now < 0 || spent + by > budget ? given : new Map(given).set(option, now);
}

export class BoardDots {
  readonly #room: Room;
  readonly #board: HTMLElement;
  #poll: Poll | null = null;
  /** Option -> the dots: as the server has mine, or as they were just put. What others gave before is nobody's to see. */
  #given: Dots = new Map();
  /** For whom without a device who leads gives the dots; "" for oneself. */
  #whom = "";
  #sending: ReturnType<typeof setTimeout> | undefined;
  #waits = false;

  constructor(room: Room) {
    this.#room = room;
    this.#board = need(room.root, "board");
    this.#board.addEventListener("click", (event) => this.#click(event));
    this.#board.addEventListener("keydown", (event) => this.#key(event));
    this.#select?.addEventListener("change", () => this.#turn());
    new MutationObserver(() => this.#draw()).observe(this.#board, { childList: true, subtree: true });
  }

  show(polls: readonly Poll[]): void {
    const poll = onBoard(polls);
    const another = poll?.id !== this.#poll?.id;
    if (another) this.#forget();
    this.#poll = poll;
    const before = this.#whom;
    this.#choices();
    // Whose dots they were is not here any more: they become nobody else's.
    if (this.#whom !== before) this.#forget();
    if (!this.#waits && (another || this.#whom !== before || !this.#whom)) this.#given = this.#start();
    this.#draw();
  }

  get #select(): HTMLSelectElement | null {
    return find<HTMLSelectElement>(this.#room.root, "board-dots-who")?.querySelector("select") ?? null;
  }

  #start(): Dots {
    return new Map(this.#whom ? [] : this.#poll?.options.map((option) => [option.id, option.mine]));
  }

  /** Oneself and, for who leads, the people without a device. */
  #choices(): void {
    const holder = find(this.#room.root, "board-dots-who");
    const people = (this.#poll?.state === "open" && this.#poll.assisted) || [];
    show(holder, people.length > 0);
    const { words } = this.#room;
    if (holder && people.length) assisted(holder, people, this.#poll?.may ? words.get("vote.own") : null, (name) => words.get("vote.done-for", { name }));
    this.#whom = people.length ? (this.#select?.value ?? "") : "";
  }

  /** What was just given to one goes out before it is another's turn. */
  #turn(): void {
    clearTimeout(this.#sending);
    if (this.#poll && this.#waits && this.#left < this.#poll.budget) void this.#send(this.#poll);
    this.#whom = this.#select?.value ?? "";
    this.#waits = false;
    this.#given = this.#start();
    this.#draw();
  }

  get #gives(): boolean {
    return this.#poll?.state === "open" && (this.#poll.may || Boolean(this.#whom));
  }

  get #left(): number {
    return (this.#poll?.budget ?? 0) - [...this.#given.values()].reduce((sum, n) => sum + n, 0);
  }

  #forget(): void {
    clearTimeout(this.#sending);
    this.#waits = false;
  }

  #draw(): void {
    const poll = this.#poll;
    const { root, words } = this.#room;
    const counts = this.#counts();
    for (const element of this.#board.querySelectorAll<HTMLElement>("[data-note]")) {
      const found = counts.get(element.dataset["note"] ?? "");
      if (found) this.#mark(element, found.option, words.count("vote.dots", found.count));
      else find(element, "note-dots")?.remove();
    }
    show(find(root, "board-dots"), Boolean(poll));
    show(find(root, "board-dots-how"), this.#gives);
    text(find(root, "board-dots-question"), poll?.question ?? "");
    text(find(root, "board-dots-left"), this.#told());
  }

  /** Idea -> its option, and the dots that it shows: mine while I give them, else those of all where they are known. */
  #counts(): ReadonlyMap<string, { readonly option: string; readonly count: number }> {
    const found = new Map<string, { option: string; count: number }>();
    const all = this.#poll ? totals(this.#poll) : new Map<string, number>();
    for (const { id, note } of this.#poll?.options ?? []) {
      const count = this.#gives ? (this.#given.get(id) ?? 0) : all.get(note ?? "");
      if (note && count !== undefined) found.set(note, { option: id, count });
    }
    return found;
  }

  #told(): string {
    const { words } = this.#room;
    if (this.#gives) return words.count("vote.left", this.#left);
    return this.#poll?.state === "closed" ? words.get("dots.result") : "";
  }

  /** Only where something changed, so that the watch over the board comes to rest, and a pressed button keeps the focus. */
  #mark(element: HTMLElement, option: string, said: string): void {
    const gives = this.#gives;
    const kind = `${this.#poll?.id ?? ""} ${option} ${String(gives)}`;
    let part = find(element, "note-dots");
    if (part?.dataset["kind"] !== kind) {
      part?.remove();
      part = render("note-dots", { text: element.querySelector("p")?.textContent ?? "", gives });
      Object.assign(part.dataset, { kind, option });
      element.append(part);
    }
    const count = need(part, "dot-count");
    if (count.textContent !== said) text(count, said);
  }

  #click(event: MouseEvent): void {
    const button = (event.target as HTMLElement).closest<HTMLElement>("button[data-dot]");
    const option = button?.closest<HTMLElement>("[data-option]")?.dataset["option"];
    if (button && option) this.#give(option, Number(button.dataset["dot"]));
  }

  /** On the idea itself: plus gives a dot, minus takes one back. */
  #key(event: KeyboardEvent): void {
    const element = event.target as HTMLElement;
    if (!element.dataset["note"] || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { "+": 1, "=": 1, "-": -1 }[event.key];
    const option = find(element, "note-dots")?.dataset["option"];
    if (!by || !option || !this.#gives) return;
    event.preventDefault();
    this.#give(option, by);
  }

  #give(option: string, by: number): void {
    const { say, words } = this.#room;
    const poll = this.#poll;
    if (!poll || !this.#gives) return;
    const given = dotted(this.#given, option, by, poll.budget);
    if (given === this.#given) return say.me(words.count("vote.left", this.#left));
    this.#given = given;
    this.#waits = true;
    this.#draw();
    say.me([words.count("vote.dots", given.get(option) ?? 0), words.count("vote.left", this.#left)].join(", "));
    clearTimeout(this.#sending);
    // The last dot cannot be taken back into the hand: it counts where it was until it lies elsewhere.
    if (this.#left === poll.budget) return text(find(this.#room.root, "board-dots-left"), words.get("dots.last"));
    this.#sending = setTimeout(() => void this.#send(poll), GATHER);
  }

  async #send(poll: Poll): Promise<void> {
    const value = Object.fromEntries([...this.#given].filter(([, n]) => n > 0));
    const sent = this.#given;
    try {
      await this.#room.orders.send("polls", "vote", { poll: poll.id, value, ...(this.#whom ? { for: this.#whom } : {}) } as never);
    } catch (error) {
      this.#room.say.now(error instanceof Refusal && error.message ? error.message : this.#room.words.get("order.failed"));
    }
    if (this.#given !== sent) return;
    this.#waits = false;
    this.show(this.#room.state("polls")?.polls ?? []);
  }
}
