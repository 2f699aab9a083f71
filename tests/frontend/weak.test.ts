import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { learn, serverNow } from "../../frontend_templates/ts/live/clock";
import { pause, type Verdict } from "../../frontend_templates/ts/live/policy";
import { Provider, type Options } from "../../frontend_templates/ts/live/provider";
import * as line from "./line";

const docs: Y.Doc[] = [];
afterEach(() => {
  for (const doc of docs.splice(0)) doc.destroy();
});

function provider(more: Partial<Options> = {}): { doc: Y.Doc; made: Provider; ended: Verdict[]; closed: Verdict[] } {
  const doc = new Y.Doc();
  docs.push(doc);
  const made = new Provider({ doc, awareness: new Awareness(doc), url: () => "ws://hall.example", mayWrite: () => true, open: (url) => new line.FakeSocket(url) as unknown as WebSocket, random: () => 0, ...more });
  const ended: Verdict[] = [];
  const closed: Verdict[] = [];
  made.on("ended", (verdict) => ended.push(verdict));
  made.on("closed", (verdict) => closed.push(verdict));
  return { doc, made, ended, closed };
}

test("a long answer goes as several frames, the last of which answers, and counts as saved when all of them do", () => {
  const { doc, made } = provider();
  const words = doc.getText("t");
  for (let n = 0; n < 30_000; n += 1) words.insert(n % 2 ? 0 : words.length, "word after word ");
  made.connect();
  const socket = line.FakeSocket.last.accept();
  const server = new Y.Doc();
  socket.tell(line.step2(server));
  socket.tell(line.step1(server));
  const updates = socket.sync(2);
  const answers = socket.sync(1);
  assert.ok(updates.length > 1, `${updates.length} updates`);
  assert.equal(answers.length, 1);
  for (const update of [...updates, ...answers]) {
    assert.ok(update.length <= 256 * 1024);
    Y.applyUpdate(server, update);
    assert.equal(server.store.pendingStructs, null);
  }
  assert.equal(server.getText("t").toJSON(), words.toJSON());
  socket.tell(line.saved(updates.length));
  assert.equal(made.unsaved, true);
  socket.tell(line.saved(updates.length + 1));
  assert.equal(made.unsaved, false);
  made.destroy();
});

test("a ticket that has run out is changed for another, and what waited goes out", async () => {
  let asked = 0;
  const { doc, made, ended } = provider({ fresh: () => Promise.resolve(Boolean(++asked)) });
  made.connect();
  line.FakeSocket.last.accept().tell(line.step2(new Y.Doc()));
  doc.getText("t").insert(0, "still mine");
  line.FakeSocket.last.end(4401);
  await wait(5);
  assert.equal(asked, 1);
  const socket = line.FakeSocket.last.accept();
  socket.tell(line.step1(new Y.Doc()));
  assert.equal(socket.sync(1).length, 1);
  assert.equal(ended.length, 0);
  socket.end(4401);
  await wait(5);
  assert.equal(asked, 1, "not again and again");
  assert.equal(ended[0]?.state, "signed-out");
  made.destroy();
});

test("while another ticket is on its way, a device that wakes does not try the old one again", async () => {
  let give = (): void => undefined;
  const { made, ended } = provider({ fresh: () => new Promise((done) => (give = () => done(true))) });
  made.connect();
  line.FakeSocket.last.accept().end(4401);
  const sockets = line.FakeSocket.made.length;
  made.hurry();
  made.wake();
  made.renew();
  assert.equal(line.FakeSocket.made.length, sockets);
  give();
  await wait(5);
  assert.equal(line.FakeSocket.made.length, sockets + 1);
  line.FakeSocket.last.accept().tell(line.step2(new Y.Doc()));
  assert.equal(ended.length, 0);
  made.destroy();
});

test("who is not let in any more is told so; who cannot ask tries again", async () => {
  const out = provider({ fresh: () => Promise.resolve(false) });
  out.made.connect();
  line.FakeSocket.last.accept().end(4401);
  await wait(5);
  assert.equal(out.ended[0]?.state, "signed-out");
  out.made.destroy();
  const away = provider({ fresh: () => Promise.reject(new Error("no network")) });
  away.made.connect();
  line.FakeSocket.last.accept().end(4401);
  await wait(5);
  assert.equal(away.ended.length, 0);
  away.made.destroy();
});

test("each code that ends a line is said, and waits as long as it asks", () => {
  const { made, closed } = provider();
  for (const code of [4408, 4429, 4501, 4503, 4504]) {
    made.connect();
    made.hurry();
    line.FakeSocket.last.accept().end(code);
  }
  assert.deepEqual(closed.map((each) => each.state), ["slow", "fast", "restarting", "cannot-save", "later"]);
  assert.ok(pause(0, () => 0, "fast") >= 5000);
  assert.ok(pause(0, () => 0, "cannot-save") >= 3000);
  assert.ok(pause(0, () => 1, "restarting") > pause(0, () => 1), "a hall that comes back at once is spread wider");
  made.destroy();
});

test("tries that never come through are counted, until one does", () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  const { made } = provider();
  const failed: number[] = [];
  made.on("failed", (tries) => failed.push(tries));
  made.connect();
  for (let n = 0; n < 3; n += 1) {
    line.FakeSocket.last.end(1006);
    mock.timers.tick(40_000);
  }
  assert.deepEqual(failed, [1, 2, 3]);
  line.FakeSocket.last.accept().end(1006);
  mock.timers.tick(40_000);
  line.FakeSocket.last.end(1006);
  assert.deepEqual(failed, [1, 2, 3, 1]);
  made.destroy();
  mock.timers.reset();
});

test("a device that wakes finds out at once that its line is dead", () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  const { made } = provider();
  made.connect();
  const socket = line.FakeSocket.last.accept();
  socket.tell(line.step2(new Y.Doc()));
  const before = line.FakeSocket.made.length;
  made.wake();
  mock.timers.tick(5000);
  assert.equal(line.FakeSocket.made.length, before + 1);
  const fresh = line.FakeSocket.last.accept();
  mock.timers.tick(1000);
  made.wake();
  fresh.tell(line.unknown());
  mock.timers.tick(1000);
  fresh.tell(line.saved(0));
  mock.timers.tick(4000);
  assert.equal(line.FakeSocket.made.length, before + 1, "a line that answers stays");
  made.destroy();
  mock.timers.reset();
});

test("a page that is put away lays its line down and takes it up when it comes back", () => {
  const { doc, made } = provider();
  made.connect();
  const socket = line.FakeSocket.last.accept();
  socket.tell(line.step2(new Y.Doc()));
  socket.tell(line.step1(new Y.Doc()));
  doc.getText("t").insert(0, "a");
  doc.getText("t").insert(1, "b");
  made.rest();
  assert.equal(socket.sync(2).length, 2, "what was gathered goes out first");
  assert.equal(socket.readyState, 3);
  made.wake();
  assert.notEqual(line.FakeSocket.last, socket);
  made.destroy();
});

test("a device's wrong clock is set right by the server's", () => {
  learn(new Date(Date.now() + 3_600_000).toISOString());
  assert.ok(Math.abs(serverNow() - Date.now() - 3_600_000) < 100);
  learn("nonsense");
  assert.ok(serverNow() > Date.now() + 3_000_000);
});
