/** Orders to the room's tools: each with an id, so that one sent again is done once. */
import { Emitter } from "./emitter";
import type { Provider } from "./provider";
import type { Command, Problem } from "./wire";

const PATIENCE = 15_000;
/** More at once would look like an attack. */
const AT_ONCE = 4;

/** What may wait on the device for the line to come back. Anything else is told at once that there is no line. */
const keeps = new Set(["chat.post", "speaking.raise", "speaking.lower"]);

interface Waiting {
  readonly order: Command;
  readonly done: () => void;
  readonly failed: (problem: Problem) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
  sent: boolean;
}

/** An id of 120 bits; `randomUUID` is missing where a hall serves its own network without a certificate. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(15)), (byte) => byte.toString(16).padStart(2, "0")).join("");
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

  constructor(provider: Provider) {
    super();
    this.#provider = provider;
    provider.on("answer", ({ id, error }) => this.#answer(id, error));
    provider.on("line", (up) => (up ? this.#pump() : this.#cut()));
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
      this.#waiting.set(order.id, { order, done: resolve, failed, timer: undefined, sent: false });
      this.#pump();
      this.emit("changed", undefined);
    });
  }

  /** A few at a time, in the order in which they were given. */
  #pump(): void {
    const all = [...this.#waiting.values()];
    let room = AT_ONCE - all.filter((waiting) => waiting.sent).length;
    for (const waiting of all) {
      if (waiting.sent) continue;
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
    for (const [id, waiting] of this.#waiting) {
      clearTimeout(waiting.timer);
      waiting.sent = false;
      if (!keeps.has(`${waiting.order.tool}.${waiting.order.do}`)) this.#answer(id, { code: "offline", detail: "" });
    }
  }
}
