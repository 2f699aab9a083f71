/** The idea board in the shared document: `Map "board"`, id → {text, column, order, colour}. */
import * as Y from "yjs";
import { newId } from "../editor/blocks";
import { between, number, sorted } from "./order";

export const LONGEST = 140;

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly column: string;
  readonly order: number;
  readonly colour: number;
  /** The Yjs client that made it: whose it is, is for the server to say. */
  readonly client: number;
}

function colour(value: unknown): number {
  const found = number(value, 1);
  return Number.isInteger(found) && found >= 1 && found <= 5 ? found : 1;
}

function words(value: unknown): string {
  if (value instanceof Y.Text) return value.toJSON();
  return typeof value === "string" ? value : "";
}

export class Notes {
  readonly map: Y.Map<Y.Map<unknown>>;
  readonly #doc: Y.Doc;

  constructor(doc: Y.Doc) {
    this.#doc = doc;
    this.map = doc.getMap("board");
  }

  all(): Note[] {
    const notes: Note[] = [];
    this.map.forEach((value, id) => {
      if (!(value instanceof Y.Map)) return;
      const column = value.get("column");
      notes.push({
        id,
        text: words(value.get("text")),
        column: typeof column === "string" ? column : "",
        order: number(value.get("order")),
        colour: colour(value.get("colour")),
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
    if (!note || words(note.get("text")) === text) return;
    this.#doc.transact(() => note.set("text", text.slice(0, LONGEST)), this);
  }

  /** Puts a note at a place among the other notes of a column; false when somebody took the note away meanwhile. */
  move(id: string, column: string, index: number): boolean {
    const note = this.map.get(id);
    if (!note) return false;
    const others = this.column(column).filter((other) => other.id !== id);
    const plan = between(others, index);
    this.#doc.transact(() => {
      if (note.get("column") !== column) note.set("column", column);
      note.set("order", plan.order);
      for (const other of plan.others) this.map.get(other.id)?.set("order", other.order);
    }, this);
    return true;
  }

  remove(id: string): void {
    this.#doc.transact(() => this.map.delete(id), this);
  }
}
