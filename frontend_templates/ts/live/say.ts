/** The two live regions: what arrives together is read together, and nothing is read twice. */
import type { Words } from "./words";

export const TOGETHER = 1500;

/** How much the person wants to hear. */
export type Loudness = "all" | "me" | "none";

export interface Regions {
  readonly polite: HTMLElement;
  readonly assertive: HTMLElement;
}

export class Say {
  readonly #regions: Regions;
  readonly #words: Words;
  #sentences: string[] = [];
  readonly #tallies = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  loudness: Loudness = "me";

  constructor(regions: Regions, words: Words) {
    this.#regions = regions;
    this.#words = words;
  }

  /** Something that concerns this person. */
  me(text: string): void {
    if (this.loudness !== "none") this.#add(text);
  }

  /** Something that others did. */
  others(text: string): void {
    if (this.loudness === "all") this.#add(text);
  }

  /** Counts what others did, so that three new ideas are one sentence. */
  tally(key: string, n = 1): void {
    if (this.loudness !== "all") return;
    this.#tallies.set(key, (this.#tallies.get(key) ?? 0) + n);
    this.#start();
  }

  /** Time is up, frozen, removed, your turn: at once. */
  now(text: string): void {
    if (text) this.#write(this.#regions.assertive, text);
  }

  #add(text: string): void {
    if (!text || this.#sentences.includes(text)) return;
    this.#sentences.push(text);
    this.#start();
  }

  #start(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const counted = [...this.#tallies].map(([key, n]) => this.#words.count(key, n));
      const text = [...this.#sentences, ...counted].join(" ");
      this.#sentences = [];
      this.#tallies.clear();
      this.#write(this.#regions.polite, text);
    }, TOGETHER);
  }

  /** The same sentence again is a change only if the region was empty in between. */
  #write(region: HTMLElement, text: string): void {
    if (region.textContent === text) region.textContent = "";
    setTimeout(() => (region.textContent = text), 50);
  }
}
