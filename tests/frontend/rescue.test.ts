import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import * as Y from "yjs";
import { Emitter } from "../../frontend_templates/ts/live/emitter";
import type { Provider } from "../../frontend_templates/ts/live/provider";
import { leaveBehind, Mine, placeOf, Rescued, unsaved } from "../../frontend_templates/ts/live/rescue";
import { DeviceStore } from "../../frontend_templates/ts/live/store";

class Line extends Emitter<{ saving: undefined }> {
  unsaved = false;
  synced = true;
  constructor(readonly doc: Y.Doc) {
    super();
  }
  says(unsaved: boolean): void {
    this.unsaved = unsaved;
    this.emit("saving", undefined);
  }
}

function storage(): Storage {
  const held = new Map<string, string>();
  return { getItem: (key: string) => held.get(key) ?? null, setItem: (key: string, value: string) => void held.set(key, value), removeItem: (key: string) => void held.delete(key) } as unknown as Storage;
}

function paragraph(doc: Y.Doc, text: string): Y.XmlText {
  const words = new Y.XmlText(text);
  const element = new Y.XmlElement("paragraph");
  element.insert(0, [words]);
  doc.getXmlFragment("document").push([element]);
  return words;
}

test("only one's own words that the server never had are offered", () => {
  const doc = new Y.Doc();
  const theirs = new Y.Doc();
  paragraph(theirs, "What somebody else wrote.");
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(theirs), "remote");
  const line = new Line(doc);
  const kept = storage();
  const mine = new Mine("room", () => kept);
  mine.follow(line as unknown as Provider);
  line.says(true);
  const words = paragraph(doc, "Saved. ");
  line.says(false);
  assert.equal(unsaved(doc, mine.ledger()), "");
  line.says(true);
  words.insert(words.length, "Not saved.");
  const gone = paragraph(doc, "taken back");
  gone.delete(0, gone.length);
  const note = new Y.Map();
  doc.getMap("board").set("n1", note);
  note.set("text", "An idea");
  assert.equal(unsaved(doc, mine.ledger()), "Not saved.\n\nAn idea");
});

test("a text of before leaves the device, and unsaved words of a closed tab wait to be copied", async () => {
  const doc = new Y.Doc();
  const held = await DeviceStore.open(placeOf("r", 1), doc, () => undefined);
  assert.ok(held);
  held.follow({} as unknown as Provider);
  paragraph(doc, "Written without a line.");
  for (let n = 0; n < 100 && !held.kept; n++) await wait(10);
  const kept = storage();
  const rescued = new Rescued("r", () => kept);
  await leaveBehind("r", 2, { [doc.clientID]: 0 }, rescued);
  assert.equal(rescued.words, "Written without a line.");
  const again = await DeviceStore.open(placeOf("r", 1), new Y.Doc(), () => undefined);
  assert.equal(again?.found, false);
  const fresh = await DeviceStore.open(placeOf("r", 2), new Y.Doc(), () => undefined);
  assert.equal(fresh?.found, false);
  rescued.forget();
  assert.equal(rescued.words, "");
});

test("a device that cannot keep the words keeps the text that holds them", async () => {
  const doc = new Y.Doc();
  const held = await DeviceStore.open(placeOf("full", 1), doc, () => undefined);
  assert.ok(held);
  held.follow({} as unknown as Provider);
  paragraph(doc, "Precious.");
  for (let n = 0; n < 100 && !held.kept; n++) await wait(10);
  const full = { getItem: () => null, setItem: () => { throw new Error("full"); } } as unknown as Storage;
  await leaveBehind("full", 2, { [doc.clientID]: 0 }, new Rescued("full", () => full));
  const again = await DeviceStore.open(placeOf("full", 1), new Y.Doc(), () => undefined);
  assert.equal(again?.found, true);
});
