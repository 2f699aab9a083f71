/** What votes and consent checks share on the page: who they are entered for, what is said, what waits for me. */
import { find, show, text } from "../live/dom";
import type { Assisted } from "../live/states";
import type { Room } from "../room/context";
import { options } from "../room/options";

/** What is so, as the values that a template asks for; the empty ones are not. */
export function flags(...names: (string | false)[]): Record<string, boolean> {
  return Object.fromEntries(names.filter(Boolean).map((name) => [String(name), true]));
}

interface Asked {
  readonly state: "draft" | "open" | "closed";
  readonly may: boolean;
  readonly quorum: number;
  readonly assisted: readonly Assisted[];
}

/** Which parts of a card there are: for who may vote, who votes for others, who looks on, who leads. */
export function parts({ state, may, quorum, assisted: helped }: Asked, leads: boolean): Record<string, boolean | number> {
  const stages = { draft: ["draft", "rules"], open: ["open", "rules", "voting"], closed: ["closed", "voting"] }[state];
  const told = flags(...stages, leads && state !== "closed" && "acts");
  if (state !== "open") return { ...told, quorum };
  return { ...told, quorum, ...flags((may || helped.length > 0) && "form", helped.length > 0 && "assists", !may && "barred") };
}

/** The choice of for whom: oneself, or people without a device. Keeps what is chosen while it can. */
export function assisted(form: HTMLElement, people: readonly Assisted[], own: string | null, done: (name: string) => string): void {
  const select = find<HTMLSelectElement>(form, "for");
  if (!select) return;
  options(select, [...(own === null ? [] : [{ id: "", name: own }]), ...people.map(({ id, name, voted }) => ({ id, name: voted ? done(name) : name }))]);
  if (select.selectedIndex < 0) select.selectedIndex = 0;
}

/** Says once that something opened or closed, and marks the tab; what was open already when the page came is not said. */
export class News {
  readonly #room: Room;
  readonly #prefix: string;
  #before: ReadonlyMap<string, string> | null = null;

  constructor(room: Room, prefix: string) {
    this.#room = room;
    this.#prefix = prefix;
  }

  tell(rows: readonly { id: string; state: string; question: string; may: boolean; mine: unknown }[]): void {
    const { say, words, root } = this.#room;
    for (const { id, state, question, may, mine } of rows) {
      const was = this.#before?.get(id);
      const opened = state === "open" && was !== "open";
      if (opened && may && mine === null) root.dispatchEvent(new CustomEvent("copact:news", { detail: { view: "decide", n: 1 } }));
      if (this.#before && opened) say.me(words.get(`${this.#prefix}.opened`, { question }));
      if (state === "closed" && was === "open") say.me(words.get(`${this.#prefix}.closed`, { question }));
    }
    this.#before = new Map(rows.map(({ id, state }) => [id, state]));
    waiting(this.#room);
  }
}

/** The card at the top of the room: what is open and waits for me. */
export function waiting(room: Room): void {
  const card = find(room.root, "vote-now");
  const open = [...(room.state("consent")?.checks ?? []), ...(room.state("polls")?.polls ?? [])].find((each) => each.state === "open" && each.may && each.mine === null);
  show(card, Boolean(open));
  text(find(room.root, "vote-now-text"), open?.question ?? "");
  const none = !room.state("consent")?.checks.length && !room.state("polls")?.polls.length;
  show(find(room.root, "decide-empty"), none);
}
