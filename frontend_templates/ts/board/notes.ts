/** The idea board in the shared document: `Map "board"`, id → {text, column, order, colour, group?, image?, into?}. */
import * as Y from "yjs";
import { newId } from "../editor/blocks";
import { between, groupAt, number, sorted } from "./order";

export const LONGEST = 140;
export const COLOURS = 5;

/** A note's photo, with what is needed to draw a frame for it before it is loaded. */
export interface Photo {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly column: string;
  readonly order: number;
  readonly colour: number;
  /** The name of the group that it stands in, or none. */
  readonly group: string;
  readonly image: Photo | null;
  /** Notes that were put together with this one; each keeps its own author. */
  readonly merged: readonly Note[];
  /** The Yjs client that made it: whose it is, is for the server to say. */
  readonly client: number;
}

interface Raw extends Note {
  readonly into: string;
}

function colour(value: unknown): number {
  const found = number(value, 1);
  return Number.isInteger(found) && found >= 1 && found <= COLOURS ? found : 1;
}

function words(value: unknown): string {
  if (value instanceof Y.Text) return value.toJSON();
  return typeof value === "string" ? value : "";
}

function photo(value: unknown): Photo | null {
  const found = value as Partial<Record<keyof Photo, unknown>> | null | undefined;
  if (typeof found !== "object" || typeof found?.id !== "string" || !/^[0-9a-f-]{36}$/.test(found.id)) return null;
  return { id: found.id, width: number(found.width, 400), height: number(found.height, 300), bytes: number(found.bytes) };
}

/** The note under which another is shown; of a ring of notes the first by name stands. */
export function rootOf(id: string, into: ReadonlyMap<string, string>): string {
  const path = [id];
  for (;;) {
    const last = path.at(-1) ?? id;
    const up = into.get(last);
    if (up === undefined || up === last || !into.has(up)) return last;
    const seen = path.indexOf(up);
    if (seen >= 0) return path.slice(seen).sort()[0] ?? last;
    path.push(up);
  }
}

export class Notes {
  readonly map: Y.Map<Y.Map<unknown>>;
  readonly #doc: Y.Doc;

  constructor(doc: Y.Doc) {
    this.#doc = doc;
    this.map = doc.getMap("board");
  }

  /** Every note that stands by itself, with those that were put together with it. */
  all(): Note[] {
    const raw = this.#raw();
    const into = new Map([...raw.values()].map((note) => [note.id, note.into]));
    const under = new Map<string, Raw[]>();
    for (const note of raw.values()) {
      const root = rootOf(note.id, into);
      under.set(root, [...(under.get(root) ?? []), note]);
    }
    return [...under].flatMap(([root, notes]) => {
      const note = raw.get(root);
      const merged = notes.filter((each) => each.id !== root).sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
      return note ? [{ ...note, merged }] : [];
    });
  }

  #raw(): Map<string, Raw> {
    const notes = new Map<string, Raw>();
    this.map.forEach((value, id) => {
      if (!(value instanceof Y.Map)) return;
      notes.set(id, {
        id,
        text: words(value.get("text")),
        column: words(value.get("column")),
        order: number(value.get("order")),
        colour: colour(value.get("colour")),
        group: words(value.get("group")).trim().replace(/\s+/g, " ").slice(0, 60),
        image: photo(value.get("image")),
        into: words(value.get("into")),
        merged: [],
        client: value._item?.id.client ?? 0,
      });
    });
    return notes;
  }

  column(id: string): Note[] {
    return sorted(this.all(), id);
  }

  get(id: string): Note | undefined {
    return this.all().find((note) => note.id === id);
  }

  /** A new idea, last in its column. */
  add(text: string, column: string, shade: number): string {
    const id = newId();
    const others = this.column(column);
    const note = new Y.Map<unknown>();
    note.set("text", text.slice(0, LONGEST));
    note.set("column", column);
    note.set("order", between(others, others.length).order);
    note.set("colour", shade);
    this.#doc.transact(() => this.map.set(id, note), this);
    return id;
  }

  edit(id: string, text: string): void {
    const note = this.map.get(id);
    if (note && words(note.get("text")) !== text) this.#set(id, { text: text.slice(0, LONGEST) });
  }

  /** Puts a note at a place among the other notes of a column; false when somebody took the note away meanwhile. */
  move(id: string, column: string, index: number): boolean {
    const note = this.get(id);
    if (!note) return false;
    const others = this.column(column).filter((other) => other.id !== id);
    const plan = between(others, index);
    const group = groupAt(others, index, note.column === column ? note.group : "");
    this.#doc.transact(() => {
      this.#set(id, { ...(note.column === column ? {} : { column }), order: plan.order, ...(group === note.group ? {} : { group }) });
      for (const other of plan.others) this.#set(other.id, { order: other.order });
    }, this);
    return true;
  }

  paint(id: string, shade: number): boolean {
    return this.#set(id, { colour: shade });
  }

  /** Under a name with others, or alone again. */
  group(id: string, name: string): boolean {
    return this.#set(id, { group: name.trim().replace(/\s+/g, " ").slice(0, 60) });
  }

  /** Two become one to look at; both stay whole, with their authors. */
  merge(id: string, into: string): boolean {
    return id !== into && this.map.has(into) && this.#set(id, { into });
  }

  /** What was put together stands by itself again, below the other. */
  split(id: string): boolean {
    const root = this.all().find((note) => note.merged.some((each) => each.id === id));
    if (!root) return false;
    const lane = this.column(root.column);
    const plan = between(lane, lane.findIndex((note) => note.id === root.id) + 1);
    this.#doc.transact(() => {
      this.#set(id, { into: "", column: root.column, order: plan.order, group: root.group });
      for (const other of plan.others) this.#set(other.id, { order: other.order });
    }, this);
    return true;
  }

  /** Sets fields; an empty one is taken away. False for a note that is gone. */
  #set(id: string, fields: Readonly<Record<string, string | number>>): boolean {
    const note = this.map.get(id);
    if (!(note instanceof Y.Map)) return false;
    this.#doc.transact(() => {
      for (const [name, value] of Object.entries(fields)) if (value === "") note.delete(name);
        else note.set(name, value);
    }, this);
    return true;
  }
}

/** The notes that paragraphs of the text came from. */
export function inText(node: Y.XmlFragment | Y.XmlElement, found = new Set<string>()): Set<string> {
  for (const child of node.toArray()) {
    if (!(child instanceof Y.XmlElement)) continue;
    const idea = child.getAttribute("idea") as unknown;
    if (typeof idea === "string") found.add(idea);
    inText(child, found);
  }
  return found;
}
