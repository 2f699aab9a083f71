// Random edits of a room's text and board, and how the result is read.
import { yDocToProsemirrorJSON } from "y-prosemirror";
import * as Y from "yjs";

export function random(seed) {
  let x = (seed * 2654435761 + 1) >>> 0;
  return (n) => {
    x = (x * 1664525 + 1013904223) >>> 0;
    return Math.floor((x / 4294967296) * n);
  };
}

const WORDS = ["a", "bé", "ß ", "😀", "👩‍👧", "x😀y", "ą", "long words here ", "𝔘", "\n", "ő"];

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

export function edit(doc, dice, split) {
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
      if (dice(4)) return note.set("order", dice(100) / 4);
      // A note is taken away by who wrote it, or the server puts it back.
      const own = keys.filter((key) => notes._map.get(key).id.client === doc.clientID);
      return own.length ? notes.delete(own[dice(own.length)]) : undefined;
    }
    const note = new Y.Map();
    note.set("text", WORDS[dice(WORDS.length)]);
    note.set("column", `c${dice(3)}`);
    return notes.set(`n${doc.clientID}-${dice(1e6)}`, note);
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

export function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

export function reading(doc) {
  return { content: yDocToProsemirrorJSON(doc, "document"), board: doc.getMap("board").toJSON(), pending: Boolean(doc.store.pendingStructs || doc.store.pendingDs) };
}
