/** The vote or the consent check on the hall's screen: what is asked, how many answered, and for a while what came out. */
import { find, list, need, render, show, text } from "../live/dom";
import type { Check, Poll, States } from "../live/states";
import type { Words } from "../live/words";
import { flags } from "../polls/card";

/** So long a result stays on a screen that chooses by itself. */
const AFTER = 3 * 60_000;

type Asked = { readonly check: Check; readonly poll?: undefined } | { readonly poll: Poll; readonly check?: undefined };

/** What the hall looks at: what is open, else what closed last. */
export function latest(checks: readonly Check[], polls: readonly Poll[]): Asked | null {
  const all: Asked[] = [...checks.map((check) => ({ check })), ...polls.map((poll) => ({ poll }))];
  const facts = (each: Asked): Check | Poll => each.check ?? each.poll;
  const open = all.find((each) => facts(each).state === "open");
  const closed = all.filter((each) => facts(each).state === "closed").sort((a, b) => Date.parse(facts(b).closed_at ?? "") - Date.parse(facts(a).closed_at ?? ""));
  return open ?? closed[0] ?? null;
}

export class Decide {
  readonly #root: HTMLElement;
  readonly #words: Words;
  readonly #numbers: Intl.NumberFormat;
  #asked: Asked | null = null;

  constructor(root: HTMLElement, words: Words, language: string) {
    this.#root = root;
    this.#words = words;
    this.#numbers = new Intl.NumberFormat(language);
  }

  set({ consent, polls }: Partial<States>): void {
    this.#asked = latest(consent?.checks ?? [], polls?.polls ?? []);
    if (this.#asked?.check) this.#check(this.#asked.check);
    else if (this.#asked) this.#poll(this.#asked.poll);
  }

  /** Whether a screen that chooses by itself shows it at `now`, the server's clock. */
  wanted(now: number): boolean {
    const asked = this.#asked?.check ?? this.#asked?.poll;
    if (!asked) return false;
    return asked.state === "open" || now - Date.parse(asked.closed_at ?? "") < AFTER;
  }

  #head(question: string, language: string, ...is: string[]): void {
    const title = need(this.#root, "decide-question");
    title.lang = language;
    text(title, question);
    need(this.#root, "decide-outcome").replaceChildren(...render("decide-outcome", flags(...is)).children);
  }

  #check(check: Check): void {
    const words = this.#words;
    this.#head(check.question, check.language, check.outcome || check.state);
    const passage = need(this.#root, "decide-passage");
    passage.lang = check.language;
    text(passage, check.passage);
    const { answered, present, agreed, concerns, blocks, waiting, assisted } = check.turnout;
    const known = agreed !== null && concerns !== null && blocks !== null;
    text(find(this.#root, "decide-turnout"), [words.get("check.answered", { answered, present }), known ? words.get("check.counts", { agreed, concerns, blocks, waiting }) : words.get("check.few"), assisted ? words.get("vote.assisted", { n: assisted }) : ""].join(" ").trim());
    this.#parts({ passage: true });
  }

  #poll(poll: Poll): void {
    const { voted, eligible, assisted } = poll.turnout;
    this.#head(poll.question, poll.language, poll.state);
    text(find(this.#root, "decide-turnout"), [this.#words.get("vote.turnout", { voted, eligible }), assisted ? this.#words.get("vote.assisted", { n: assisted }) : ""].join(" ").trim());
    const rows = poll.result?.rows ?? [];
    list(need(this.#root, "decide-options"), poll.options, (each) => `${poll.id} ${each.id}`, (each) => ({ text: each.text, language: poll.language }), "poll-drafted");
    list(need(this.#root, "decide-rows"), rows, (row) => `${poll.id} ${row.id}`, (row) => ({ text: row.text, words: this.#said(poll, row.count), bar: row.bar, first: row.first, language: poll.language }), "poll-row", (element, row) => element.classList.toggle("is-first", row.first));
    const closed = poll.state === "closed";
    this.#parts({ rows: rows.length > 0, options: rows.length === 0 && !closed, hidden: Boolean(poll.result?.hidden), short: closed && poll.result?.reached === false });
  }

  #said(poll: Poll, n: number): string {
    if (poll.kind === "ranking") return this.#words.get("vote.points", { n: this.#numbers.format(n) });
    return this.#words.count(poll.kind === "dots" ? "vote.dots" : "vote.votes", n);
  }

  #parts(seen: Record<string, boolean>): void {
    for (const part of ["passage", "options", "rows", "hidden", "short"]) show(find(this.#root, `decide-${part}`), seen[part] ?? false);
  }
}
