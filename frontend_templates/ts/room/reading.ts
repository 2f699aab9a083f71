/** Where the network lets no live line through: the text is fetched every few seconds, and written with the plain form. */
import { find, show } from "../live/dom";
import type { Bars } from "./bars";
import type { Room } from "./context";

/** So many tries without one that came through, while pages do come, and the line counts as blocked. */
const TRIES = 3;
const EVERY = 10_000;

export class Reading {
  readonly #room: Room;
  readonly #bars: Bars;
  #tag = "";
  #timer: ReturnType<typeof setInterval> | undefined;
  #asking = false;

  constructor(room: Room, bars: Bars) {
    this.#room = room;
    this.#bars = bars;
    room.provider.on("failed", (tries) => tries >= TRIES && void this.#begin());
    room.provider.on("line", (up) => up && this.#end());
  }

  async #begin(): Promise<void> {
    if (this.#timer !== undefined || !(await this.#fetch())) return;
    // The line came through while the page was asked.
    if (this.#room.provider.connected) return;
    this.#timer ??= setInterval(() => void this.#fetch(), EVERY);
    const { root, words, provider } = this.#room;
    const text = words.get(this.#room.text?.editor ? "bar.blocked-kept" : "bar.blocked-text");
    this.#bars.set("blocked", { kind: "", title: words.get("bar.blocked"), text, acts: [{ label: words.get("bar.try"), run: () => provider.hurry() }] });
    find(root, "simple")?.setAttribute("open", "");
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#bars.set("blocked", null);
  }

  /** Whether the server answers; the text is drawn only where it is newer. */
  async #fetch(): Promise<boolean> {
    // On a slow line one question after the other.
    if (this.#asking) return false;
    this.#asking = true;
    try {
      const headers = this.#tag ? { "If-None-Match": this.#tag } : {};
      const answer = await fetch(`/api/v1/rooms/${this.#room.root.dataset["room"] ?? ""}/document/?as=html&suggestions=marked`, { headers, credentials: "same-origin" });
      if (answer.status === 304) return true;
      if (!answer.ok) return false;
      this.#tag = answer.headers.get("ETag") ?? "";
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const place = find(this.#room.root, "read");
      place?.replaceChildren(...document.importNode(fresh.body, true).childNodes);
      show(place, true);
      return true;
    } catch {
      return false;
    } finally {
      this.#asking = false;
    }
  }
}
