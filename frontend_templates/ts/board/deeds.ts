/** What a note's menu does to it where it stands; each can be undone until the next. */
import { render, text } from "../live/dom";
import { Refusal } from "../live/orders";
import type { Room } from "../room/context";
import type { Notes } from "./notes";
import type { BoardView } from "./view";

/** Why somebody else's note is changed (`reason`), or for whom (`for`): the place of its author, who has no device. */
export type How = Readonly<Record<string, string>>;

export class Deeds {
  readonly #room: Room;
  readonly #board: BoardView;
  readonly #sign: HTMLElement;

  constructor(room: Room, board: BoardView, sign: HTMLElement) {
    this.#room = room;
    this.#board = board;
    this.#sign = sign;
  }

  /** Colour, group, parting: what changes a note where it stands. */
  change(id: string, act: (notes: Notes) => boolean): void {
    if (!this.#board.mayLift(id)) return;
    if (act(this.#board.notes)) this.#room.say.me(this.#room.words.get("board.changed"));
    else text(this.#sign, this.#room.words.get("board.gone"));
    this.#board.focus(id);
  }

  /** Puts a note together with another. */
  merge(id: string, into: string): void {
    const { notes } = this.#board;
    const [note, other] = [notes.get(id), notes.get(into)];
    if (!this.#board.mayLift(id)) return;
    if (!note || !other || !notes.merge(id, into)) return text(this.#sign, this.#room.words.get("board.gone"));
    this.#undo("board.merged", { text: note.text, other: other.text }, "board.part", () => {
      notes.split(id);
      this.#board.focus(id);
    });
    this.#board.focus(into);
  }

  /** Who changes another's words says why, and the server tells them; or does it for them, who have no device. */
  async reword(id: string, words: string, how: How): Promise<boolean> {
    if (!words || !this.#board.mayLift(id)) return false;
    const done = await this.#order("edit_note", { id, text: words, ...how });
    if (!done) return false;
    this.#room.say.me(this.#room.words.get("board.changed"));
    this.#board.focus(id);
    return true;
  }

  /** Takes a note away: the server does, which knows whose it was and can put it back as theirs. Who takes another's away says why, or does it for them. */
  async remove(id: string, how: How = {}): Promise<boolean> {
    const note = this.#board.notes.get(id);
    if (!note || !this.#board.mayLift(id)) return false;
    const lane = this.#board.order(note.column);
    const neighbour = lane[lane.findIndex((each) => each.id === id) + 1] ?? lane.at(-2);
    if (!(await this.#order("delete_note", { id, ...how }))) return false;
    const back = this.#undo("board.removed", { text: note.text }, "board.put-back", () => void this.#order("restore_note", how["for"] ? { id, for: how["for"] } : { id }));
    if (neighbour && neighbour.id !== id) this.#board.focus(neighbour.id);
    else back.focus();
    return true;
  }

  #undo(said: string, values: Readonly<Record<string, string>>, label: string, act: () => void): HTMLElement {
    text(this.#sign, this.#room.words.get(said, values));
    const back = render("act", { label: this.#room.words.get(label) });
    back.addEventListener("click", () => {
      text(this.#sign, "");
      act();
    });
    this.#sign.append(" ", back);
    return back;
  }

  async #order(what: string, args: Readonly<Record<string, string>>): Promise<boolean> {
    try {
      await this.#room.orders.send("board", what, args);
      return true;
    } catch (error) {
      const offline = error instanceof Refusal && error.code === "offline";
      text(this.#sign, (error instanceof Refusal && error.message) || this.#room.words.get(offline ? "order.offline" : "order.failed"));
      return false;
    }
  }
}
