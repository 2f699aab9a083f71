/** When words are taken out of a room's text for good, another text begins: what this device holds of the old one goes,
 *  and what this person wrote and the server never had is kept for them to copy. */
import * as Y from "yjs";
import type { Provider } from "./provider";
import { DeviceStore } from "./store";

type Ledger = Record<string, number>;

/** Which words of this device are in durable storage: client id → clock up to which they are. */
export class Mine {
  readonly #key: string;
  readonly #storage: () => Storage;
  #told = -1;

  constructor(room: string, storage: () => Storage) {
    this.#key = `copact:mine:${room}`;
    this.#storage = storage;
  }

  follow(provider: Provider): void {
    provider.on("saving", () => {
      const { doc, unsaved } = provider;
      const clock = Y.getState(doc.store, doc.clientID);
      if (unsaved) this.#begin(doc.clientID);
      else if (clock !== this.#told && provider.synced) this.#put({ [doc.clientID]: clock }, clock);
    });
  }

  ledger(): Ledger {
    try {
      return JSON.parse(this.#storage().getItem(this.#key) ?? "{}") as Ledger;
    } catch {
      return {};
    }
  }

  /** From here on something of this client may be unsaved. */
  #begin(client: number): void {
    if (this.#told >= 0) return;
    const ledger = this.ledger();
    this.#put({ ...ledger, [client]: ledger[client] ?? 0 }, 0);
  }

  #put(ledger: Ledger, told: number): void {
    this.#told = told;
    try {
      this.#storage().setItem(this.#key, JSON.stringify(ledger));
    } catch {
      // Then nothing is known of what was saved, and nothing is offered.
    }
  }
}

interface Words {
  readonly id: Y.ID;
  readonly deleted: boolean;
  readonly content: unknown;
  readonly right: Words | null;
}

function mine(item: Words, ledger: Ledger): string {
  const saved = ledger[item.id.client];
  if (saved === undefined || item.deleted || !(item.content instanceof Y.ContentString)) return "";
  return item.content.str.slice(Math.max(0, saved - item.id.clock));
}

function inText(parent: Y.XmlFragment | Y.XmlElement, ledger: Ledger, found: string[]): void {
  for (const child of parent.toArray()) {
    if (!(child instanceof Y.XmlText)) {
      if (child instanceof Y.XmlElement) inText(child, ledger, found);
      continue;
    }
    let said = "";
    for (let item = child._start as Words | null; item; item = item.right) said += mine(item, ledger);
    if (said.trim()) found.push(said.trim());
  }
}

/** What the clients of `ledger` wrote after their clocks there, a paragraph a line. */
export function unsaved(doc: Y.Doc, ledger: Ledger): string {
  const found: string[] = [];
  inText(doc.getXmlFragment("document"), ledger, found);
  for (const note of doc.getMap("board").values()) {
    const item = note instanceof Y.Map ? note._map.get("text") : undefined;
    const saved = item && ledger[item.id.client];
    const said: unknown = note instanceof Y.Map ? note.get("text") : "";
    if (item && saved !== undefined && item.id.clock >= saved && typeof said === "string" && said.trim()) found.push(said.trim());
  }
  return found.join("\n\n");
}

/** Under which name the device keeps the text of a room's log. */
export function placeOf(room: string, log: number): string {
  return log > 1 ? `${room}#${log}` : room;
}

/** Words that wait on the device to be copied. */
export class Rescued {
  readonly #key: string;
  readonly #storage: () => Storage;

  constructor(room: string, storage: () => Storage) {
    this.#key = `copact:rescued:${room}`;
    this.#storage = storage;
  }

  get words(): string {
    try {
      return this.#storage().getItem(this.#key) ?? "";
    } catch {
      return "";
    }
  }

  /** Whether the device keeps them. */
  add(words: string): boolean {
    if (!words || this.words.includes(words)) return true;
    try {
      this.#storage().setItem(this.#key, [this.words, words].filter(Boolean).join("\n\n"));
      return true;
    } catch {
      return false;
    }
  }

  forget(): void {
    try {
      this.#storage().removeItem(this.#key);
    } catch {
      // It was not kept here either.
    }
  }
}

/** Before the text of `log` is opened: texts of earlier logs leave the device, and only unsaved words of one's own stay. */
export async function leaveBehind(room: string, log: number, ledger: Ledger, rescued: Rescued, factory?: IDBFactory): Promise<void> {
  for (let old = 1; old < log; old += 1) {
    const doc = new Y.Doc();
    const store = await DeviceStore.open(placeOf(room, old), doc, () => undefined, ...(factory ? [factory] : []));
    if (store?.found && rescued.add(unsaved(doc, ledger))) await store.forget().catch(() => undefined);
    doc.destroy();
  }
}
