import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { portions } from "../../frontend_templates/ts/live/portions";

function dice(seed: number): (n: number) => number {
  let x = (seed * 2654435761 + 1) >>> 0;
  return (n) => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return Math.floor((x / 4294967296) * n);
  };
}

/** Three devices of one person: each goes on from what the one before had written. */
function written(seed: number, steps: number): Y.Doc {
  const roll = dice(seed);
  let doc = new Y.Doc();
  for (let device = 0; device < 3; device += 1) {
    const next = new Y.Doc();
    next.clientID = 1000 + device;
    Y.applyUpdate(next, Y.encodeStateAsUpdate(doc));
    doc = next;
    const root = doc.getXmlFragment("document");
    for (let step = 0; step < steps; step += 1) {
      const texts = root.toArray().flatMap((each) => (each as Y.XmlElement).toArray()) as Y.XmlText[];
      const text = texts[roll(texts.length)];
      if (!text || roll(6) === 0) {
        const block = new Y.XmlElement("paragraph");
        block.insert(0, [new Y.XmlText("Shade 😀 ".repeat(1 + roll(4)))]);
        root.insert(roll(root.length + 1), [block]);
      } else if (text.length > 4 && roll(4) === 0) text.delete(0, 1 + roll(3) * 2);
      else if (text.length && roll(5) === 0) text.format(0, 1, { bold: {} });
      else text.insert(text.length, "and seats ");
    }
  }
  return doc;
}

test("a short update is sent as it is", () => {
  const update = Y.encodeStateAsUpdate(written(1, 5));
  assert.deepEqual(portions(update), [update]);
});

for (let seed = 0; seed < 12; seed += 1) {
  test(`a long update goes in portions that rest only on what came before (seed ${seed})`, () => {
    const doc = written(seed, 120);
    const parts = portions(Y.encodeStateAsUpdate(doc), 1500);
    assert.ok(parts.length > 2);
    const there = new Y.Doc();
    for (const part of parts) {
      assert.ok(part.length < 3000, `${part.length} bytes`);
      Y.applyUpdate(there, part);
      assert.equal(there.store.pendingStructs, null);
      assert.equal(there.store.pendingDs, null);
    }
    assert.equal(there.getXmlFragment("document").toJSON(), doc.getXmlFragment("document").toJSON());
    assert.deepEqual(Y.encodeStateVector(there), Y.encodeStateVector(doc));
  });
}

test("what somebody typed without a pause for a very long time is cut between letters, never within one", () => {
  const doc = new Y.Doc();
  const text = doc.getText("t");
  for (let n = 0; n < 200_001; n += 1) text.insert(text.length, n % 3 ? "ő" : "😀");
  const parts = portions(Y.encodeStateAsUpdate(doc));
  assert.ok(parts.length > 3);
  const there = new Y.Doc();
  for (const part of parts) {
    assert.ok(part.length <= 256 * 1024, `${part.length} bytes`);
    Y.applyUpdate(there, part);
    assert.equal(there.store.pendingStructs, null);
  }
  assert.equal(there.getText("t").toJSON(), text.toJSON());
  assert.ok(!there.getText("t").toJSON().includes("\ufffd"));
});

test("many deletions alone go in portions too", () => {
  const doc = new Y.Doc();
  const text = doc.getText("t");
  for (let n = 0; n < 20_000; n += 1) text.insert(0, "ab");
  const before = Y.encodeStateAsUpdate(doc);
  const vector = Y.encodeStateVector(doc);
  doc.transact(() => {
    for (let at = 0; at < text.length; at += 1) text.delete(at, 1);
  });
  const update = Y.encodeStateAsUpdate(doc, vector);
  const parts = portions(update, 20_000);
  assert.ok(parts.length > 1);
  const there = new Y.Doc();
  Y.applyUpdate(there, before);
  for (const part of parts) Y.applyUpdate(there, part);
  assert.equal(there.getText("t").toJSON(), text.toJSON());
});
