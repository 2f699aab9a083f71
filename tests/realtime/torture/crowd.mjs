// A crowd that writes by itself, and remembers what it was promised and what it saw; driven by lines of JSON on stdin.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import WebSocket from "ws";
import * as Y from "yjs";
import { edit, random, reading, sorted } from "../edits.mjs";
import { serve } from "../lines.mjs";
import { frame, Person } from "../person.mjs";

const people = new Map();
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const clock = (doc, client) => Y.getState(doc.store, client);

/** The (client, clock, length) that an update deletes. */
function deletions(update) {
  return [...Y.decodeUpdate(update).ds.clients].flatMap(([client, items]) => items.map((item) => [client, item.clock, item.len]));
}

class Member extends Person {
  open(url) {
    this.frames = []; // of this connection: own clock after each, and what it deletes
    this.promised ??= { clock: 0, deletes: [] };
    this.seen ??= [];
    this.held ??= null;
    super.open(url);
    // As browsers do: "come again later" is no goodbye.
    this.socket.on("close", (code) => {
      if (code !== 4504) return;
      this.later = (this.later ?? 0) + 1;
      setTimeout(() => this.open(url), 300);
    });
  }

  send(bytes, counts = false) {
    if (this.held) return void this.held.out.push([bytes, counts]);
    if (counts && this.socket.readyState === 1) this.frames.push({ clock: clock(this.doc, this.doc.clientID), deletes: deletions(payload(bytes)) });
    super.send(bytes, counts);
  }

  hear(bytes) {
    if (this.held) return void this.held.in.push(bytes);
    const saved = this.saved;
    if (bytes[0] === 0 && bytes[1] > 0) this.seen.push(...deletions(payload(bytes)));
    super.hear(bytes);
    for (const one of this.frames.slice(saved, this.saved)) {
      this.promised.clock = Math.max(this.promised.clock, one.clock);
      this.promised.deletes.push(...one.deletes);
    }
  }

  /** The line is slow for a while: nothing goes out and nothing comes in. */
  hold() {
    this.held ??= { out: [], in: [] };
  }

  release() {
    if (!this.held) return;
    const { out, in: heard } = this.held;
    this.held = null;
    heard.forEach((bytes) => this.hear(bytes));
    out.forEach(([bytes, counts]) => this.send(bytes, counts));
  }

  async write({ seed, every, split }) {
    const dice = random(seed);
    this.writing = true;
    while (this.writing) {
      this.doc.transact(() => edit(this.doc, dice, split));
      await sleep(every / 2 + dice(every));
    }
  }

  get settled() {
    return this.synced && !this.held && this.saved === this.sent;
  }
}

function payload(bytes) {
  const decoder = decoding.createDecoder(bytes);
  decoding.readVarUint(decoder);
  decoding.readVarUint(decoder);
  return decoding.readVarUint8Array(decoder);
}

const of = (names) => names.map((name) => people.get(name));
const vector = (doc) => JSON.stringify([...Y.decodeStateVector(Y.encodeStateVector(doc))].sort((a, b) => a[0] - b[0]));
const gone = (doc) => JSON.stringify([...Y.createDeleteSetFromStructStore(doc.store).clients].sort((a, b) => a[0] - b[0]));
const said = (doc) => JSON.stringify(sorted(reading(doc)));

async function until(true_, patience) {
  const begun = performance.now();
  while (!true_()) {
    if (performance.now() - begun > patience) return null;
    await sleep(10);
  }
  return performance.now() - begun;
}

/** What `reader` lacks of what the others were promised, and of what they saw of each other. */
function lacking({ reader, names }) {
  const doc = people.get(reader).doc;
  const gone = Y.createDeleteSetFromStructStore(doc.store);
  const there = ([client, at, length]) => {
    for (let place = at; place < at + length; place += 1) if (!Y.isDeleted(gone, Y.createID(client, place))) return false;
    return true;
  };
  const found = { promised: 0, seen: 0, deletions: 0, lost: [] };
  for (const one of of(names)) {
    const own = one.doc.clientID;
    found.promised += one.promised.clock;
    if (clock(doc, own) < one.promised.clock) found.lost.push(`${one.name}: saved words after ${clock(doc, own)} of ${one.promised.clock}`);
    for (const [client, state] of Y.decodeStateVector(Y.encodeStateVector(one.doc))) {
      if (client === own) continue;
      found.seen += state;
      if (clock(doc, client) < state) found.lost.push(`${one.name}: saw ${client} to ${state}, kept to ${clock(doc, client)}`);
    }
    for (const each of [...one.promised.deletes, ...one.seen]) {
      found.deletions += 1;
      if (!there(each)) found.lost.push(`${one.name}: deletion ${each} has come back`);
    }
    one.promised.deletes = [];
    one.seen = [];
  }
  return found;
}

/** Three people and a random conversation of edits over slow and broken lines, until they are of one mind. */
async function session({ names, urls, seed, steps, split, client }) {
  const dice = random(seed);
  const group = names.map((name, place) => {
    const one = new Member(name, urls[place], client + place);
    people.set(name, one);
    return one;
  });
  if ((await until(() => group.every((one) => one.synced), 20000)) === null) return { failed_: "nobody came in" };
  for (let step = 0; step < steps; step += 1) {
    const one = group[dice(3)];
    if (dice(3)) edit(one.doc, dice, split);
    else one.doc.transact(() => [0, 1, 2].forEach(() => edit(one.doc, dice, split)));
    const what = dice(12);
    if (what === 0) one.hold();
    else if (what < 4) one.release();
    else if (what === 4 && !one.held) {
      one.socket.terminate();
      await until(() => one.code !== null, 1000);
      one.open(urls[group.indexOf(one)]);
    }
    if (!dice(3)) await sleep(dice(6));
  }
  group.forEach((one) => one.release());
  const quiet = () => group.every((one) => one.settled) && group.every((one) => said(one.doc) === said(group[0].doc)) && !reading(group[0].doc).pending;
  const took = await until(quiet, 15000);
  return { took, codes: group.map((one) => one.code), reads: reading(group[0].doc), states: group.map((one) => [one.synced, one.sent, one.saved, clock(one.doc, one.doc.clientID)]) };
}

/** One frame after the other from strangers who come back whenever they are thrown out; how each was answered. */
async function attack({ urls, frames }) {
  const answers = {};
  let next = 0;
  let slowest = 0;
  const stranger = async (url) => {
    let socket = null;
    while (next < frames.length) {
      const bytes = Buffer.from(frames[next++], "hex");
      for (let tries = 0; (!socket || socket.readyState !== 1) && tries < 50; tries += 1) socket = await opened(url);
      const begun = performance.now();
      const code = await answered(socket, bytes);
      slowest = Math.max(slowest, performance.now() - begun);
      answers[code] = (answers[code] ?? 0) + 1;
      if (code === 4429) await sleep(50);
    }
    socket?.close();
  };
  await Promise.all(urls.map(stranger));
  return { answers, slowest };
}

function opened(url) {
  return new Promise((done) => {
    const socket = new WebSocket(url);
    socket.on("open", () => done(socket));
    socket.on("error", () => undefined);
    socket.on("close", () => setTimeout(() => done(null), 10));
  });
}

/** Sends a frame and a question after it: an answer, or the code that the connection ends with. */
function answered(socket, bytes) {
  return new Promise((done) => {
    const timer = setTimeout(() => end("silence"), 20000);
    const end = (what) => {
      clearTimeout(timer);
      socket.removeAllListeners("message");
      socket.removeAllListeners("close");
      done(what);
    };
    socket.on("message", (data) => data[0] === 1 && end("taken"));
    socket.on("close", (code) => end(code));
    socket.send(bytes);
    socket.send(frame(3));
  });
}

const acts = {
  attack,
  join: ({ name, url, client }) => void people.set(name, new Member(name, url, client)),
  reopen: ({ name, url }) => people.get(name).open(url),
  leave: ({ names }) => of(names).forEach((one) => one.socket.close(1000)),
  cut: ({ names }) => of(names).forEach((one) => one.socket.terminate()),
  forget: ({ names }) => names.forEach((name) => people.delete(name)),
  write: ({ names, seed, every, split }) => of(names).forEach((one, place) => void one.write({ seed: seed + place, every, split: split ?? false })),
  rest: ({ names }) => of(names).forEach((one) => (one.writing = false)),
  edit: ({ name, seed, split }) => edit(people.get(name).doc, random(seed), split ?? false),
  here: ({ names, patience }) => until(() => of(names).every((one) => one.synced), patience),
  codes: ({ names }) => of(names).map((one) => (one.code === 4504 ? null : one.code)),
  laters: ({ names }) => of(names).reduce((sum, one) => sum + (one.later ?? 0), 0),
  gone: ({ names, patience }) => until(() => of(names).every((one) => one.code !== null), patience),
  settled: ({ names, patience }) => until(() => of(names).every((one) => one.settled), patience),
  /** When they came to be of one mind. Reading a long text of so many takes seconds itself, which nobody waited for. */
  agree: async ({ names, patience }) => {
    const docs = of(names).map((one) => one.doc);
    const begun = performance.now();
    const level = (of_) => docs.every((doc) => of_(doc) === of_(docs[0]) && !doc.store.pendingStructs && !doc.store.pendingDs);
    for (;;) {
      const at = performance.now() - begun;
      if (level(vector) && level(gone)) {
        const first = said(docs[0]);
        if (docs.every((doc) => said(doc) === first)) return at;
      }
      if (at > patience) return null;
      await sleep(10);
    }
  },
  /** For a fault that is to be understood. */
  state: ({ names }) => of(names).map((one) => [one.name, one.code, one.synced, one.sent, one.saved, vector(one.doc).length, said(one.doc).length]),
  reading: ({ name }) => reading(people.get(name).doc),
  update: ({ name }) => hex(Y.encodeStateAsUpdate(people.get(name).doc)),
  client: ({ name }) => people.get(name).doc.clientID,
  presences: ({ name }) => people.get(name).presence,
  lacking,
  session,
  sessions: async ({ all }) => Promise.all(all.map(session)),
  /** The updates of somebody who writes, not sent. */
  honest: ({ seed, steps, client }) => {
    const doc = new Y.Doc();
    doc.clientID = client;
    const updates = [];
    doc.on("update", (update) => updates.push(hex(update)));
    const dice = random(seed);
    for (let step = 0; step < steps; step += 1) edit(doc, dice, false);
    return updates;
  },
  raw: ({ name, hex: bytes, counts }) => people.get(name).send(Buffer.from(bytes, "hex"), counts),
  caret: ({ name, clock: at }) => {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, people.get(name).doc.clientID);
    encoding.writeVarUint(encoder, at);
    encoding.writeVarString(encoder, JSON.stringify({ cursor: { anchor: at } }));
    people.get(name).send(frame(1, encoding.toUint8Array(encoder)));
  },
  /** How long the answer to a question took, in milliseconds; asked again by somebody who was told to come later. */
  ping: async ({ name, patience }) => {
    const one = people.get(name);
    for (const until_ = performance.now() + patience; performance.now() < until_; ) {
      await until(() => one.synced && one.socket.readyState === 1, patience);
      const before = one.presence;
      one.send(frame(3));
      const took = await until(() => one.presence > before || one.code !== null, patience);
      if (one.presence > before) return took;
    }
    return null;
  },
};

await serve(acts);
