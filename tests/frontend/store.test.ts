import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import * as Y from "yjs";
import type { Provider } from "../../frontend_templates/ts/live/provider";
import { DeviceStore } from "../../frontend_templates/ts/live/store";

const provider = { remote: true } as unknown as Provider;

async function opened(room: string): Promise<{ doc: Y.Doc; store: DeviceStore }> {
  const doc = new Y.Doc();
  const store = await DeviceStore.open(room, doc, () => undefined);
  assert.ok(store);
  store.follow(provider);
  return { doc, store };
}

async function kept(store: DeviceStore): Promise<void> {
  for (let n = 0; n < 100 && !store.kept; n++) await wait(10);
  assert.ok(store.kept);
}

test("what was written survives the tab", async () => {
  const { doc, store } = await opened("a");
  doc.getText("t").insert(0, "offline words");
  assert.equal(store.kept, false, "not before the device says so");
  await kept(store);
  const later = await opened("a");
  assert.equal(later.doc.getText("t").toJSON(), "offline words");
  assert.equal(later.store.found, true);
});

test("rooms do not mix", async () => {
  const { doc, store } = await opened("b");
  doc.getText("t").insert(0, "mine");
  await kept(store);
  const other = await opened("c");
  assert.equal(other.store.found, false);
  assert.equal(other.doc.getText("t").toJSON(), "");
});

test("many small writes become few rows, and nothing is lost", async () => {
  const { doc, store } = await opened("d");
  for (let n = 0; n < 400; n++) {
    doc.getText("t").insert(n, "x");
    if (n % 50 === 0) await wait(5);
  }
  await kept(store);
  const later = await opened("d");
  assert.equal(later.doc.getText("t").length, 400);
});

test("leaving on purpose leaves nothing behind", async () => {
  const { doc, store } = await opened("e");
  doc.getText("t").insert(0, "private");
  await kept(store);
  await store.forget();
  assert.equal((await opened("e")).store.found, false);
});

test("a device that keeps nothing is said to keep nothing", async () => {
  assert.equal(await DeviceStore.open("f", new Y.Doc(), () => undefined, null), null);
  const broken = { open: () => { throw new Error("private window"); } } as unknown as IDBFactory;
  assert.equal(await DeviceStore.open("f", new Y.Doc(), () => undefined, broken), null);
});

test("what a full device refused is in the next row that it takes", async () => {
  const { doc, store } = await opened("f");
  doc.getText("t").insert(0, "before ");
  await kept(store);
  const add = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, "add");
  assert.ok(add);
  IDBObjectStore.prototype.add = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  doc.getText("t").insert(7, "lost ");
  await wait(20);
  assert.equal(store.healthy, false);
  assert.equal(store.kept, false);
  Object.defineProperty(IDBObjectStore.prototype, "add", add);
  doc.getText("t").insert(12, "after");
  await kept(store);
  assert.equal((await opened("f")).doc.getText("t").toJSON(), "before lost after");
});

test("two tabs of one person keep both their words", async () => {
  const [one, two] = [await opened("g"), await opened("g")];
  for (let n = 0; n < 120; n++) {
    one.doc.getText("t").insert(0, "a");
    two.doc.getText("t").insert(0, "b");
    if (n % 20 === 0) await wait(2);
  }
  await kept(one.store);
  await kept(two.store);
  const text = (await opened("g")).doc.getText("t").toJSON();
  assert.equal(text.replaceAll("b", "").length, 120);
  assert.equal(text.replaceAll("a", "").length, 120);
});

test("what came from others is kept at once when the page is put away", async () => {
  const { doc, store } = await opened("h");
  const other = new Y.Doc();
  other.getText("t").insert(0, "theirs");
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), provider);
  assert.equal(store.kept, false);
  store.flush();
  await kept(store);
  assert.equal((await opened("h")).doc.getText("t").toJSON(), "theirs");
});

test("a browser that keeps nothing is no error", async () => {
  const refused = { open: () => { throw new DOMException("private window", "SecurityError"); } } as unknown as IDBFactory;
  assert.equal(await DeviceStore.open("i", new Y.Doc(), () => undefined, refused), null);
  assert.equal(await DeviceStore.open("i", new Y.Doc(), () => undefined, null), null);
});
