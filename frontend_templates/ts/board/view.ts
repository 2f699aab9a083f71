/** The board on the page: lists in lists, moved by keyboard, by menu or by hand. */
import type * as Y from "yjs";
import { find, list, need, render, show, text } from "../live/dom";
import type { Board } from "../live/states";
import type { Room } from "../room/context";
import { dragging, laneOf } from "./drag";
import { composing, editing } from "./edit";
import { held, names } from "./held";
import { openMenu } from "./menu";
import { Notes, type Note } from "./notes";
import { sorted } from "./order";

export interface Column {
  readonly id: string;
  readonly title: string;
}

/** Where a lifted note stands while it is not yet dropped; the others see it move only when it lands. */
interface Lifted {
  readonly id: string;
  column: string;
  index: number;
}

interface Shown {
  readonly element: HTMLElement;
  looks: string;
}

export class BoardView {
  readonly notes: Notes;
  readonly #room: Room;
  readonly #container: HTMLElement;
  readonly #shown = new Map<string, Shown>();
  /** Notes of others that came while this person was reading, by column; they wait for "show". */
  readonly #held = new Set<string>();
  readonly #known = new Set<string>();
  readonly #titles: HTMLElement;
  #columns: readonly Column[] = [];
  #authors: Readonly<Record<string, string>> = {};
  #names = new Map<number, string>();
  #open = true;
  #ready = false;
  #lifted: Lifted | null = null;
  #editing: string | null = null;

  constructor(room: Room, intoText: (words: string) => boolean) {
    this.#room = room;
    this.#container = need(room.root, "board");
    this.#titles = need(room.root, "lifted");
    this.notes = new Notes(room.doc);
    this.notes.map.observeDeep((_events, transaction) => this.#changed(transaction));
    room.awareness.on("change", () => this.#presence());
    room.on("board", (state) => this.#state(state));
    this.#container.addEventListener("keydown", (event) => this.#key(event));
    this.#container.addEventListener("click", (event) => this.#click(event, intoText));
    this.#container.addEventListener("focusout", () => this.#left());
    dragging(this.#container, {
      may: (id) => this.#mayLift(id),
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

  /** The document has come, from the device or from the server: from here the page follows it. */
  start(): void {
    if (this.#ready) return;
    this.#ready = true;
    for (const note of this.notes.all()) this.#known.add(note.id);
    this.render();
  }

  /** Every note that a column shows, in order, with the lifted one where it would land. */
  order(column: string): Note[] {
    const lifted = this.#lifted;
    const all = this.#all().filter((note) => !this.#held.has(note.id));
    const notes = sorted(all, column).filter((note) => note.id !== lifted?.id);
    if (lifted?.column !== column) return notes;
    notes.splice(lifted.index, 0, ...all.filter((each) => each.id === lifted.id));
    return notes;
  }

  render(): void {
    if (!this.#ready) return;
    list(this.#container, this.#columns.map((column, at) => ({ ...column, colour: (at % 5) + 1 })), (column) => column.id, (column) => ({ ...column }), "lane");
    const alive = new Set<string>();
    const focused = this.#focused();
    for (const column of this.#columns) this.#lane(column, alive);
    for (const [id, { element }] of this.#shown) {
      if (alive.has(id)) continue;
      element.remove();
      this.#shown.delete(id);
    }
    if (focused && document.activeElement !== focused && focused.isConnected) focused.focus({ preventScroll: true });
    const count = this.#all().length;
    text(find(this.#room.root, "board-count"), count ? this.#room.words.count("ideas.count", count) : this.#room.words.get("ideas.none"));
    show(find(this.#room.root, "idea"), this.mayWrite);
    this.#presence();
  }

  lift(id: string): boolean {
    const note = this.#all().find((each) => each.id === id);
    if (!note || !this.#mayLift(id)) return false;
    this.#lifted = { id, column: note.column, index: this.order(note.column).findIndex((each) => each.id === id) };
    this.#room.awareness.setLocalStateField("holding", id);
    this.#shown.get(id)?.element.classList.add("is-lifted");
    text(this.#titles, this.#room.words.get("board.lifted", { text: note.text }));
    return true;
  }

  /** Puts the note down; the others see it now. */
  drop(): void {
    const lifted = this.#lifted;
    if (!lifted) return;
    const index = lifted.index;
    this.#release();
    if (!this.notes.move(lifted.id, lifted.column, index)) this.#room.say.me(this.#room.words.get("board.gone"));
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
    if (!this.#mayLift(id)) return;
    if (!this.notes.move(id, column, index)) return this.#room.say.me(this.#room.words.get("board.gone"));
    this.focus(id);
    text(this.#titles, this.#room.words.get("board.dropped", this.#place(id)));
  }

  focus(id: string): void {
    this.#shown.get(id)?.element.focus({ preventScroll: false });
  }

  edit(id: string): void {
    const element = this.#shown.get(id)?.element;
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

  /** Takes a note away, and keeps the way back open until the next action. */
  remove(id: string): void {
    const note = this.notes.get(id);
    if (!note || !this.#mayLift(id)) return;
    const list = this.order(note.column);
    const neighbour = list[list.findIndex((each) => each.id === id) + 1] ?? list.at(-2);
    this.notes.remove(id);
    text(this.#titles, this.#room.words.get("board.removed", { text: note.text }));
    const back = render("act", { label: this.#room.words.get("board.put-back") });
    back.addEventListener("click", () => {
      text(this.#titles, "");
      this.focus(this.notes.add(note.text, note.column, note.colour));
    });
    this.#titles.append(" ", back);
    if (neighbour) this.focus(neighbour.id);
    else back.focus();
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
    this.#open = state.open;
    const select = this.#room.root.querySelector<HTMLSelectElement>("#idea-column");
    if (select) {
      const chosen = select.value;
      select.replaceChildren(...this.#columns.map((column) => new Option(column.title, column.id, false, column.id === chosen)));
      select.hidden = this.#columns.length < 2;
    }
    for (const button of this.#room.root.querySelectorAll<HTMLElement>("[data-if-open]")) show(button, button.dataset["ifOpen"] === String(state.open));
    this.render();
  }

  #changed(transaction: Y.Transaction): void {
    if (!this.#ready) return;
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
    if (document.hidden || !this.#container.offsetParent) return false;
    const lane = laneOf(this.#container, column);
    const box = lane?.getBoundingClientRect();
    return Boolean(lane?.querySelector("li") && box && box.top < innerHeight && box.bottom > 0);
  }

  #presence(): void {
    for (const [client, name] of names(this.#room.awareness)) this.#names.set(client, name);
    const holders = held(this.#room.awareness);
    for (const [id, { element }] of this.#shown) {
      const holder = holders.get(id);
      const sign = find(element, "note-held");
      element.classList.toggle("is-held", Boolean(holder));
      show(sign, Boolean(holder));
      text(sign, holder ? this.#room.words.get("board.held", { name: holder }) : "");
    }
  }

  #holder(id: string): string | null {
    return held(this.#room.awareness).get(id) ?? null;
  }

  // -- Drawing --------------------------------------------------------------------------------

  #lane(column: Column, alive: Set<string>): void {
    const lane = laneOf(this.#container, column.id);
    if (!lane) return;
    const holder = need(lane, "notes");
    const notes = this.order(column.id);
    notes.forEach((note, at) => {
      alive.add(note.id);
      const { element } = this.#note(note);
      if (holder.children[at] !== element) holder.insertBefore(element, holder.children[at] ?? null);
    });
    const held = [...this.#held].filter((id) => this.#all().some((note) => note.id === id && note.column === column.id)).length;
    const button = need(lane, "lane-new");
    show(button, held > 0);
    text(button, held ? this.#room.words.count("ideas.show", held) : "");
    text(need(lane, "lane-count"), String(notes.length + held));
  }

  #note(note: Note): Shown {
    const name = this.#authors[String(note.client)] ?? this.#names.get(note.client) ?? (note.client === this.#room.doc.clientID ? this.#room.me.name : "");
    const looks = JSON.stringify([note.text, note.colour, name]);
    const old = this.#shown.get(note.id);
    if (old && (old.looks === looks || this.#editing === note.id)) return old;
    const element = render("note", { id: note.id, text: note.text, name, colour: note.colour });
    const had = old?.element === document.activeElement;
    old?.element.replaceWith(element);
    if (had) element.focus({ preventScroll: true });
    const shown = { element, looks };
    this.#shown.set(note.id, shown);
    return shown;
  }

  #focused(): HTMLElement | null {
    const active = document.activeElement;
    return active instanceof HTMLElement && this.#container.contains(active) ? active : null;
  }

  // -- What the person does ----------------------------------------------------------------------

  #compose(): void {
    const form = find<HTMLFormElement>(this.#room.root, "idea");
    if (!form) return;
    composing(form, (words, chosen) => {
      if (!this.mayWrite) return false;
      const column = chosen || (this.#columns[0]?.id ?? "");
      const shade = this.#columns.findIndex((each) => each.id === column);
      const id = this.notes.add(words, column, (Math.max(0, shade) % 5) + 1);
      this.#shown.get(id)?.element.scrollIntoView({ block: "nearest" });
      this.#room.say.me(this.#room.words.get("ideas.added"));
      return true;
    });
  }

  #click(event: MouseEvent, intoText: (words: string) => boolean): void {
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
    this.#shown.get(lifted.id)?.element.scrollIntoView({ block: "nearest" });
  }

  #preview(column: string, index: number): void {
    if (!this.#lifted || (this.#lifted.column === column && this.#lifted.index === index)) return;
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

  #mayLift(id: string): boolean {
    return this.mayWrite && !this.#holder(id) && this.#editing !== id;
  }

  #release(): void {
    const id = this.#lifted?.id;
    this.#lifted = null;
    this.#room.awareness.setLocalStateField("holding", null);
    if (id) this.#shown.get(id)?.element.classList.remove("is-lifted");
  }

  /** Focus that goes elsewhere puts a lifted note back, once it is clear that it did not only move along with the note. */
  #left(): void {
    const id = this.#lifted?.id;
    if (!id) return;
    setTimeout(() => {
      const element = this.#shown.get(id)?.element;
      if (this.#lifted?.id === id && !document.querySelector(".note-ghost") && !element?.contains(document.activeElement)) this.cancel();
    }, 0);
  }
}
