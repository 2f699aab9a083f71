// One person: a Yjs document and the socket of a room, as a browser has them.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import WebSocket from "ws";
import * as Y from "yjs";

export function frame(...parts) {
  const encoder = encoding.createEncoder();
  for (const part of parts) typeof part === "number" ? encoding.writeVarUint(encoder, part) : encoding.writeVarUint8Array(encoder, part);
  return encoding.toUint8Array(encoder);
}

export class Person {
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
