// Yjs as the judge: makes random sessions of several people, and tells what a newcomer reads from given bytes.
import * as Y from "yjs";
import { edit, random, reading, sorted } from "./edits.mjs";
import { serve } from "./lines.mjs";

const hex = (bytes) => Buffer.from(bytes).toString("hex");

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
    return reading(doc).content;
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

await serve(acts);
