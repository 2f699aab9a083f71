/** A note's menu: where it goes, how it looks, what becomes of it; one press each. */
import { need, render } from "../live/dom";
import type { Room } from "../room/context";
import type { Note } from "./notes";
import type { BoardView } from "./view";

let close: (() => void) | null = null;

/** An idea, by the name of its note, goes into the text; false where the text takes nothing now. */
export type IntoText = (words: string, idea: string) => boolean;

/** Whether a note's menu is open: what is written in it stays while others change the note. */
export const isOpen = (note: HTMLElement | undefined): boolean => Boolean(note?.querySelector('[data-part="note-more"][aria-expanded="true"]'));

interface More {
  readonly group: string;
  readonly into: string;
  readonly words: string;
  readonly reason: string;
}

export function openMenu(button: HTMLElement, board: BoardView, note: Note, room: Room, intoText: IntoText): void {
  const again = button.getAttribute("aria-expanded") === "true";
  close?.();
  if (again || !board.mayWrite) return;
  const menu = render("menu", { text: note.text, group: note.group, name: room.state("board")?.authors?.[String(note.client)] ?? "" });
  fill(menu, board, note, room);
  button.setAttribute("aria-expanded", "true");
  button.after(menu);

  const outside = (event: Event): void => {
    const target = event.target as Node | null;
    if (target && !menu.contains(target) && !button.contains(target)) close?.();
  };
  const shut = (): void => {
    if (close === shut) close = null;
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    document.removeEventListener("focusin", outside);
    board.render();
  };
  close = shut;
  document.addEventListener("pointerdown", outside);
  document.addEventListener("focusin", outside);
  menu.addEventListener("keydown", (event) => {
    event.stopPropagation();
    // Enter in a field is the button beside it.
    if (event.key === "Enter" && (event.target as HTMLElement).matches("input")) return (event.target as HTMLElement).parentElement?.querySelector<HTMLElement>("[data-move]")?.click();
    if (event.key !== "Escape") return;
    shut();
    board.back(note.id);
  });
  menu.addEventListener("click", (event) => {
    const chosen = (event.target as HTMLElement).closest<HTMLButtonElement>("[data-move]");
    if (!chosen || menu.getAttribute("aria-busy") === "true") return;
    const more = written(menu, chosen);
    // What was written for the server stays until it is done.
    const asks = chosen.closest("[data-rewording], [data-removing]") !== null;
    if (!asks) shut();
    else menu.setAttribute("aria-busy", "true");
    void act(chosen, board, note, room, intoText, more)?.then((done) => {
      menu.removeAttribute("aria-busy");
      if (done) shut();
    });
  });
  menu.querySelector("button")?.focus();
}

/** What only this note's menu has: the other columns, the groups and ideas beside it, what was put into it. */
function fill(menu: HTMLElement, board: BoardView, note: Note, room: Room): void {
  const shut = board.isLocked(note.column);
  const others = board.columns.filter((column) => column.id !== note.column && !board.isLocked(column.id) && !shut);
  need(menu, "moves").append(...others.map((column) => render("move", { id: column.id, title: column.title })));
  const lane = board.notes.column(note.column).filter((each) => each.id !== note.id);
  const all = shut ? [] : [...lane, ...board.notes.all().filter((each) => each.column !== note.column && !board.isLocked(each.column))];
  menu.querySelector<HTMLSelectElement>('[name="into"]')?.append(...all.map((each) => new Option(each.text, each.id)));
  const groups = new Set(lane.map((each) => each.group).filter(Boolean));
  menu.querySelector("datalist")?.append(...[...groups].map((name) => new Option(name, name)));
  menu.querySelector("[data-parts]")?.append(...note.merged.map((each) => render("part-note", { id: each.id, text: each.text })));
  for (const [sign, useful] of uses(board, note, room, all)) if (!useful) menu.querySelector(sign)?.remove();
}

/** For whom who leads may mend or take away a note: its author, where they have no device. */
function helped(note: Note, room: Room): string {
  return room.state("board")?.helped?.[String(note.client)] ?? "";
}

/** What stands in the menu only where it does something. */
function uses(board: BoardView, note: Note, room: Room, others: readonly Note[]): [string, boolean][] {
  return [
    ["[data-merging]", others.length > 0],
    ["[data-parting]", note.merged.length > 0 && !board.isLocked(note.column)],
    ...["up", "down", "top"].map((way): [string, boolean] => [`[data-move="${way}"]`, !board.isLocked(note.column)]),
    ['[data-move="text"]', room.can("write")],
    ['[data-move="edit"]', board.wrote(note)],
    ["[data-rewording]", board.isMine(note) && !board.wrote(note)],
    ['[data-move="delete"]', board.wrote(note)], // the first: one's own, without a word
    ["[data-removing]", board.isMine(note) && !board.wrote(note)],
    ['[data-move="reword-for"]', Boolean(helped(note, room))],
    ['[data-move="delete-for"]', Boolean(helped(note, room))],
  ];
}

function written(menu: HTMLElement, chosen: HTMLElement): More {
  const said = (name: string, within: ParentNode | null = menu): string => within?.querySelector<HTMLInputElement>(`[name="${name}"]`)?.value ?? "";
  return { group: said("group"), into: said("into"), words: said("words").trim(), reason: said("reason", chosen.closest("details")).trim() };
}

function act(chosen: HTMLButtonElement, board: BoardView, note: Note, room: Room, intoText: IntoText, more: More): Promise<boolean> | undefined {
  const at = board.order(note.column).findIndex((each) => each.id === note.id);
  const asked: Record<string, () => Promise<boolean>> = {
    reword: () => board.deeds.reword(note.id, more.words, { reason: more.reason }),
    delete: () => board.deeds.remove(note.id, more.reason ? { reason: more.reason } : {}),
    "reword-for": () => board.deeds.reword(note.id, more.words, { for: helped(note, room) }),
    "delete-for": () => board.deeds.remove(note.id, { for: helped(note, room) }),
  };
  const order = asked[chosen.dataset["move"] ?? ""];
  if (order) return order();
  const acts: Record<string, () => void> = {
    column: () => board.place(note.id, chosen.value, board.order(chosen.value).length),
    up: () => board.place(note.id, note.column, Math.max(0, at - 1)),
    down: () => board.place(note.id, note.column, at + 1),
    top: () => board.place(note.id, note.column, 0),
    edit: () => board.edit(note.id),
    colour: () => board.deeds.change(note.id, (notes) => notes.paint(note.id, Number(chosen.value))),
    group: () => board.deeds.change(note.id, (notes) => notes.group(note.id, more.group)),
    alone: () => board.deeds.change(note.id, (notes) => notes.group(note.id, "")),
    merge: () => board.deeds.merge(note.id, more.into),
    split: () => board.deeds.change(note.id, (notes) => notes.split(chosen.value)),
    text: () => {
      const all = [note, ...note.merged].map((each) => intoText(each.text, each.id));
      room.say.me(room.words.get(all.every(Boolean) ? "board.in-text" : "board.not-in-text"));
      board.focus(note.id);
    },
  };
  acts[chosen.dataset["move"] ?? ""]?.();
  return undefined;
}
