/** Keeps one shared document, who is here, and the room's tools in step with the server over one socket. */
import { applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates, type Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { Emitter } from "./emitter";
import { pause, verdict, type Verdict } from "./policy";
import { portions } from "./portions";
import * as wire from "./wire";

/** Typing goes out at once; what follows within this time goes as one frame. */
const GATHER = 25;
const PRESENCE = 80;
/** Of an answer this long it is worth asking whether all of it is needed. */
const LONG = 64 * 1024;
/** A line that says nothing for so long after it was asked, when a device wakes, is no line. */
const WAKING = 4000;
/** A ticket that has run out is changed for another, but not again and again. */
const FRESH = 60_000;
/** After this long without a word the line is asked, and after as long again it counts as cut. */
const SILENCE = 25_000;

export interface Events {
  /** The line came up or went down. */
  line: boolean;
  /** The server's text has arrived for the first time on this line. */
  synced: undefined;
  /** How much is unsaved may have changed. */
  saving: undefined;
  state: { tool: string; state: unknown };
  answer: { id: string; error: wire.Problem | null };
  denied: string;
  /** The socket will not come back by itself. */
  ended: Verdict;
  /** The server closed the line and said why; it is made again by itself. */
  closed: Verdict;
  /** So many tries in a row have not come through at all. */
  failed: number;
  /** A change came from somebody else. */
  received: Uint8Array;
}

export interface Options {
  readonly url: () => string;
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly mayWrite: () => boolean;
  /** Another ticket in place of one that has run out; false where the person is not let in any more. */
  readonly fresh?: () => Promise<boolean>;
  readonly open?: (url: string) => WebSocket;
  readonly random?: () => number;
}

export class Provider extends Emitter<Events> {
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly #options: Options;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #renewed = -Infinity;
  /** Another ticket is on its way: with the old one the line is not tried again. */
  #renewing = false;
  #failures = 0;
  #waking: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setInterval> | undefined;
  #heard = 0;
  #asked = false;
  #wanted = false;

  #sent = 0;
  #saved = 0;
  /** The server asked for what it lacks on this line, and was told. */
  #told = false;
  /** Something was written here that is not known to be in durable storage. */
  #owed = false;

  #gathered: Uint8Array[] = [];
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #moved = new Set<number>();
  #presence: ReturnType<typeof setTimeout> | undefined;

  connected = false;
  synced = false;
  /** The server closed on what we sent; it is not sent again until the person asks for it. */
  refused: Verdict | null = null;

  constructor(options: Options) {
    super();
    this.#options = options;
    this.doc = options.doc;
    this.awareness = options.awareness;
    this.doc.on("update", this.#changed);
    this.awareness.on("update", this.#present);
  }

  /** True until every change made here is known to be in durable storage. */
  get unsaved(): boolean {
    return this.#owed;
  }

  /** What lies on the device from an earlier visit may not have reached the server yet. */
  owe(): void {
    this.#owed = true;
    this.emit("saving", undefined);
  }

  connect(): void {
    this.#wanted = true;
    this.refused = null;
    clearTimeout(this.#again);
    if (!this.#socket) this.#open();
  }

  disconnect(): void {
    this.#wanted = false;
    clearTimeout(this.#again);
    this.#drop(1000);
  }

  /** Starts the line anew, so that the server asks again for what it lacks. */
  renew(): void {
    if (!this.#wanted || this.#renewing) return;
    this.#attempt = 0;
    this.#drop(1000);
    this.connect();
  }

  /** The device says that its network is back, or the person pressed "Try now". */
  hurry(): void {
    if (!this.#wanted || this.connected || this.#renewing) return;
    this.#attempt = 0;
    this.#drop(1000);
    this.connect();
  }

  /** The device says that it has no network: do not wait for the socket to find out. */
  cut(): void {
    if (!this.#socket) return;
    this.#drop(1000);
    this.#retry();
  }

  /** The page is put away: what was gathered goes out, and the line is laid down, so that the page may rest. */
  rest(): void {
    this.#flush();
    clearTimeout(this.#again);
    this.#drop(1000);
  }

  /** The device woke up, or the page came back: a line that only looks alive is found out at once. */
  wake(): void {
    if (!this.#wanted) return;
    if (!this.connected) return this.hurry();
    const heard = this.#heard;
    clearTimeout(this.#waking);
    this.#transmit(wire.query());
    this.#waking = setTimeout(() => {
      if (this.connected && this.#heard === heard) {
        this.#drop(1000);
        this.#attempt = 0;
        this.#open();
      }
    }, WAKING);
  }

  send(order: wire.Command): boolean {
    return this.#transmit(wire.command(order));
  }

  destroy(): void {
    this.disconnect();
    this.doc.off("update", this.#changed);
    this.awareness.off("update", this.#present);
  }

  #open(): void {
    const socket = this.#options.open?.(this.#options.url()) ?? new WebSocket(this.#options.url());
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    const current = (act: () => void) => () => {
      if (this.#socket === socket) act();
    };
    socket.onopen = current(() => this.#opened());
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      if (this.#socket === socket) this.#hear(new Uint8Array(event.data));
    };
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#closed(event.code);
    };
  }

  #opened(): void {
    this.#sent = this.#saved = 0;
    this.#told = false;
    this.#gathered = [];
    this.connected = true;
    this.#failures = 0;
    this.#heard = Date.now();
    this.#asked = false;
    this.#pulse = setInterval(() => this.#listen(), SILENCE / 5);
    this.#transmit(wire.step1(Y.encodeStateVector(this.doc)));
    if (this.awareness.getLocalState()) this.#transmit(wire.awareness(encodeAwarenessUpdate(this.awareness, [this.doc.clientID])));
    this.emit("line", true);
    this.emit("saving", undefined);
  }

  #listen(): void {
    const silence = Date.now() - this.#heard;
    if (silence > 2 * SILENCE && this.#asked) this.cut();
    else if (silence > SILENCE && !this.#asked) {
      this.#asked = true;
      this.#transmit(wire.query());
    }
  }

  #hear(frame: Uint8Array): void {
    this.#heard = Date.now();
    this.#asked = false;
    const message = wire.read(frame);
    switch (message.type) {
      case "step1":
        return this.#answer(message.vector);
      case "step2":
      case "update":
        return this.#receive(message.type, message.update);
      case "awareness":
        return applyAwarenessUpdate(this.awareness, message.update, this);
      case "saved":
        return this.#settle(message.count);
      case "denied":
        return this.emit("denied", message.reason);
      case "query":
        return this.#sendPresence();
      case "state":
        return this.emit("state", message);
      case "answer":
        return this.emit("answer", message);
      case "unknown":
    }
  }

  /** The server says what it has; it gets the rest. Asked in the middle of a session, it gets it again. */
  #answer(vector: Uint8Array): void {
    if (this.#options.mayWrite()) {
      this.#flush();
      const parts = portions(this.#lacking(vector));
      parts.forEach((part, at) => this.#count(at < parts.length - 1 ? wire.update(part) : wire.step2(part)));
    }
    this.#told = true;
    this.#settle(this.#saved);
  }

  /** What the server lacks. What was written and taken back again is left out of a long answer: undo keeps it here, nobody needs it there. */
  #lacking(vector: Uint8Array): Uint8Array {
    const update = Y.encodeStateAsUpdate(this.doc, vector);
    if (update.length < LONG) return update;
    const lean = new Y.Doc();
    Y.applyUpdate(lean, Y.encodeStateAsUpdate(this.doc));
    const leaner = Y.encodeStateAsUpdate(lean, vector);
    lean.destroy();
    return leaner;
  }

  #receive(type: "step2" | "update", update: Uint8Array): void {
    Y.applyUpdate(this.doc, update, this);
    this.emit("received", update);
    if (type !== "step2" || this.synced) return;
    this.synced = true;
    this.#attempt = 0;
    this.emit("synced", undefined);
  }

  #settle(count: number): void {
    // A count of more than was sent on this line proves nothing about it.
    this.#saved = Math.max(this.#saved, Math.min(count, this.#sent));
    const all = this.#told && this.#saved >= this.#sent && !this.#gathered.length;
    if (all && this.#sent > 0) this.#owed = false;
    this.emit("saving", undefined);
  }

  readonly #changed = (update: Uint8Array, origin: unknown): void => {
    if (origin === this || origin === "device") return;
    this.#owed = true;
    if (this.#told) {
      this.#gathered.push(update);
      if (!this.#gathering) {
        this.#flush();
        this.#gathering = setTimeout(() => {
          this.#gathering = undefined;
          this.#flush();
        }, GATHER);
      }
    }
    this.emit("saving", undefined);
  };

  #flush(): void {
    if (!this.#gathered.length) return;
    const updates = this.#gathered;
    this.#gathered = [];
    const [only] = updates;
    for (const part of portions(updates.length === 1 && only ? only : Y.mergeUpdates(updates))) this.#count(wire.update(part));
  }

  #count(frame: Uint8Array): void {
    if (this.#transmit(frame)) this.#sent += 1;
  }

  readonly #present = ({ added, updated, removed }: { added: number[]; updated: number[]; removed: number[] }, origin: unknown): void => {
    if (origin === this) return;
    for (const client of [...added, ...updated, ...removed]) this.#moved.add(client);
    if (this.#presence) return;
    this.#sendPresence();
    this.#presence = setTimeout(() => {
      this.#presence = undefined;
      if (this.#moved.size) this.#sendPresence();
    }, PRESENCE);
  };

  #sendPresence(): void {
    this.#moved.clear();
    // Only this device's own presence: what others are doing is theirs to say.
    if (this.connected) this.#transmit(wire.awareness(encodeAwarenessUpdate(this.awareness, [this.doc.clientID])));
  }

  #transmit(frame: Uint8Array): boolean {
    const socket = this.#socket;
    if (!this.connected || !socket || socket.readyState !== 1) return false;
    socket.send(frame);
    return true;
  }

  #closed(code: number): void {
    if (!this.connected) this.emit("failed", ++this.#failures);
    this.#drop(1000);
    const end = verdict(code);
    if (end.state !== "lost") this.emit("closed", end);
    if (end.ending === "again") return this.#retry(end.state);
    if (end.state === "signed-out" && this.#options.fresh && Date.now() - this.#renewed > FRESH) return void this.#renew(end, this.#options.fresh);
    this.#end(end);
  }

  /** The ticket has run out, or belongs to the guest that this person was: with another one, everything goes on. */
  async #renew(end: Verdict, fresh: () => Promise<boolean>): Promise<void> {
    this.#renewed = Date.now();
    this.#renewing = true;
    const again = await fresh().catch(() => null);
    this.#renewing = false;
    if (!this.#wanted || this.#socket) return;
    if (again) this.#open();
    else if (again === null) {
      // The way to the server was cut meanwhile.
      this.#renewed = -Infinity;
      this.#retry();
    } else this.#end(end);
  }

  #end(end: Verdict): void {
    this.#wanted = false;
    if (end.ending === "keep") this.refused = end;
    this.emit("ended", end);
    this.emit("saving", undefined);
  }

  #retry(state: Verdict["state"] = "lost"): void {
    if (!this.#wanted) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => {
      if (this.#wanted && !this.#socket) this.#open();
    }, pause(this.#attempt++, this.#options.random, state));
  }

  #drop(code: number): void {
    const socket = this.#socket;
    this.#socket = null;
    clearInterval(this.#pulse);
    clearTimeout(this.#waking);
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#gathered = [];
    if (socket && socket.readyState <= 1) socket.close(code);
    this.synced = false;
    this.#told = false;
    if (!this.connected) return;
    this.connected = false;
    const others = [...this.awareness.getStates().keys()].filter((client) => client !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, this);
    this.emit("line", false);
    this.emit("saving", undefined);
  }
}
