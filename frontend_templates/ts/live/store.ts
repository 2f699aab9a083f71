/** The device's own copy of a room's text: what was written is here before it is anywhere else. */
import * as Y from "yjs";
import type { Provider } from "./provider";

const TABLE = "updates";
const COMPACT = 150;
const REMOTE = 1500;
const FORGET = 90 * 24 * 3600 * 1000;

interface Row {
  readonly room: string;
  readonly at: number;
  readonly update: Uint8Array;
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("storage"));
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("storage"));
  });
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
  const request = factory.open("copact", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(TABLE, { autoIncrement: true }).createIndex("room", "room");
  };
  return done(request);
}

export class DeviceStore {
  readonly #database: IDBDatabase;
  readonly #room: string;
  readonly #doc: Y.Doc;
  readonly #changed: () => void;
  #queue: Uint8Array[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rows = 0;
  #open = 0;
  /** A write was refused: the next one holds everything, so that nothing between is missing. */
  #lacks = false;

  /** False when the device refused a write: then leaving the page asks first. */
  healthy = true;

  private constructor(database: IDBDatabase, room: string, doc: Y.Doc, changed: () => void) {
    this.#database = database;
    this.#room = room;
    this.#doc = doc;
    this.#changed = changed;
  }

  /** Fills the document from the device; null where the device keeps nothing (a private window, a full disk). */
  static async open(room: string, doc: Y.Doc, changed: () => void, factory: IDBFactory | null = "indexedDB" in globalThis ? indexedDB : null): Promise<DeviceStore | null> {
    if (!factory) return null;
    try {
      const store = new DeviceStore(await open(factory), room, doc, changed);
      await store.#load();
      return store;
    } catch {
      return null;
    }
  }

  /** True once everything written is on the device. */
  get kept(): boolean {
    return this.healthy && this.#open === 0 && this.#queue.length === 0;
  }

  /** Whether an earlier visit left something here. */
  get found(): boolean {
    return this.#rows > 0;
  }

  follow(provider: Provider): void {
    this.#doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin === "device") return;
      this.#queue.push(update);
      if (origin !== provider) this.#write();
      else this.#timer ??= setTimeout(() => this.#write(), REMOTE);
    });
  }

  /** The page may be put away: what came from others is kept now, and not in a while. */
  flush(): void {
    this.#write();
  }

  /** Everything of this room goes from the device: after leaving on purpose, or when the person starts again from the shared text. */
  async forget(): Promise<void> {
    clearTimeout(this.#timer);
    this.#queue = [];
    const transaction = this.#database.transaction(TABLE, "readwrite");
    const table = transaction.objectStore(TABLE);
    for (const key of await done(table.index("room").getAllKeys(this.#room))) table.delete(key);
    await finished(transaction);
    this.#rows = 0;
  }

  async #load(): Promise<void> {
    const transaction = this.#database.transaction(TABLE, "readonly");
    const rows = (await done(transaction.objectStore(TABLE).index("room").getAll(this.#room))) as Row[];
    this.#rows = rows.length;
    if (rows.length) Y.applyUpdate(this.#doc, Y.mergeUpdates(rows.map((row) => row.update)), "device");
    void this.#tidy();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#queue.length) return;
    const update = this.#lacks ? Y.encodeStateAsUpdate(this.#doc) : this.#queue.length === 1 && this.#queue[0] ? this.#queue[0] : Y.mergeUpdates(this.#queue);
    this.#queue = [];
    void this.#put(update);
  }

  async #put(update: Uint8Array): Promise<void> {
    this.#open += 1;
    try {
      const transaction = this.#database.transaction(TABLE, "readwrite");
      const table = transaction.objectStore(TABLE);
      table.add({ room: this.#room, at: Date.now(), update } satisfies Row);
      if (++this.#rows > COMPACT) await this.#compact(table);
      await finished(transaction);
      this.healthy = true;
      this.#lacks = false;
    } catch {
      this.healthy = false;
      this.#lacks = true;
    }
    this.#open -= 1;
    this.#changed();
  }

  /** Many small rows become one, in the transaction that adds the last of them. */
  async #compact(table: IDBObjectStore): Promise<void> {
    const keys = await done(table.index("room").getAllKeys(this.#room));
    const rows = (await done(table.index("room").getAll(this.#room))) as Row[];
    for (const key of keys) table.delete(key);
    table.add({ room: this.#room, at: Date.now(), update: Y.mergeUpdates(rows.map((row) => row.update)) } satisfies Row);
    this.#rows = 1;
  }

  /** Rooms nobody opened here for three months are forgotten. */
  async #tidy(): Promise<void> {
    const table = this.#database.transaction(TABLE, "readwrite").objectStore(TABLE);
    const cursor = table.openCursor();
    cursor.onsuccess = () => {
      const row = cursor.result;
      if (!row) return;
      const { room, at } = row.value as Row;
      if (room !== this.#room && at < Date.now() - FORGET) row.delete();
      row.continue();
    };
    await finished(table.transaction).catch(() => undefined);
  }
}
