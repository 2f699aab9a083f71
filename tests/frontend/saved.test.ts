import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { pause, verdict } from "../../frontend_templates/ts/live/policy";
import { SavedSign, type Facts, type Sign } from "../../frontend_templates/ts/live/saved";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const calm: Facts = { connected: true, synced: true, unsaved: false, kept: true, refused: false };

function sign(): { shown: Sign[]; sign: SavedSign } {
  const shown: Sign[] = [];
  return { shown, sign: new SavedSign((each) => shown.push(each)) };
}

test("saved is said after a pause, not after each key", () => {
  const { shown, sign: at } = sign();
  at.update(calm);
  mock.timers.tick(500);
  for (let key = 0; key < 5; key++) {
    at.update({ ...calm, unsaved: true });
    mock.timers.tick(50);
    at.update(calm);
    mock.timers.tick(100);
  }
  mock.timers.tick(500);
  assert.deepEqual(shown, ["saved", "pending", "saved"]);
});

test("nothing is said for a second, then that it is being saved", () => {
  const { shown, sign: at } = sign();
  at.update({ ...calm, unsaved: true });
  mock.timers.tick(990);
  assert.deepEqual(shown, ["pending"]);
  at.update({ ...calm, unsaved: true });
  mock.timers.tick(20);
  assert.deepEqual(shown, ["pending", "saving"]);
});

test("saved is never shown while something is owed", () => {
  const { sign: at } = sign();
  at.update(calm);
  mock.timers.tick(500);
  assert.equal(at.sign, "saved");
  at.update({ ...calm, unsaved: true });
  assert.equal(at.sign, "pending");
});

test("without a line the device has it, or nobody has", () => {
  const { sign: at } = sign();
  at.update({ ...calm, connected: false, synced: false, unsaved: true });
  assert.equal(at.sign, "device");
  at.update({ ...calm, connected: false, synced: false, unsaved: true, kept: false });
  assert.equal(at.sign, "unsaved");
  at.update({ ...calm, refused: true });
  assert.equal(at.sign, "unsaved");
});

test("the wait before a new try is drawn from the whole span, which doubles up to half a minute", () => {
  assert.equal(pause(0, () => 0), 500);
  assert.equal(pause(0, () => 1), 1000);
  assert.equal(pause(3, () => 1), 8000);
  assert.equal(pause(40, () => 1), 30_000);
  assert.equal(pause(40, () => 0), 500);
  assert.ok(pause(6, () => 0.5) > 10_000);
});

test("a code that nobody knows is a lost line", () => {
  assert.deepEqual(verdict(1006), { ending: "again", state: "lost" });
  assert.deepEqual(verdict(4999), { ending: "again", state: "lost" });
  assert.equal(verdict(4403).state, "removed");
});
