/** The board on the page: lists in lists, moved by keyboard, by menu or by hand. */
import type * as Y from "yjs";
import { find, keepingFocus, list, need, show, text } from "../live/dom";
import type { Board } from "../live/states";
import type { Room } from "../room/context";
import { options } from "../room/options";
import { closed } from "./closed";
import { Deeds } from "./deeds";
import { dragging, laneOf } from "./drag";
import { composing, editing } from "./edit";
import { held, names } from "./held";
import { Lanes } from "./lanes";
import { isOpen, openMenu, type IntoText } from "./menu";
import { inText, Notes, type Note } from "./notes";
import { groupAt, sorted } from "./order";
import { photographing } from "./photo";
import { Silence } from "./silence";

type Column = Board["columns"][number];

/** Where a lifted note stands while it is not yet dropped; the others see it move only when it lands. */
interface Lifted {
  readonly id: string;
  column: string;
  index: number;
}

export class BoardView {
  readonly notes: Notes;
  readonly #room: Room;
  readonly #container: HTMLElement;
  readonly #lanes: Lanes;
  readonly #silence: Silence;
  readonly #own = new Set<number>();
  #inText = new Set<string>();
  /** Notes of others that came while this person was reading, by column; they wait for "show". */
  readonly #held = new Set<string>();
  readonly #known = new Set<string>();
  readonly deeds: Deeds;
  readonly #titles: HTMLElement;
  #columns: readonly Column[] = [];
  #authors: Readonly<Record<string, string>> = {};
  #names = new Map<number, string>();
  #open = true;
  #ready = false;
  #lifted: Lifted | null = null;
  #editing: string | null = null;
  #looking: ReturnType<typeof setTimeout> | undefined;

  constructor(room: Room, intoText: IntoText) {
    this.#room = room;
    this.#container = need(room.root, "board");
    this.#titles = need(room.root, "lifted");
    this.notes = new Notes(room.doc);
    this.#silence = new Silence(room);
    this.deeds = new Deeds(room, this, this.#titles);
    this.#own.add(room.doc.clientID);
    this.#lanes = new Lanes(room, this.#container, { name: (client) => this.#name(client), inText: (id) => this.#inText.has(id), busy: (id) => this.#editing === id || isOpen(this.#lanes.element(id)) });
    this.notes.map.observeDeep((_events, transaction) => this.#changed(transaction));
    room.doc.getXmlFragment("document").observeDeep(() => this.#written());
    photographing(room);
    room.awareness.on("change", () => this.#presence());
    room.on("board", (state) => this.#state(state));
    this.#container.addEventListener("keydown", (event) => this.#key(event));
    this.#container.addEventListener("click", (event) => this.#click(event, intoText));
    this.#container.addEventListener("focusout", () => this.#left());
    dragging(this.#container, {
      may: (id) => this.mayLift(id),
      lift: (id) => this.lift(id),
      over: (column, index) => this.#preview(column, index),
      drop: () => this.drop(),
      cancel: () => this.cancel(),
    });
    this.#compose();
  }

  get mayWrite(): boolean {
    return this.#open && this.#room.can("board") && !this.#room.state("moderation")?.frozen;
  }

  get columns(): readonly Column[] {
    return this.#columns;
  }

  isLocked(column: string): boolean {
    return !this.#room.can("facilitate") && Boolean(this.#columns.find((each) => each.id === column)?.locked);
  }

  /** Edited and taken away by who wrote it, and by who leads. */
  isMine(note: Note): boolean {
    return this.wrote(note) || this.#room.can("facilitate");
  }

  wrote(note: Note): boolean {
    return this.#own.has(note.client);
  }

  /** The document has come, from the device or from the server: from here the page follows it. */
  start(): void {
    if (this.#ready) return;
    this.#ready = true;
    this.#inText = inText(this.#room.doc.getXmlFragment("document"));
    for (const note of this.notes.all()) this.#known.add(note.id);
    this.render();
  }

  /** Every note that a column shows, in order, with the lifted one where it would land. */
  order(column: string): Note[] {
    const lifted = this.#lifted;
    const all = this.#all().filter((note) => !this.#held.has(note.id));
    const notes = sorted(all, column).filter((note) => note.id !== lifted?.id);
    if (lifted?.column !== column) return notes;
    const moved = all.filter((each) => each.id === lifted.id).map((note) => ({ ...note, group: groupAt(notes, lifted.index, note.column === column ? note.group : "") }));
    notes.splice(lifted.index, 0, ...moved);
    return notes;
  }

  render(): void {
    if (!this.#ready) return;
    const all = this.#all();
    keepingFocus(this.#container, () => this.#draw(all));
    const written = all.filter((note) => this.#inText.has(note.id)).length;
    const counts = [this.#room.words.count("ideas.count", all.length), written ? this.#room.words.count("ideas.written", written) : ""];
    text(find(this.#room.root, "board-count"), all.length ? counts.filter(Boolean).join(", ") : this.#room.words.get("ideas.none"));
    show(find(this.#room.root, "idea"), this.mayWrite);
    this.#presence();
  }

  #draw(all: readonly Note[]): void {
    list(this.#container, this.#columns.map((column, at) => ({ ...column, colour: (at % 5) + 1 })), (column) => column.id, ({ id, title, colour, locked, why }) => ({ id, title, colour, why, locked: Boolean(locked), open: !locked }), "lane");
    this.#lanes.begin();
    for (const { id } of this.#columns) this.#lanes.draw(id, this.order(id), all.filter((note) => note.column === id && this.#held.has(note.id)).length);
    this.#lanes.end();
  }

  lift(id: string): boolean {
    const note = this.#all().find((each) => each.id === id);
    if (!note || !this.mayLift(id)) return false;
    this.#lifted = { id, column: note.column, index: this.order(note.column).findIndex((each) => each.id === id) };
    this.#room.awareness.setLocalStateField("holding", id);
    this.#lanes.element(id)?.classList.add("is-lifted");
    text(this.#titles, this.#room.words.get("board.lifted", { text: note.text }));
    return true;
  }

  /** Puts the note down; the others see it now. */
  drop(): void {
    const lifted = this.#lifted;
    if (!lifted) return;
    const index = lifted.index;
    this.#release();
    if (!this.notes.move(lifted.id, lifted.column, index)) text(this.#titles, this.#room.words.get("board.gone"));
    else text(this.#titles, this.#room.words.get("board.dropped", this.#place(lifted.id)));
    this.render();
  }

  cancel(): void {
    if (!this.#lifted) return;
    this.#release();
    this.render();
    text(this.#titles, this.#room.words.get("board.back"));
  }

  /** Moves a note by menu: one press, no dragging. */
  place(id: string, column: string, index: number): void {
    if (!this.mayLift(id)) return;
    if (!this.notes.move(id, column, index)) return text(this.#titles, this.#room.words.get("board.gone"));
    this.focus(id);
    text(this.#titles, this.#room.words.get("board.dropped", this.#place(id)));
  }

  focus(id: string): void {
    this.#lanes.element(id)?.focus({ preventScroll: false });
  }

  /** Out of a note's menu, to the button that opened it. */
  back(id: string): void {
    find(this.#lanes.element(id) ?? this.#container, "note-more")?.focus();
  }

  edit(id: string): void {
    const element = this.#lanes.element(id);
    const note = this.notes.get(id);
    if (!element || !note || !this.mayWrite) return;
    this.#editing = id;
    editing(element, note.text, this.#room.words.get("board.edit"), (words) => {
      this.#editing = null;
      if (words) this.notes.edit(id, words);
      this.render();
      this.focus(id);
    });
  }

  // -- What the document, the others and the server say -------------------------------------

  #all(): Note[] {
    const known = new Set(this.#columns.map((column) => column.id));
    const first = this.#columns[0]?.id ?? "";
    // A note whose column is gone stands in the first one: nothing is lost from sight.
    return this.notes.all().map((note) => (known.has(note.column) ? note : { ...note, column: first }));
  }

  #state(state: Board): void {
    this.#columns = state.columns.length ? state.columns : [{ id: "", title: this.#room.words.get("board.default") }];
    this.#authors = state.authors ?? {};
    this.#open = state.open || this.#room.can("facilitate");
    for (const client of state.own ?? []) this.#own.add(client);
    this.#silence.show(state);
    if (this.#silence.justOver) this.#held.clear();
    const select = this.#room.root.querySelector<HTMLSelectElement>("#idea-column");
    if (select) {
      options(select, this.#columns.map(({ id, title }) => ({ id, name: title })));
      if (select.selectedIndex < 0) select.selectedIndex = 0;
      select.hidden = this.#columns.length < 2;
    }
    closed(this.#room, state);
    for (const button of this.#room.root.querySelectorAll<HTMLElement>("[data-if-open]")) show(button, button.dataset["ifOpen"] === String(state.open));
    this.render();
  }

  #changed(transaction: Y.Transaction): void {
    if (!this.#ready) return;
    if (this.#lifted && !this.notes.get(this.#lifted.id)) this.drop(); // somebody took it away: there is nothing to hold
    let fresh = 0;
    for (const note of this.#all()) {
      if (this.#known.has(note.id)) continue;
      this.#known.add(note.id);
      if (transaction.local) continue;
      fresh += 1;
      if (this.#reading(note.column)) this.#held.add(note.id);
    }
    if (fresh) {
      this.#room.say.tally("ideas.new", fresh);
      this.#room.root.dispatchEvent(new CustomEvent("copact:news", { detail: { view: "ideas", n: fresh } }));
    }
    this.render();
  }

  /** Whether new notes in this column would push away what the person is looking at. */
  #reading(column: string): boolean {
    if (document.hidden || this.#silence.justOver || !this.#container.offsetParent) return false;
    const lane = laneOf(this.#container, column);
    const box = lane?.getBoundingClientRect();
    return Boolean(lane?.querySelector("li") && box && box.top < innerHeight && box.bottom > 0);
  }

  #presence(): void {
    for (const [client, name] of names(this.#room.awareness)) this.#names.set(client, name);
    const holders = held(this.#room.awareness);
    this.#lanes.each((id, element) => {
      const holder = holders.get(id);
      const sign = find(element, "note-held");
      element.classList.toggle("is-held", Boolean(holder));
      show(sign, Boolean(holder));
      text(sign, holder ? this.#room.words.get("board.held", { name: holder }) : "");
    });
  }

  #name(client: number): string {
    return this.#authors[String(client)] ?? this.#names.get(client) ?? (client === this.#room.doc.clientID ? this.#room.me.name : "");
  }

  /** Ideas that became words carry a sign; looked at once for many keystrokes. */
  #written(): void {
    this.#looking ??= setTimeout(() => {
      this.#looking = undefined;
      const found = inText(this.#room.doc.getXmlFragment("document"));
      if (found.size === this.#inText.size && [...found].every((id) => this.#inText.has(id))) return;
      this.#inText = found;
      this.render();
    }, 500);
  }

  #holder(id: string): string | null {
    return held(this.#room.awareness).get(id) ?? null;
  }

  // -- What the person does ----------------------------------------------------------------------

  #compose(): void {
    const form = find<HTMLFormElement>(this.#room.root, "idea");
    if (!form) return;
    composing(form, (words, chosen) => {
      if (!this.mayWrite) return false;
      const column = chosen || (this.#columns[0]?.id ?? "");
      const shade = this.#columns.findIndex((each) => each.id === column);
      if (this.isLocked(column)) {
        text(this.#titles, this.#room.words.get("board.locked"));
        return false;
      }
      const colour = (Math.max(0, shade) % 5) + 1;
      if (this.#silence.on) return this.#silence.send(words, column, colour);
      const id = this.notes.add(words, column, colour);
      this.#lanes.element(id)?.scrollIntoView({ block: "nearest" });
      this.#room.say.me(this.#room.words.get("ideas.added"));
      return true;
    }, (problem) => text(this.#titles, problem || this.#room.words.get("silence.kept")));
  }

  #click(event: MouseEvent, intoText: IntoText): void {
    const target = event.target as HTMLElement;
    const show = target.closest<HTMLElement>('[data-part="lane-new"]');
    if (show) return this.#show(show);
    const more = target.closest<HTMLElement>('[data-part="note-more"]');
    const id = more?.closest<HTMLElement>("[data-note]")?.dataset["note"];
    const note = id ? this.notes.get(id) : undefined;
    if (!more || !note) return;
    const holder = this.#holder(note.id);
    if (holder) return this.#room.say.me(this.#room.words.get("board.held", { name: holder }));
    openMenu(more, this, note, this.#room, intoText);
  }

  #show(button: HTMLElement): void {
    const column = button.closest<HTMLElement>("[data-column]")?.dataset["column"] ?? "";
    const fresh = this.#all().filter((note) => note.column === column && this.#held.has(note.id));
    for (const note of fresh) this.#held.delete(note.id);
    this.render();
    if (fresh[0]) this.focus(fresh[0].id);
  }

  #key(event: KeyboardEvent): void {
    const element = event.target as HTMLElement;
    const id = element.dataset["note"];
    if (!id || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.#lifted?.id === id ? this.#steer(event.key) : event.key === " " ? () => this.#pick(id) : null;
    if (!act) return;
    event.preventDefault();
    act();
  }

  #pick(id: string): void {
    const holder = this.#holder(id);
    if (holder) this.#room.say.me(this.#room.words.get("board.held", { name: holder }));
    else this.lift(id);
  }

  #steer(key: string): (() => void) | null {
    const steps: Record<string, () => void> = {
      " ": () => this.drop(),
      Enter: () => this.drop(),
      Escape: () => this.cancel(),
      ArrowUp: () => this.#step(0, -1),
      ArrowDown: () => this.#step(0, 1),
      ArrowLeft: () => this.#step(document.dir === "rtl" ? 1 : -1, 0),
      ArrowRight: () => this.#step(document.dir === "rtl" ? -1 : 1, 0),
    };
    return steps[key] ?? null;
  }

  #step(columns: number, rows: number): void {
    const lifted = this.#lifted;
    if (!lifted) return;
    const at = this.#columns.findIndex((column) => column.id === lifted.column);
    const column = this.#columns[at + columns];
    if (!column) return;
    const length = this.order(column.id).filter((note) => note.id !== lifted.id).length;
    this.#preview(column.id, Math.max(0, Math.min(length, lifted.index + rows)));
    text(this.#titles, this.#room.words.get("board.at", this.#place(lifted.id)));
    this.#lanes.element(lifted.id)?.scrollIntoView({ block: "nearest" });
  }

  #preview(column: string, index: number): void {
    if (!this.#lifted || this.isLocked(column) || (this.#lifted.column === column && this.#lifted.index === index)) return;
    this.#lifted.column = column;
    this.#lifted.index = index;
    this.render();
  }

  /** "Seats, 2 of 3" */
  #place(id: string): { title: string; n: number; total: number } {
    for (const column of this.#columns) {
      const notes = this.order(column.id);
      const at = notes.findIndex((note) => note.id === id);
      if (at >= 0) return { title: column.title, n: at + 1, total: notes.length };
    }
    return { title: "", n: 0, total: 0 };
  }

  mayLift(id: string): boolean {
    return this.mayWrite && !this.#holder(id) && this.#editing !== id && !this.isLocked(this.notes.get(id)?.column ?? "");
  }

  #release(): void {
    const id = this.#lifted?.id;
    this.#lifted = null;
    this.#room.awareness.setLocalStateField("holding", null);
    if (id) this.#lanes.element(id)?.classList.remove("is-lifted");
  }

  /** Focus that goes elsewhere puts a lifted note back, once it is clear that it did not only move along with the note. */
  #left(): void {
    const id = this.#lifted?.id;
    if (!id) return;
    setTimeout(() => {
      const element = this.#lanes.element(id);
      if (this.#lifted?.id === id && !document.querySelector(".note-ghost") && !element?.contains(document.activeElement)) this.cancel();
    }, 0);
  }
}
