/** What is half written in the room's lines outlives its page: a new role, a text that begins anew and a slip of the finger load it again. */
import { fields, said, says, writes } from "../live/dom";

/** Kept elsewhere: by the page for days, or by the server letter by letter. */
const ELSEWHERE = '[data-keep], [data-part="notes-form"]';

type Words = Record<string, string>;

export class Halfway {
  readonly #root: HTMLElement;
  readonly #storage: () => Storage;
  readonly #key: string;
  #over = false;

  /** In this tab alone, and for this person: `storage` is that of the tab. */
  constructor(root: HTMLElement, storage: () => Storage) {
    this.#root = root;
    this.#storage = storage;
    this.#key = `copact:half:${root.dataset["room"] ?? ""}:${root.dataset["me"] ?? ""}`;
  }

  /** As far as the page has the same lines, and nobody has written in them yet. */
  putBack(): void {
    const words = this.#take();
    for (const field of fields(this.#root)) {
      const half = words[field.id];
      if (half !== undefined && writes(field) && says(field) === said(field)) field.value = half;
    }
  }

  keep(): void {
    const half = fields(this.#root).filter((field) => field.id && writes(field) && says(field) !== said(field) && !field.closest(ELSEWHERE));
    try {
      if (half.length && !this.#over) this.#storage().setItem(this.#key, JSON.stringify(Object.fromEntries(half.map(({ id, value }) => [id, value]))));
      else this.#storage().removeItem(this.#key);
    } catch {
      // A device that keeps nothing.
    }
  }

  /** Who leaves leaves nothing behind. */
  forget(): void {
    this.#over = true;
    this.keep();
  }

  #take(): Words {
    try {
      const words = JSON.parse(this.#storage().getItem(this.#key) ?? "{}") as Words;
      this.#storage().removeItem(this.#key);
      return words;
    } catch {
      return {};
    }
  }
}
