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
