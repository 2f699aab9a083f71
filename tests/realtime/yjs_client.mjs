// A scripted person: a Yjs document over one socket of a room, driven by lines of JSON on stdin; answers on stdout.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { createInterface } from "node:readline";
import WebSocket from "ws";
import * as Y from "yjs";

const people = new Map();

function frame(...parts) {
  const encoder = encoding.createEncoder();
  for (const part of parts) typeof part === "number" ? encoding.writeVarUint(encoder, part) : encoding.writeVarUint8Array(encoder, part);
  return encoding.toUint8Array(encoder);
}

class Person {
  constructor(name, url, client) {
    this.name = name;
    this.doc = new Y.Doc();
    if (client) this.doc.clientID = client;
    this.synced = false;
    this.code = null;
    this.sent = 0;
    this.saved = 0;
    this.states = {};
    this.answers = {};
    this.denied = [];
    this.presence = 0;
    this.doc.on("update", (update, origin) => {
      if (origin !== this) this.send(frame(0, 2, update), true);
    });
    this.open(url);
  }

  open(url) {
    this.synced = false;
    this.code = null;
    this.sent = this.saved = 0;
    this.socket = new WebSocket(url);
    this.socket.binaryType = "arraybuffer";
    this.socket.on("open", () => this.send(frame(0, 0, Y.encodeStateVector(this.doc))));
    this.socket.on("message", (data) => this.hear(new Uint8Array(data)));
    this.socket.on("close", (code) => (this.code = code));
    this.socket.on("error", () => undefined);
  }

  send(bytes, counts = false) {
    if (this.socket.readyState !== 1) return;
    if (counts) this.sent += 1;
    this.socket.send(bytes);
  }

  hear(bytes) {
    const decoder = decoding.createDecoder(bytes);
    const type = decoding.readVarUint(decoder);
    if (type === 0) {
      const step = decoding.readVarUint(decoder);
      const payload = decoding.readVarUint8Array(decoder);
      if (step === 0) return this.send(frame(0, 1, Y.encodeStateAsUpdate(this.doc, payload)), true);
      Y.applyUpdate(this.doc, payload, this);
      if (step === 1) this.synced = true;
    } else if (type === 1) this.presence += 1;
    else if (type === 2) this.denied.push([decoding.readVarUint(decoder), decoding.readVarString(decoder)]);
    else if (type === 8) this.saved = decoding.readVarUint(decoder);
    else if (type === 9) {
      const said = JSON.parse(decoding.readVarString(decoder));
      if (said.tool) this.states[said.tool] = said.state;
      else this.answers[said.id] = said;
    }
  }

  paragraphs() {
    return this.doc.getXmlFragment("document").toArray();
  }

  report() {
    return {
      synced: this.synced,
      code: this.code,
      sent: this.sent,
      saved: this.saved,
      client: this.doc.clientID,
      clocks: Object.fromEntries(Y.decodeStateVector(Y.encodeStateVector(this.doc))),
      text: this.doc.getXmlFragment("document").toString(),
      plain: this.doc.getText("plain").toString(),
      board: this.doc.getMap("board").toJSON(),
      state: Buffer.from(Y.encodeStateAsUpdate(this.doc)).toString("hex"),
      pending: Boolean(this.doc.store.pendingStructs || this.doc.store.pendingDs),
      states: this.states,
      answers: this.answers,
      denied: this.denied,
      presence: this.presence,
    };
  }
}

const acts = {
  join: ({ name, url, client }) => void people.set(name, new Person(name, url, client)),
  reopen: ({ name, url }) => people.get(name).open(url),
  leave: ({ name }) => people.get(name).socket.close(1000),
  kill: ({ name }) => people.get(name).socket.terminate(),
  paragraph: ({ name, text }) => {
    const person = people.get(name);
    const element = new Y.XmlElement("paragraph");
    const words = new Y.XmlText();
    person.doc.transact(() => {
      element.setAttribute("id", `${person.doc.clientID}x${person.sent}`);
      person.doc.getXmlFragment("document").push([element]);
      element.push([words]);
      words.insert(0, text);
    });
  },
  type: ({ name, text, at }) => {
    const words = people.get(name).paragraphs().at(-1).get(0);
    words.insert(at ?? words.length, text);
  },
  plain: ({ name, text, at }) => people.get(name).doc.getText("plain").insert(at ?? people.get(name).doc.getText("plain").length, text),
  cut: ({ name, at, length }) => people.get(name).doc.getText("plain").delete(at, length),
  note: ({ name, id, text }) => {
    const person = people.get(name);
    person.doc.transact(() => {
      const note = new Y.Map();
      person.doc.getMap("board").set(id, note);
      note.set("text", text);
      note.set("column", "c1");
      note.set("order", 1);
    });
  },
  raw: ({ name, hex, counts }) => people.get(name).send(Buffer.from(hex, "hex"), counts),
  order: ({ name, id, tool, what, args }) => {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 9);
    encoding.writeVarString(encoder, JSON.stringify({ tool, do: what, args: args ?? {}, id }));
    people.get(name).send(encoding.toUint8Array(encoder));
  },
  presence: ({ name, state, clock, client }) => {
    const person = people.get(name);
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, client ?? person.doc.clientID);
    encoding.writeVarUint(encoder, clock ?? 1);
    encoding.writeVarString(encoder, JSON.stringify(state));
    person.send(frame(1, encoding.toUint8Array(encoder)));
  },
  report: ({ name }) => people.get(name).report(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { nr, act, ...args } = JSON.parse(line);
  let answer;
  try {
    answer = acts[act](args) ?? null;
  } catch (problem) {
    answer = { failed: String(problem) };
  }
  process.stdout.write(`${JSON.stringify({ nr, answer })}\n`);
}
process.exit(0);
