/** The notes as elements: each keeps its own while it looks the same, in its column, and under the name of its group. */
import { find, need, place, render, replace, show, text, type Values } from "../live/dom";
import type { Room } from "../room/context";
import { laneOf } from "./drag";
import type { Note } from "./notes";

interface Shown {
  readonly element: HTMLElement;
  looks: string;
}

interface Group {
  readonly element: HTMLElement;
  readonly list: HTMLElement;
}

export interface Look {
  /** Who wrote a note, by its Yjs client. */
  name(client: number): string;
  inText(id: string): boolean;
  /** While somebody writes in a note, its element stays as it is. */
  busy(id: string): boolean;
}

/** "34 KB", in the reader's language. */
export function weight(bytes: number, language: string): string {
  return new Intl.NumberFormat(language, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 }).format(Math.max(1, Math.round(bytes / 1024)));
}

export class Lanes {
  readonly #room: Room;
  readonly #container: HTMLElement;
  readonly #look: Look;
  readonly #shown = new Map<string, Shown>();
  readonly #groups = new Map<string, Group>();
  readonly #alive = new Set<string>();

  constructor(room: Room, container: HTMLElement, look: Look) {
    this.#room = room;
    this.#container = container;
    this.#look = look;
  }

  element(id: string): HTMLElement | undefined {
    return this.#shown.get(id)?.element;
  }

  /** Every note on the page with its element. */
  each(act: (id: string, element: HTMLElement) => void): void {
    for (const [id, { element }] of this.#shown) act(id, element);
  }

  begin(): void {
    this.#alive.clear();
  }

  /** One column: its notes in order, and how many more wait for "show". */
  draw(column: string, notes: readonly Note[], waiting: number): void {
    const lane = laneOf(this.#container, column);
    if (!lane) return;
    const tops: HTMLElement[] = [];
    const members = new Map<Group, HTMLElement[]>();
    for (const note of notes) {
      this.#alive.add(note.id);
      const element = this.#note(note);
      if (!note.group) {
        tops.push(element);
        continue;
      }
      const group = this.#group(column, note.group);
      const inside = members.get(group);
      if (inside) inside.push(element);
      else {
        members.set(group, [element]);
        tops.push(group.element);
      }
    }
    for (const [group, elements] of members) place(group.list, elements);
    place(need(lane, "notes"), tops);
    const button = need(lane, "lane-new");
    show(button, waiting > 0);
    text(button, waiting ? this.#room.words.count("ideas.show", waiting) : "");
    text(need(lane, "lane-count"), String(notes.length + waiting));
  }

  /** What is not on the board any more goes from the page. */
  end(): void {
    for (const [id, { element }] of this.#shown) {
      if (this.#alive.has(id)) continue;
      element.remove();
      this.#shown.delete(id);
    }
    for (const [key, { element, list }] of this.#groups) {
      if (list.querySelector("[data-note]")) continue;
      element.remove();
      this.#groups.delete(key);
    }
  }

  #group(column: string, name: string): Group {
    const key = `${column} ${name}`;
    const old = this.#groups.get(key);
    if (old) return old;
    const element = render("note-group", { title: name });
    const group = { element, list: need(element, "group-notes") };
    this.#groups.set(key, group);
    return group;
  }

  #values(note: Note): Values {
    const { image } = note;
    return {
      id: note.id,
      text: note.text,
      name: this.#look.name(note.client),
      assisted: this.#room.state("board")?.assisted?.includes(note.client) ?? false,
      colour: note.colour,
      in_text: this.#look.inText(note.id),
      photo: image ? `${this.#room.root.dataset["photos"] ?? ""}${image.id}/` : "",
      weight: image ? weight(image.bytes, this.#room.language) : "",
      width: image?.width ?? 0,
      height: image?.height ?? 0,
    };
  }

  #note(note: Note): HTMLElement {
    const values = this.#values(note);
    const merged = note.merged.map((each) => ({ text: each.text, name: this.#look.name(each.client) }));
    const looks = JSON.stringify([values, merged]);
    const old = this.#shown.get(note.id);
    if (old && (old.looks === looks || this.#look.busy(note.id))) return old.element;
    const element = render("note", values);
    find(element, "merged")?.append(...merged.map((each) => render("merged", each)));
    show(find(element, "merged"), merged.length > 0);
    photo(element);
    if (old) replace(old.element, element);
    this.#shown.set(note.id, { element, looks });
    return element;
  }
}

/** A photo is fetched when somebody asks to see it. */
function photo(note: HTMLElement): void {
  const details = note.querySelector<HTMLDetailsElement>("details[data-photo]");
  details?.addEventListener("toggle", () => {
    const picture = details.querySelector("img");
    if (picture && details.open && !picture.getAttribute("src")) picture.src = `${details.dataset["photo"] ?? ""}800.webp`;
  });
}
