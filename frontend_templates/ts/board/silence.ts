/** Writing in silence: ideas go to the server alone; one sees one's own, and how many wait. */
import { find, list, show, text } from "../live/dom";
import { Refusal } from "../live/orders";
import type { Board } from "../live/states";
import type { Room } from "../room/context";

/** How long after the end of a silence its ideas may still be on their way. */
const ARRIVING = 5000;

export class Silence {
  readonly #room: Room;
  #on = false;
  #ended = -Infinity;

  constructor(room: Room) {
    this.#room = room;
  }

  get on(): boolean {
    return this.#on;
  }

  /** Everyone's ideas come at once now, and everyone waits for them. */
  get justOver(): boolean {
    return Date.now() - this.#ended < ARRIVING;
  }

  show(state: Board): void {
    const { root, words, say } = this.#room;
    const before = this.#on;
    this.#on = Boolean(state.silent);
    if (before && !this.#on) this.#ended = Date.now();
    show(find(root, "silence"), this.#on);
    for (const button of root.querySelectorAll<HTMLElement>("[data-if-silent]")) show(button, button.dataset["ifSilent"] === String(this.#on));
    const hidden = state.hidden ?? 0;
    text(find(root, "silence-count"), hidden ? words.count("ideas.hidden", hidden) : words.get("ideas.none-hidden"));
    const mine = find(root, "silence-mine");
    if (mine) list(mine, state.mine ?? [], (note) => note.id, (note) => ({ id: note.id, text: note.text, colour: note.colour, helped: note.for ?? "", name: note.name ?? "", own: !note.name }), "silent-note");
    if (before !== this.#on) say.me(words.get(this.#on ? "silence.began" : "silence.over"));
  }

  /** Sends an idea that nobody sees yet; tells what went wrong, or nothing. */
  async send(words: string, column: string, colour: number): Promise<string> {
    try {
      await this.#room.orders.send("board", "add_note", { text: words, column, colour });
      return "";
    } catch (error) {
      const offline = error instanceof Refusal && error.code === "offline";
      return (error instanceof Refusal && error.message) || this.#room.words.get(offline ? "order.offline" : "order.failed");
    }
  }
}
