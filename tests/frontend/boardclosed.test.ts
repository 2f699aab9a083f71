import assert from "node:assert/strict";
import { test } from "node:test";
import { closed } from "../../frontend_templates/ts/board/closed";
import { Words } from "../../frontend_templates/ts/live/words";
import type { Room } from "../../frontend_templates/ts/room/context";
import { page } from "./page";

test("a closed board says so and why, and is said once when it closes and when it opens", () => {
  const said: string[] = [];
  const dom = page(`<p data-part="board-closed" hidden><span data-part="board-closed-why"></span></p><template data-string="board.closed">Closed</template><template data-string="board.open">Open again</template>`);
  const room = { root: dom.window.document.body, words: new Words(dom.window.document, "en"), say: { me: (text: string) => said.push(text) } } as unknown as Room;
  const sign = dom.window.document.querySelector<HTMLElement>('[data-part="board-closed"]');
  const told = (open: boolean, why = ""): void => closed(room, { columns: [], question: "", open, why });
  told(true);
  assert.ok(sign?.hidden);
  told(false, "We read.");
  told(false, "We read.");
  assert.deepEqual([sign.hidden, sign.textContent], [false, "We read."]);
  told(true);
  assert.deepEqual([sign.hidden, said], [true, ["Closed", "Open again"]]);
});
