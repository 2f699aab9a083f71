/** The sign that says where what was written is; it never says more than is known. */

export type Sign =
  /** Everything is in durable storage on the server. */
  | "saved"
  /** On its way, for less than a second: nothing is said. */
  | "pending"
  | "saving"
  /** No line; it is safe on this device. */
  | "device"
  /** Neither the server nor the device has it. */
  | "unsaved"
  /** The line is being made and nothing is owed. */
  | "connecting";

export interface Facts {
  readonly connected: boolean;
  readonly synced: boolean;
  readonly unsaved: boolean;
  /** The device keeps a copy of everything written. */
  readonly kept: boolean;
  /** The server will not take what was written. */
  readonly refused: boolean;
}

const PATIENCE = 1000;
/** A pause in typing: the sign speaks once per pause, not per key. */
const REST = 400;

function first(facts: Facts): Sign {
  if (facts.refused) return "unsaved";
  if (!facts.connected) {
    if (facts.kept) return "device";
    return facts.unsaved ? "unsaved" : "connecting";
  }
  if (facts.unsaved) return "pending";
  return facts.synced ? "saved" : "connecting";
}

export class SavedSign {
  readonly #show: (sign: Sign) => void;
  #sign: Sign = "connecting";
  #late: ReturnType<typeof setTimeout> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(show: (sign: Sign) => void) {
    this.#show = show;
  }

  get sign(): Sign {
    return this.#sign;
  }

  update(facts: Facts): void {
    const next = first(facts);
    if (next !== "saved") {
      clearTimeout(this.#rest);
      this.#rest = undefined;
    }
    if (next !== "pending") {
      clearTimeout(this.#late);
      this.#late = undefined;
    }
    if (next === "pending") this.#wait();
    else if (next === "saved") this.#settle();
    else this.#put(next);
  }

  #wait(): void {
    if (this.#sign !== "saving") this.#put("pending");
    this.#late ??= setTimeout(() => this.#put("saving"), PATIENCE);
  }

  #settle(): void {
    if (this.#sign === "saved") return;
    this.#rest ??= setTimeout(() => {
      this.#rest = undefined;
      this.#put("saved");
    }, REST);
  }

  #put(sign: Sign): void {
    if (sign === this.#sign) return;
    this.#sign = sign;
    this.#show(sign);
  }
}
