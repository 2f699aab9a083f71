// Yjs as the judge: makes random sessions of several people, and tells what a newcomer reads from given bytes.
import { createInterface } from "node:readline";
import { yDocToProsemirrorJSON } from "y-prosemirror";
import * as Y from "yjs";

function random(seed) {
  let x = (seed * 2654435761 + 1) >>> 0;
  return (n) => {
    x = (x * 1664525 + 1013904223) >>> 0;
    return Math.floor((x / 4294967296) * n);
  };
}

const WORDS = ["a", "bé", "ß ", "😀", "👩‍👧", "x😀y", "ą", "long words here ", "𝔘", "\n", "ő"];
const hex = (bytes) => Buffer.from(bytes).toString("hex");

function texts(parent, found = []) {
  for (const child of parent.toArray()) {
    if (child instanceof Y.XmlText) found.push(child);
    else texts(child, found);
  }
  return found;
}

function elements(parent, found = []) {
  for (const child of parent.toArray()) {
    if (child instanceof Y.XmlElement) {
      found.push(child);
      elements(child, found);
    }
  }
  return found;
}

function paragraph(dice, text) {
  const element = new Y.XmlElement("paragraph");
  const words = new Y.XmlText();
  words.insert(0, text);
  element.insert(0, [words]);
  element.setAttribute("id", `p${dice(1e9)}`);
  return element;
}

function list(dice, depth) {
  const element = new Y.XmlElement(dice(2) ? "bulletList" : "orderedList");
  const item = new Y.XmlElement("listItem");
  const inside = [paragraph(dice, WORDS[dice(WORDS.length)])];
  if (depth > 0) inside.push(list(dice, depth - 1));
  item.insert(0, inside);
  element.insert(0, [item]);
  return element;
}

function edit(doc, dice, split) {
  const root = doc.getXmlFragment("document");
  const all = texts(root);
  const what = dice(12);
  if (!all.length || what === 0) return root.insert(dice(root.length + 1), [paragraph(dice, WORDS[dice(WORDS.length)])]);
  if (what === 1) return root.insert(dice(root.length + 1), [list(dice, dice(3))]);
  if (what === 2 && root.length > 3) return root.delete(dice(root.length), 1);
  if (what === 3) {
    const heading = new Y.XmlElement("heading");
    heading.setAttribute("level", 2 + dice(2));
    heading.insert(0, [new Y.XmlText("H😀")]);
    return root.insert(dice(root.length + 1), [heading]);
  }
  if (what === 4) return elements(root)[dice(elements(root).length)].setAttribute("id", `n${dice(1e6)}`);
  if (what === 5) {
    const notes = doc.getMap("board");
    const keys = [...notes.keys()];
    if (keys.length && dice(2)) {
      const note = notes.get(keys[dice(keys.length)]);
      return dice(4) ? note.set("order", dice(100) / 4) : notes.delete(keys[dice(keys.length)]);
    }
    const note = new Y.Map();
    note.set("text", WORDS[dice(WORDS.length)]);
    note.set("column", `c${dice(3)}`);
    return notes.set(`n${dice(1e6)}`, note);
  }
  const text = all[dice(all.length)];
  // A format between two halves may split them here without a word to others, so even Yjs would disagree with itself.
  const whole = (at) => (split && what !== 9 && what !== 10 ? at : boundary(text, at));
  if (what < 9 || text.length < 2) return text.insert(whole(dice(text.length + 1)), WORDS[dice(WORDS.length)]);
  const from = whole(dice(text.length));
  const to = whole(Math.min(text.length, from + 1 + dice(4)));
  if (to <= from) return undefined;
  if (what === 9) return text.format(from, to - from, dice(2) ? { bold: {} } : { bold: null });
  if (what === 10) return text.format(from, to - from, { link: { href: "https://a.example/" } });
  return text.delete(from, to - from);
}

/** The nearest place that is not inside a pair. */
function boundary(text, at) {
  const plain = text.toDelta().map((part) => part.insert).join("");
  const code = plain.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}

/** Three people; each hears the log up to somewhere, writes, and is appended to it, as with a server between. */
function session({ seed, steps = 60, people = 3, split = true, offline = 4 }) {
  const dice = random(seed);
  const log = [];
  const docs = Array.from({ length: people }, (_, index) => {
    const doc = new Y.Doc();
    doc.clientID = 1000 + index;
    doc.heard = 0;
    doc.own = [];
    doc.on("update", (update, origin) => origin !== "log" && doc.own.push(update));
    return doc;
  });
  const hear = (doc, until) => {
    for (; doc.heard < until; doc.heard += 1) Y.applyUpdate(doc, log[doc.heard].update, "log");
  };
  const speak = (doc) => {
    const updates = dice(offline) ? doc.own : doc.own.length ? [Y.mergeUpdates(doc.own)] : [];
    for (const update of updates) log.push({ by: doc.clientID, update });
    doc.own = [];
  };
  for (let step = 0; step < steps; step += 1) {
    const doc = docs[dice(people)];
    if (dice(2)) hear(doc, doc.heard + dice(log.length - doc.heard + 1));
    if (dice(3)) edit(doc, dice, split);
    else doc.transact(() => [0, 1, 2].forEach(() => edit(doc, dice, split)));
    if (dice(offline)) speak(doc);
  }
  // Yjs tidies formats after what others did, and says so: until nobody has anything more to say.
  for (let before = -1; before < log.length; ) {
    before = log.length;
    docs.forEach(speak);
    docs.forEach((doc) => hear(doc, log.length));
    docs.forEach(speak);
  }
  const reads = docs.map(reading);
  const said = reads.map((each) => JSON.stringify(sorted(each)));
  return { log: log.map(({ by, update }) => ({ by, hex: hex(update) })), reads, equal: said.every((each) => each === said[0]) };
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

function reading(doc) {
  return { content: yDocToProsemirrorJSON(doc, "document"), board: doc.getMap("board").toJSON(), pending: Boolean(doc.store.pendingStructs || doc.store.pendingDs) };
}

/** What someone reads who gets these bytes, one after the other. */
function newcomer({ updates }) {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, Buffer.from(update, "hex"));
  return { ...reading(doc), vector: hex(Y.encodeStateVector(doc)) };
}

/** What someone reads after each of the updates. */
function moments({ updates }) {
  const doc = new Y.Doc();
  return updates.map((update) => {
    Y.applyUpdate(doc, Buffer.from(update, "hex"));
    return yDocToProsemirrorJSON(doc, "document");
  });
}

/** An honest text to be damaged: bytes of one update each. */
function honest({ seed, steps = 30 }) {
  return session({ seed, steps, split: false }).log.map((each) => each.hex);
}

/** A whole document as a client would send it on coming back, collected garbage and all. */
function returned({ seed, steps = 40 }) {
  const dice = random(seed);
  const doc = new Y.Doc();
  doc.clientID = 77;
  for (let step = 0; step < steps; step += 1) edit(doc, dice, false);
  return { update: hex(Y.encodeStateAsUpdate(doc)), ...reading(doc) };
}

const acts = { session, newcomer, moments, honest, returned };

for await (const line of createInterface({ input: process.stdin })) {
  const { nr, act, ...args } = JSON.parse(line);
  let answer;
  try {
    answer = acts[act](args) ?? null;
  } catch (problem) {
    answer = { failed: String(problem.stack) };
  }
  process.stdout.write(`${JSON.stringify({ nr, answer })}\n`);
}
process.exit(0);
