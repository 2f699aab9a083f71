import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { page } from "./page";

const HTML = `<form data-module="history"><input type="range" min="0" max="120" value="120">
  <button data-part="go">Show</button><button type="button" data-part="play" aria-pressed="false" hidden>Play</button><span data-part="state"></span>
  <template data-part="playing">Pause</template><template data-part="late">Try again.</template></form>
  <div data-part="moment" data-number="120" data-when="now">all of it</div>`;

const dom = page(HTML, "http://hall.example/torino/rooms/garden/history/");
const { document } = dom.window;
const part = (name: string): HTMLElement => document.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
const range = document.querySelector("input")!;

/** What was asked of the server, and how to answer it. */
const asked: string[] = [];
let answers: ((answer: Response) => void)[] = [];
globalThis.fetch = (address) => {
  const wanted = new URL(address as URL);
  asked.push(wanted.search);
  return new Promise((resolve) => answers.push(resolve));
};
async function answer(): Promise<void> {
  const number = new URLSearchParams(asked.at(-1)).get("at") ?? "";
  const body = `<div data-part="moment" data-number="${number}" data-when="at ${number}">as of ${number}</div>`;
  answers.shift()!(new Response(body, { headers: { "content-type": "text/html" } }));
  await wait(5);
}
function slide(to: number): void {
  range.value = String(to);
  range.dispatchEvent(new dom.window.Event("input", { bubbles: true }));
}

// @ts-expect-error -- a script that starts by itself, and no module
await import("../../frontend_templates/ts/history/main");

test("the slider asks for a moment and puts it on the page, into its words for the ear and into the address", async () => {
  assert.ok(part("go").hidden, "the button is for pages without script");
  slide(40);
  assert.deepEqual(asked, ["?at=40&part=moment"]);
  await answer();
  assert.equal(part("moment").textContent, "as of 40");
  assert.equal(range.getAttribute("aria-valuetext"), "at 40");
  assert.equal(dom.window.location.search, "?at=40");
});

test("while one moment is under way only the newest wish is kept", async () => {
  asked.length = 0;
  for (const place of [50, 51, 52, 53]) slide(place);
  assert.deepEqual(asked, ["?at=50&part=moment"]);
  await answer();
  assert.deepEqual(asked, ["?at=50&part=moment", "?at=53&part=moment"]);
  await answer();
  assert.equal(part("moment").textContent, "as of 53");
});

test("a moment that cannot be read says so, what was there stays, and the next one comes", async () => {
  slide(60);
  answers.shift()!(new Response("", { status: 503 }));
  await wait(5);
  assert.equal(part("state").textContent, "Try again.");
  assert.equal(part("moment").textContent, "as of 53");
  slide(61);
  await answer();
  assert.equal(part("state").textContent, "");
  assert.equal(part("moment").textContent, "as of 61");
});

test("it plays from the beginning in even steps, waits for each, and a hand on the slider stops it", async () => {
  slide(120);
  await answer();
  asked.length = 0;
  part("play").click();
  assert.equal(part("play").getAttribute("aria-pressed"), "true");
  assert.equal(part("play").textContent, "Pause");
  assert.deepEqual(asked, ["?at=2&part=moment"]);
  await answer();
  await wait(750);
  assert.deepEqual(asked, ["?at=2&part=moment", "?at=4&part=moment"]);
  slide(90);
  assert.equal(part("play").getAttribute("aria-pressed"), "false");
  assert.equal(part("play").textContent, "Play");
  await answer();
  await answer();
  await wait(750);
  assert.equal(asked.at(-1), "?at=90&part=moment");
  assert.equal(part("moment").textContent, "as of 90");
  answers = [];
});
