import assert from "node:assert/strict";
import { test } from "node:test";
import { bar } from "../../frontend_templates/ts/consent/main";
import type { Check, Poll } from "../../frontend_templates/ts/live/states";
import { flags, parts } from "../../frontend_templates/ts/polls/card";
import { put, step } from "../../frontend_templates/ts/polls/ranking";
import { latest } from "../../frontend_templates/ts/projector/decide";

test("up gives an option the next place, then moves it before the one above", () => {
  let order = step([], "b", "up");
  order = step(order, "a", "up");
  assert.deepEqual(order, ["b", "a"]);
  assert.deepEqual(step(order, "a", "up"), ["a", "b"]);
  assert.deepEqual(step(["a", "b"], "a", "up"), ["a", "b"]);
});

test("down moves an option behind the one below, and from the last place out of the order", () => {
  assert.deepEqual(step(["a", "b"], "a", "down"), ["b", "a"]);
  assert.deepEqual(step(["a", "b"], "b", "down"), ["a"]);
  assert.deepEqual(step(["a"], "c", "down"), ["a"]);
});

test("an option put at a place is there once, and the others keep their order", () => {
  assert.deepEqual(put(["a", "b", "c"], "c", 0), ["c", "a", "b"]);
  assert.deepEqual(put(["a", "b"], "c", 1), ["a", "c", "b"]);
});

test("the bar of a check is as long as all who may answer", () => {
  const parts = bar([15, 3, 1, 5]);
  assert.ok(Math.abs(parts.reduce((sum, part) => sum + part.w + 0.6, 0) - 100) < 0.01);
  assert.deepEqual(bar([0, 0, 0, 0]).map((part) => part.w), [0, 0, 0, 0]);
  assert.ok((bar([15, 3, 1, 42])[2]?.w ?? 0) > 7, "one block has room for its number");
});

test("a card has a form for who may vote or votes for others, and tells who looks on", () => {
  const asked = { state: "open" as const, may: false, quorum: 0, assisted: [] };
  assert.equal(parts(asked, false)["form"], undefined);
  assert.equal(parts(asked, false)["barred"], true);
  assert.equal(parts({ ...asked, assisted: [{ id: "1", name: "Pina", voted: false }] }, true)["assists"], true);
  assert.equal(parts({ ...asked, state: "closed", may: true }, true)["form"], undefined);
  assert.deepEqual(flags("a", false, ""), { a: true });
});

test("the hall looks at what is open, else at what closed last", () => {
  const poll = (state: string, closed_at: string | null): Poll => ({ state, closed_at }) as Poll;
  const check = (state: string, closed_at: string | null): Check => ({ state, closed_at }) as Check;
  assert.equal(latest([], []), null);
  assert.equal(latest([], [poll("draft", null)]), null);
  const [first, second] = [poll("closed", "2026-03-14T10:00:00Z"), check("closed", "2026-03-14T10:05:00Z")];
  assert.equal(latest([second], [first])?.check, second);
  const open = poll("open", null);
  assert.equal(latest([second], [first, open])?.poll, open);
});
