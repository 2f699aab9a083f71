/** A note's menu: Move to…, Up, Down, To the top, Edit, Into the text, Take away; one press each. */
import { need, render } from "../live/dom";
import type { Room } from "../room/context";
import type { Note } from "./notes";
import type { BoardView } from "./view";

let close: (() => void) | null = null;

export function openMenu(button: HTMLElement, board: BoardView, note: Note, room: Room, intoText: (words: string) => boolean): void {
  const again = button.getAttribute("aria-expanded") === "true";
  close?.();
  if (again || !board.mayWrite) return;
  const menu = render("menu", { text: note.text });
  const others = board.columns.filter((column) => column.id !== note.column);
  need(menu, "moves").append(...others.map((column) => render("move", { id: column.id, title: column.title })));
  if (!room.can("write")) menu.querySelector('[data-move="text"]')?.remove();
  button.setAttribute("aria-expanded", "true");
  button.after(menu);

  const outside = (event: Event): void => {
    const target = event.target as Node | null;
    if (target && !menu.contains(target) && !button.contains(target)) close?.();
  };
  close = () => {
    close = null;
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    document.removeEventListener("focusin", outside);
  };
  document.addEventListener("pointerdown", outside);
  document.addEventListener("focusin", outside);
  menu.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key !== "Escape") return;
    close?.();
    button.focus();
  });
  menu.addEventListener("click", (event) => {
    const chosen = (event.target as HTMLElement).closest<HTMLButtonElement>("[data-move]");
    if (!chosen) return;
    close?.();
    act(chosen, board, note, room, intoText);
  });
  menu.querySelector("button")?.focus();
}

function act(chosen: HTMLButtonElement, board: BoardView, note: Note, room: Room, intoText: (words: string) => boolean): void {
  const at = board.order(note.column).findIndex((each) => each.id === note.id);
  const acts: Record<string, () => void> = {
    column: () => board.place(note.id, chosen.value, board.order(chosen.value).length),
    up: () => board.place(note.id, note.column, Math.max(0, at - 1)),
    down: () => board.place(note.id, note.column, at + 1),
    top: () => board.place(note.id, note.column, 0),
    edit: () => board.edit(note.id),
    delete: () => board.remove(note.id),
    text: () => {
      room.say.me(room.words.get(intoText(note.text) ? "board.in-text" : "board.not-in-text"));
      board.focus(note.id);
    },
  };
  acts[chosen.dataset["move"] ?? ""]?.();
}
