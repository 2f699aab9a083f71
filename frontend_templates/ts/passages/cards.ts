/** The cards beside the text: one for each comment and each suggestion, with the talk about it. */
import { find, list, need, render, show, text } from "../live/dom";
import type { Passage, Person } from "../live/states";
import type { Standing } from "../editor/suggesting";
import type { Room } from "../room/context";
import { again, options } from "../room/options";

const NIL = "00000000-0000-0000-0000-000000000000";

/** An answer that is being written, and for whom. */
interface Typed {
  readonly words: string;
  readonly whose: string;
}

export interface Shown extends Passage {
  /** Where its marks are in the text, if they are. */
  readonly place: Standing | undefined;
}

/** In the order of the text; those whose words are gone after them. */
export function ordered(items: readonly Passage[], places: ReadonlyMap<string, Standing>): Shown[] {
  const at = [...places.keys()];
  const rank = (item: Passage): number => (at.includes(item.id) ? at.indexOf(item.id) : at.length);
  const rows = items.flatMap((item) => {
    const place = places.get(item.id);
    if (item.state === "open") return [{ ...item, place }];
    return item.rest && place ? [{ ...item, ...item.rest, state: "open", place }] : [];
  });
  return rows.sort((a, b) => rank(a) - rank(b));
}

/** Marks whose row has not come: somebody's line is slow, or was cut before it was said. */
export function untold(items: readonly Passage[], places: ReadonlyMap<string, Standing>, decides: boolean): Passage[] {
  const known = new Set(items.map((item) => item.id));
  return [...places.values()]
    .filter(({ id }) => !known.has(id))
    .map(({ id, kind, quote, words }) => ({ id, kind, state: "open", name: "", mine: false, at: "", quote, words, accepts: decides && kind === "suggestion", rejects: decides && kind === "suggestion", settles: false, rest: null, reopens: false, posts: [] }));
}

export class Cards {
  readonly #room: Room;
  readonly #go: (id: string) => void;
  readonly #sheet: CSSStyleSheet | null;
  #active = "";
  #quiet = "";

  constructor(room: Room, go: (id: string) => void) {
    this.#room = room;
    this.#go = go;
    this.#sheet = "adoptedStyleSheets" in document ? new CSSStyleSheet() : null;
    if (this.#sheet) document.adoptedStyleSheets.push(this.#sheet);
    const { root } = room;
    for (const name of ["passages", "passages-done"]) {
      const holder = need(root, name);
      for (const event of ["focusin", "pointerover"]) holder.addEventListener(event, (happened) => this.point((happened.target as HTMLElement).closest<HTMLElement>("[data-passage]")?.dataset["passage"] ?? ""));
      holder.addEventListener("pointerleave", () => this.point(""));
    }
  }

  draw(open: readonly Shown[], closed: readonly Passage[]): void {
    const { root, words } = this.#room;
    const typed = this.#typed();
    list(need(root, "passages"), open, (item) => item.id, (item) => this.#values(item, item.place), "passage", (element, item) => this.#made(element, item));
    list(need(root, "passages-done"), closed, (item) => item.id, (item) => this.#values(item, undefined), "passage", (element, item) => this.#made(element, item));
    for (const [id, kept] of typed) this.#put(id, kept);
    show(find(root, "passages-empty"), !open.length);
    show(find(root, "passages-decided"), closed.length > 0);
    text(find(root, "passages-count"), open.length ? words.count("passages.count", open.length) : "");
    this.#quiet = closed.filter((item) => item.kind === "comment").map((item) => `mark[data-comment="${CSS.escape(item.id)}"]`).join(", ");
    this.#style();
  }

  /** Shows in the text what a card is about. */
  point(id: string): void {
    if (id === this.#active) return;
    this.#active = id;
    this.#style();
  }

  focus(id: string): boolean {
    const card = this.#room.root.querySelector<HTMLElement>(`[data-passage="${CSS.escape(id)}"]`);
    card?.focus();
    card?.scrollIntoView({ block: "nearest" });
    return Boolean(card);
  }

  first(): boolean {
    const id = find(this.#room.root, "passages")?.querySelector<HTMLElement>("[data-passage]")?.dataset["passage"];
    return id !== undefined && this.focus(id);
  }

  #style(): void {
    const name = CSS.escape(this.#active);
    const active = name ? `.paper [data-comment="${name}"], .paper [data-suggestion="${name}"] { outline: 2px solid var(--patina); outline-offset: 1px; }` : "";
    this.#sheet?.replaceSync(`${this.#quiet ? `${this.#quiet} { background: none; border: 0; }` : ""} ${active}`);
  }

  #values(item: Passage, place: Standing | undefined): Record<string, string | number | boolean> {
    const comment = item.kind === "comment";
    const open = item.state === "open";
    return {
      id: item.id,
      kind: item.kind,
      state: item.state,
      name: item.name,
      assisted: Boolean(item.assisted),
      comment,
      suggestion: !comment,
      ...said(comment, place?.quote ?? item.quote, place?.words ?? item.words),
      ...this.#may(item, Boolean(place)),
      gone: open && !place,
      here: Boolean(place),
      done: open ? "" : this.#room.words.get(`passages.${item.state}`),
      reject: this.#room.words.get(item.mine ? "passages.take-back" : "passages.not-accept"),
      talk: JSON.stringify(item.posts),
      helps: JSON.stringify(this.#assisted().map(({ id, name }) => [id, name])),
    };
  }

  /** What the room's rule allows, as far as the switches of this moment do. */
  #may(item: Passage, here: boolean): Record<string, boolean> {
    const writes = this.#room.can("write");
    const speaks = this.#room.can("suggest");
    const own = speaks && (writes || item.mine);
    return { accepts: item.accepts && here && writes, rejects: item.rejects && own, settles: item.settles && own, reopens: item.reopens && own, replies: speaks };
  }

  /** For whom an answer can be entered. */
  #assisted(): readonly Person[] {
    return this.#room.can("facilitate") ? (this.#room.state("door")?.people ?? []).filter((person) => person.kind === "assisted" && !person.left) : [];
  }

  #made(element: HTMLElement, item: Passage): void {
    const assisted = this.#assisted();
    const select = element.querySelector<HTMLSelectElement>('select[name="for"]');
    if (select) options(select, assisted, 1);
    show(find(element, "for-whom"), assisted.length > 0);
    const pattern = need(this.#room.root, "passages-report").dataset["report"] ?? "";
    const waiting = this.#room.orders.waiting.filter((order) => order.tool === "passages" && order.do === "reply" && order.args["id"] === item.id);
    const name = (key: unknown): string => assisted.find((person) => person.id === key)?.name ?? this.#room.me.name;
    const posts = [...item.posts, ...waiting.map((order) => ({ id: order.id, name: name(order.args["for"]), assisted: Boolean(order.args["for"]), mine: true, text: String(order.args["text"]), language: this.#room.language, hidden: false, at: "" }))];
    need(element, "posts").replaceChildren(
      ...posts.map((post) => {
        const report = post.mine || post.hidden || !post.at ? "" : pattern.replace(NIL, post.id);
        return render("passage-post", { id: post.id, name: post.name, assisted: Boolean(post.assisted), text: post.text, hidden: post.hidden, language: post.language, report, moderate: this.#room.can("moderate") && !post.hidden && Boolean(post.at) });
      }),
    );
    find(element, "go")?.addEventListener("click", () => this.#go(item.id));
    element.addEventListener("keydown", (event) => {
      if (event.key !== "F6" && event.key !== "Escape") return;
      event.preventDefault();
      this.#go(item.id);
    });
  }

  /** What is being written on the cards, so that somebody else's news does not wipe it out. */
  #typed(): Map<string, Typed> {
    const typed = new Map<string, Typed>();
    for (const field of this.#room.root.querySelectorAll<HTMLTextAreaElement>("[data-passage] textarea")) {
      const id = field.closest<HTMLElement>("[data-passage]")?.dataset["passage"];
      const open = field.closest("details")?.open ?? false;
      const whose = field.form?.querySelector<HTMLSelectElement>('select[name="for"]')?.value ?? "";
      if (id && (field.value || open)) typed.set(id, { words: field.value, whose });
    }
    return typed;
  }

  #put(id: string, { words, whose }: Typed): void {
    const field = this.#room.root.querySelector<HTMLTextAreaElement>(`[data-passage="${CSS.escape(id)}"] textarea`);
    if (!field) return;
    if (field.value !== words) field.value = words;
    const select = field.form?.querySelector<HTMLSelectElement>('select[name="for"]');
    // Who is not here any more is nobody: their words are not mine.
    if (select) again(select, whose);
    const details = field.closest("details");
    if (details && !details.open) details.open = true;
  }
}

function said(comment: boolean, quote: string, words: string): Record<string, string | boolean> {
  const [goes, comes] = [Boolean(quote.trim()), Boolean(words.trim())];
  return { quote: short(quote), words: short(words), said: goes || comes, stood: comment && goes, deleted: !comment && goes, inserted: !comment && comes };
}

const LONGEST = 280;

function short(words: string): string {
  const line = words.replace(/\s+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
