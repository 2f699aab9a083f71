import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { Bar } from "../../frontend_templates/ts/room/bars";
import type { Room } from "../../frontend_templates/ts/room/context";
import { Words } from "../../frontend_templates/ts/live/words";
import { Reading } from "../../frontend_templates/ts/room/reading";
import { page } from "./page";

type Answer = { readonly ok: boolean; readonly status: number; readonly headers: Headers; readonly text: () => Promise<string> };

let dom = page("");
let asked: ((answer: Answer) => void)[] = [];

const answer = (status: number, html = ""): Answer => ({ ok: status < 400, status, headers: new Headers(), text: () => Promise.resolve(html) });
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

beforeEach(() => {
  asked = [];
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  Object.defineProperty(globalThis, "fetch", { value: () => new Promise((done) => asked.push(done)), configurable: true, writable: true });
});
afterEach(() => mock.timers.reset());

function reading(): { bars: Map<string, Bar>; line: { connected: boolean }; tell: (name: string, value: unknown) => void } {
  dom = page('<div id="room" data-room="r1"><div data-part="read"></div></div>');
  const bars = new Map<string, Bar>();
  const heard = new Map<string, (value: never) => void>();
  const line = { connected: false, on: (name: string, listener: (value: never) => void) => heard.set(name, listener) };
  const room = { root: dom.window.document.getElementById("room"), words: new Words(dom.window.document, "en"), provider: line } as unknown as Room;
  new Reading(room, { set: (name: string, bar: Bar | null) => (bar ? bars.set(name, bar) : bars.delete(name)) } as never);
  return { bars, line, tell: (name, value) => heard.get(name)?.(value as never) };
}

test("where no live line comes through, the text is fetched, one question after the other however slow the answers are", async () => {
  const { bars, tell } = reading();
  tell("failed", 3);
  tell("failed", 4);
  asked[0]?.(answer(200, "<p>Six benches</p>"));
  await settled();
  assert.ok(bars.has("blocked"));
  assert.equal(dom.window.document.querySelector("[data-part=read] p")?.textContent, "Six benches");
  for (let time = 0; time < 5; time += 1) mock.timers.tick(10_000);
  assert.equal(asked.length, 2, "the second has no answer yet");
  asked[1]?.(answer(200));
  await settled();
  mock.timers.tick(10_000);
  assert.equal(asked.length, 3);
});

test("a line that comes through while the page is being asked counts, and nothing says that it is blocked", async () => {
  const { bars, line, tell } = reading();
  tell("failed", 3);
  line.connected = true;
  tell("line", true);
  asked[0]?.(answer(200));
  await settled();
  assert.equal(bars.size, 0);
  mock.timers.tick(60_000);
  assert.equal(asked.length, 1);
});

test("who waits at the door goes on waiting while the server is busy, and reads their place when it is back", async () => {
  const place = (n: number): string => `<main data-module="waiting"><p data-part="place">${n}</p></main>`;
  dom = page(place(7));
  Object.defineProperty(globalThis, "navigator", { value: dom.window.navigator, configurable: true });
  await import("../../frontend_templates/ts/page/main");
  for (const [status, html] of [[502, "<p>Bad gateway</p>"], [429, ""], [200, place(6)]] as const) {
    mock.timers.tick(15_000);
    asked.at(-1)?.(answer(status, html));
    await settled();
  }
  assert.equal(asked.length, 3);
  assert.equal(dom.window.document.querySelector("[data-part=place]")?.textContent, "6");
});
