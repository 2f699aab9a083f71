/** A board that takes no ideas: everyone sees that and why, and hears once when it closes and when it opens. */
import { find, show, text } from "../live/dom";
import type { Board } from "../live/states";
import type { Room } from "../room/context";

export function closed({ root, say, words }: Room, { open, why = "" }: Board): void {
  const sign = find(root, "board-closed");
  const was = sign?.hidden === false;
  show(sign, !open);
  show(find(root, "board-closed-why"), Boolean(why));
  text(find(root, "board-closed-why"), why);
  if (was === open) say.me(words.get(open ? "board.open" : "board.closed"));
}
