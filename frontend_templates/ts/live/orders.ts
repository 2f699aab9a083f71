/** Orders to the room's tools: each with an id, so that one sent again is done once. */
import { serverNow } from "./clock";
import { Emitter } from "./emitter";
import type { Provider } from "./provider";
import type { Command, Problem } from "./wire";

const PATIENCE = 15_000;
/** More at once would look like an attack. */
const AT_ONCE = 4;
/** The room's state comes before this; it may show that a doubtful order was done. */
const DOUBT = 2500;

/** What may wait on the device for the line to come back. Anything else is told at once that there is no line. */
const keeps = new Set(["chat.post", "speaking.raise", "speaking.lower", "passages.open", "passages.reply"]);

interface Waiting {
  readonly order: Command;
  readonly done: () => void;
  readonly failed: (problem: Problem) => void;
  readonly at: number;
  timer: ReturnType<typeof setTimeout> | undefined;
  sent: boolean;
  /** It left on a line that was cut before the answer came: it may have been done. */
  doubtful: boolean;
}

/** An id of 120 bits; `randomUUID` is missing where a hall serves its own network without a certificate. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(15)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const DAY = 24 * 3600 * 1000;
const nothing = (): void => undefined;

/** Where orders that wait lie, so that a closed tab does not lose them. */
export interface Drawer {
  take(): Command[];
  put(orders: readonly Command[]): void;
}

/** The device's own drawer for one room; a device that keeps nothing loses them with the page. */
export function drawer(room: string, storage: () => Storage): Drawer {
  const key = `copact:orders:${room}`;
  return {
    take: () => {
      try {
        return (JSON.parse(storage().getItem(key) ?? "[]") as Command[]).filter((order) => keeps.has(`${order.tool}.${order.do}`));
      } catch {
        return [];
      }
    },
    put: (orders) => {
      try {
        if (orders.length) storage().setItem(key, JSON.stringify(orders));
        else storage().removeItem(key);
      } catch {
        // They wait in this page only.
      }
    },
  };
}

export class Refusal extends Error {
  readonly code: string;

  constructor(problem: Problem) {
    super(problem.detail);
    this.code = problem.code;
  }
}

export class Orders extends Emitter<{ changed: undefined }> {
  readonly #provider: Provider;
  readonly #waiting = new Map<string, Waiting>();
  #doubt: ReturnType<typeof setTimeout> | undefined;

  constructor(provider: Provider, drawer: Drawer | null = null) {
    super();
    this.#provider = provider;
    for (const order of drawer?.take() ?? []) this.#waiting.set(order.id, { order, done: nothing, failed: nothing, at: serverNow() - DAY, timer: undefined, sent: false, doubtful: true });
    this.on("changed", () => drawer?.put(this.waiting.filter((order) => keeps.has(`${order.tool}.${order.do}`))));
    provider.on("answer", ({ id, error }) => this.#answer(id, error));
    provider.on("line", (up) => (up ? this.#back() : this.#cut()));
  }

  /** Orders that wait on this device, oldest first. */
  get waiting(): Command[] {
    return [...this.#waiting.values()].map((each) => each.order);
  }

  send(tool: string, what: string, args: Command["args"] = {}): Promise<void> {
    const order: Command = { tool, do: what, args, id: newId() };
    return new Promise((resolve, reject) => {
      const failed = (problem: Problem): void => reject(new Refusal(problem));
      if (!this.#provider.connected && !keeps.has(`${tool}.${what}`)) return failed({ code: "offline", detail: "" });
      this.#waiting.set(order.id, { order, done: resolve, failed, at: serverNow(), timer: undefined, sent: false, doubtful: false });
      this.#pump();
      this.emit("changed", undefined);
    });
  }

  /** Doubtful orders that something in the room proves to be done. */
  settle(done: (order: Command, at: number) => boolean): void {
    for (const waiting of this.#waiting.values()) if (waiting.doubtful && done(waiting.order, waiting.at)) this.#answer(waiting.order.id, null);
  }

  #back(): void {
    this.#pump();
    clearTimeout(this.#doubt);
    this.#doubt = setTimeout(() => {
      for (const waiting of this.#waiting.values()) waiting.doubtful = false;
      this.#pump();
    }, DOUBT);
  }

  /** A few at a time, in the order in which they were given. */
  #pump(): void {
    const all = [...this.#waiting.values()];
    let room = AT_ONCE - all.filter((waiting) => waiting.sent).length;
    for (const waiting of all) {
      if (waiting.sent || waiting.doubtful) continue;
      if (room-- <= 0 || !this.#provider.send(waiting.order)) return;
      waiting.sent = true;
      waiting.timer = setTimeout(() => this.#answer(waiting.order.id, { code: "late", detail: "" }), PATIENCE);
    }
  }

  #answer(id: string, error: Problem | null): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    if (error) waiting.failed(error);
    else waiting.done();
    this.#pump();
    this.emit("changed", undefined);
  }

  #cut(): void {
    clearTimeout(this.#doubt);
    for (const [id, waiting] of this.#waiting) {
      clearTimeout(waiting.timer);
      waiting.doubtful ||= waiting.sent;
      waiting.sent = false;
      if (!keeps.has(`${waiting.order.tool}.${waiting.order.do}`)) this.#answer(id, { code: "offline", detail: "" });
    }
  }
}
