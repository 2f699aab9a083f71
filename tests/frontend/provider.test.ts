import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { drawer, Orders, Refusal } from "../../frontend_templates/ts/live/orders";
import { Provider } from "../../frontend_templates/ts/live/provider";
import * as line from "./line";
import { FakeSocket } from "./line";

let alive: Provider[] = [];

function provider(options: { mayWrite?: () => boolean; random?: () => number } = {}): Provider {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  const made = new Provider({ doc, awareness, url: () => "ws://hall/ws/", mayWrite: options.mayWrite ?? (() => true), random: options.random ?? (() => 0), open: (url) => new FakeSocket(url) as unknown as WebSocket });
  alive.push(made);
  return made;
}

/** A provider whose server has answered everything. */
function settled(server = new Y.Doc()): { at: Provider; socket: FakeSocket; server: Y.Doc } {
  const at = provider();
  at.connect();
  const socket = FakeSocket.last.accept();
  socket.tell(line.step1(server));
  socket.tell(line.step2(server));
  socket.tell(line.saved(1));
  return { at, socket, server };
}

beforeEach(() => {
  FakeSocket.made = [];
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
});

afterEach(() => {
  for (const each of alive) {
    each.awareness.destroy();
    each.destroy();
  }
  alive = [];
  mock.timers.reset();
});

test("a new line tells what this device has, and takes what the server has", () => {
  const server = new Y.Doc();
  server.getText("t").insert(0, "from the others");
  const { at, socket } = settled(server);
  assert.equal(socket.sync(0).length, 1);
  assert.equal(at.doc.getText("t").toJSON(), "from the others");
  assert.equal(at.synced, true);
});

test("what is written is unsaved until the server counts it", () => {
  const { at, socket } = settled();
  assert.equal(at.unsaved, false);
  at.doc.getText("t").insert(0, "a");
  assert.equal(at.unsaved, true);
  assert.equal(socket.sync(2).length, 1);
  socket.tell(line.saved(1));
  assert.equal(at.unsaved, true, "an old count proves nothing");
  socket.tell(line.saved(2));
  assert.equal(at.unsaved, false);
});

test("fast typing goes as one frame, and the count waits for it", () => {
  const { at, socket } = settled();
  const text = at.doc.getText("t");
  text.insert(0, "a");
  text.insert(1, "b");
  text.insert(2, "c");
  assert.equal(socket.sync(2).length, 1);
  socket.tell(line.saved(2));
  assert.equal(at.unsaved, true, "two letters have not left yet");
  mock.timers.tick(30);
  assert.equal(socket.sync(2).length, 2);
  socket.tell(line.saved(3));
  assert.equal(at.unsaved, false);
  const copy = new Y.Doc();
  for (const update of socket.sync(2)) Y.applyUpdate(copy, update);
  assert.equal(copy.getText("t").toJSON(), "abc");
});

test("what was written without a line goes out when the server asks, and only then counts as saved", () => {
  const at = provider();
  at.doc.getText("t").insert(0, "offline");
  assert.equal(at.unsaved, true);
  at.connect();
  const socket = FakeSocket.last.accept();
  assert.equal(socket.sync(1).length, 0);
  const server = new Y.Doc();
  socket.tell(line.step1(server));
  const [update] = socket.sync(1);
  assert.ok(update);
  Y.applyUpdate(server, update);
  assert.equal(server.getText("t").toJSON(), "offline");
  socket.tell(line.saved(1));
  assert.equal(at.unsaved, false);
});

test("a server that asks again in the middle gets everything again", () => {
  const { at, socket } = settled();
  at.doc.getText("t").insert(0, "lost on the way");
  const poorer = new Y.Doc();
  socket.tell(line.step1(poorer));
  for (const update of socket.sync(1).slice(1)) Y.applyUpdate(poorer, update);
  assert.equal(poorer.getText("t").toJSON(), "lost on the way");
  socket.tell(line.saved(2));
  assert.equal(at.unsaved, true, "the step 2 is the third frame");
  socket.tell(line.saved(3));
  assert.equal(at.unsaved, false);
});

test("counts start anew with each line", () => {
  const { at, socket, server } = settled();
  at.doc.getText("t").insert(0, "a");
  socket.end(1006);
  mock.timers.tick(1000);
  const next = FakeSocket.last.accept();
  assert.notEqual(next, socket);
  next.tell(line.saved(5));
  assert.equal(at.unsaved, true, "nothing was sent on this line yet");
  next.tell(line.step1(server));
  assert.equal(at.unsaved, true, "the count came before the frame");
  next.tell(line.saved(1));
  assert.equal(at.unsaved, false);
});

test("a reader sends nothing of its own", () => {
  const at = provider({ mayWrite: () => false });
  at.connect();
  const socket = FakeSocket.last.accept();
  socket.tell(line.step1(new Y.Doc()));
  assert.equal(socket.sync(1).length, 0);
  assert.equal(at.unsaved, false);
});

test("each close code is honoured", () => {
  for (const code of [1006, 4408, 4429, 4501, 4503, 4504]) {
    const { socket } = settled();
    const before = FakeSocket.made.length;
    socket.end(code);
    mock.timers.tick(60_000);
    assert.equal(FakeSocket.made.length, before + 1, String(code));
  }
  for (const code of [4401, 4403, 4404, 4413, 4422]) {
    const { at, socket } = settled();
    const states: string[] = [];
    at.on("ended", ({ state }) => states.push(state));
    const before = FakeSocket.made.length;
    socket.end(code);
    mock.timers.tick(600_000);
    assert.equal(FakeSocket.made.length, before, String(code));
    assert.equal(states.length, 1);
  }
});

test("a refused change is kept, and sent again only when the person asks", () => {
  const { at, socket } = settled();
  at.doc.getText("t").insert(0, "too much");
  socket.end(4413);
  assert.equal(at.refused?.state, "too-big");
  assert.equal(at.unsaved, true);
  at.connect();
  assert.equal(at.refused, null);
  const next = FakeSocket.last.accept();
  next.tell(line.step1(new Y.Doc()));
  assert.equal(next.sync(1).length, 1);
});

test("the line is tried anew at once when the network is back", () => {
  const { at, socket } = settled();
  at.cut();
  assert.equal(at.connected, false);
  assert.equal(socket.readyState, 3);
  const before = FakeSocket.made.length;
  at.hurry();
  assert.equal(FakeSocket.made.length, before + 1);
});

test("a silent line is asked, and given up when it stays silent", () => {
  const { at, socket } = settled();
  mock.timers.tick(31_000);
  assert.ok(socket.sent.some((frame) => frame[0] === 3));
  assert.equal(at.connected, true);
  mock.timers.tick(30_000);
  assert.equal(at.connected, false);
});

test("what a later server may send is no error", () => {
  const { at, socket } = settled();
  socket.tell(line.unknown());
  assert.equal(at.connected, true);
});

test("presence goes out at once and then not more often than it can be seen", () => {
  const { at, socket } = settled();
  const before = socket.sent.filter((frame) => frame[0] === 1).length;
  for (let place = 0; place < 20; place++) at.awareness.setLocalStateField("cursor", place);
  mock.timers.tick(100);
  assert.equal(socket.sent.filter((frame) => frame[0] === 1).length - before, 2);
});

test("an order is answered, refused with a reason, or told that there is no line", async () => {
  const { at, socket } = settled();
  const orders = new Orders(at);
  const done = orders.send("agenda", "next");
  const [order] = socket.rooms();
  assert.ok(order);
  assert.deepEqual([order["tool"], order["do"]], ["agenda", "next"]);
  socket.tell(line.room({ id: order["id"], ok: true }));
  await done;
  const refused = orders.send("agenda", "extend", { minutes: 10_000 });
  socket.tell(line.room({ id: socket.rooms()[1]?.["id"], error: { code: "invalid", detail: "At most 60 minutes." } }));
  await assert.rejects(refused, (error: Refusal) => error.code === "invalid" && error.message === "At most 60 minutes.");
  at.cut();
  await assert.rejects(orders.send("agenda", "next"), (error: Refusal) => error.code === "offline");
});

test("a message and a raised hand wait for the line, and keep their id when they are sent again", async () => {
  const { at, socket, server } = settled();
  const orders = new Orders(at);
  const sent = orders.send("chat", "post", { text: "hello", language: "en" });
  socket.end(1006);
  assert.equal(orders.waiting.length, 1);
  const raised = orders.send("speaking", "raise");
  mock.timers.tick(1000);
  const next = FakeSocket.last.accept();
  next.tell(line.step1(server));
  assert.equal(next.rooms().length, 1, "the hand at once; the message may have arrived, so the room's own words are awaited");
  mock.timers.tick(3000);
  assert.equal(next.rooms().length, 2);
  assert.equal(next.rooms()[1]?.["id"], socket.rooms()[0]?.["id"]);
  for (const order of next.rooms()) next.tell(line.room({ id: order["id"], ok: true }));
  await Promise.all([sent, raised]);
  assert.equal(orders.waiting.length, 0);
});

test("being told that one may not write is heard", () => {
  const { at, socket } = settled();
  const reasons: string[] = [];
  at.on("denied", (reason) => reasons.push(reason));
  at.doc.getText("t").insert(0, "a");
  socket.tell(line.denied("locked"));
  assert.deepEqual(reasons, ["locked"]);
  assert.equal(at.unsaved, true);
});

test("many orders go a few at a time, in order", async () => {
  const { at, socket } = settled();
  const orders = new Orders(at);
  const all = Array.from({ length: 10 }, (_, n) => orders.send("door", "admit", { id: String(n) }));
  assert.equal(socket.rooms().length, 4);
  for (let n = 0; n < 10; n++) socket.tell(line.room({ id: socket.rooms()[n]?.["id"], ok: true }));
  await Promise.all(all);
  assert.deepEqual(socket.rooms().map((order) => (order["args"] as { id: string }).id), Array.from("0123456789"));
});

test("a message whose answer was lost is not sent twice when the room shows it", async () => {
  const { at, socket } = settled();
  const orders = new Orders(at);
  const sent = orders.send("chat", "post", { text: "hello" });
  socket.end(1006);
  mock.timers.tick(1000);
  const next = FakeSocket.last.accept();
  orders.settle((order) => order.args["text"] === "hello");
  await sent;
  mock.timers.tick(5000);
  assert.equal(next.rooms().length, 0);
});

test("a doubt lasts as long on each line: one that is cut again takes it along", () => {
  const { at, socket } = settled();
  const orders = new Orders(at);
  void orders.send("chat", "post", { text: "hello" });
  socket.end(1006);
  mock.timers.tick(1000);
  FakeSocket.last.accept();
  mock.timers.tick(2000);
  FakeSocket.last.end(1006);
  mock.timers.tick(2000);
  const third = FakeSocket.last.accept();
  mock.timers.tick(2000);
  assert.equal(third.rooms().length, 0, "the room's own words are awaited on this line, too");
  mock.timers.tick(1000);
  assert.equal(third.rooms().length, 1);
});

test("a huge paste that was taken back does not stand in the way any more", () => {
  const { at, socket } = settled();
  const text = at.doc.getText("t");
  const undo = new Y.UndoManager(text);
  text.insert(0, "x".repeat(400_000));
  socket.end(4413);
  undo.undo();
  at.connect();
  const next = FakeSocket.last.accept();
  next.tell(line.step1(new Y.Doc()));
  assert.ok((next.sync(1)[0]?.length ?? Infinity) < 1000);
  undo.redo();
  assert.equal(text.length, 400_000, "redo still works here");
});

test("a message written without a line survives the closed tab; other orders do not come back by themselves", () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) } as unknown as Storage;
  const first = new Orders(provider(), drawer("r1", () => storage));
  void first.send("chat", "post", { text: "from the tunnel" });
  void first.send("agenda", "next").catch(() => undefined);
  const { at } = settled();
  const later = new Orders(at, drawer("r1", () => storage));
  assert.deepEqual(later.waiting.map((order) => order.args["text"]), ["from the tunnel"]);
  at.cut();
  mock.timers.tick(1000);
  const line = FakeSocket.last.accept();
  assert.equal(line.rooms().length, 0, "it may have arrived before the tab closed");
  mock.timers.tick(3000);
  assert.equal(line.rooms().length, 1);
});
