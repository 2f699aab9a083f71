import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fresh } from "../../frontend_templates/ts/room/ticket";
import { page } from "./page";

afterEach(() => mock.restoreAll());

function room(): HTMLElement {
  const dom = page(`<div id="room" data-room="r1" data-log="3" data-me="old" data-websocket="/old"><input type="hidden" name="csrfmiddlewaretoken" value="t"></div>`);
  const root = dom.window.document.getElementById("room");
  assert.ok(root);
  return root;
}

const answers = (status: number, body: unknown = {}): ReturnType<typeof mock.method> => mock.method(globalThis, "fetch", () => Promise.resolve(new Response(JSON.stringify(body), { status })));

test("another ticket is for the text that the page holds, and whoever took an account goes on as it", async () => {
  const asked = answers(201, { participant: "new", status: "admitted", websocket: "/new" });
  const root = room();
  const me = { id: "old", name: "Amal", role: "participant" };
  assert.equal(await fresh(root, me), true);
  const [address, options] = asked.mock.calls[0]?.arguments as [string, RequestInit];
  assert.equal(address, "/api/v1/rooms/r1/ticket/");
  assert.deepEqual(JSON.parse(options.body as string), { log: 3 });
  assert.deepEqual([root.dataset["websocket"], root.dataset["me"], me.id], ["/new", "new", "new"]);
});

test("who is not let in, or waits at the door, keeps the old ticket; where nobody answers it is asked again", async () => {
  const me = { id: "old", name: "Amal", role: "participant" };
  for (const [status, body] of [[403, {}], [201, { status: "waiting" }]] as const) {
    answers(status, body);
    assert.equal(await fresh(room(), me), false);
    mock.restoreAll();
  }
  for (const status of [429, 502]) {
    answers(status);
    await assert.rejects(fresh(room(), me));
    mock.restoreAll();
  }
});
