/** Another text began, since words were taken out of the old one for good, or the board was put right after a change that its rules do not allow:
 *  the page starts again, says why, and own words that did not get in are offered to be copied. */
import { leaveBehind, Mine, placeOf, Rescued, unsaved } from "../live/rescue";
import type { Righted } from "../live/states";
import type { DeviceStore } from "../live/store";
import type { Bars } from "./bars";
import type { Room } from "./context";

export class Anew {
  readonly #room: Room;
  readonly #bars: Bars;
  readonly #store: () => DeviceStore | null;
  readonly #mine: Mine;
  readonly #rescued: Rescued;
  /** What the server said of a change of the board that it did not take. */
  #righted: Righted | null = null;

  constructor(room: Room, bars: Bars, store: () => DeviceStore | null) {
    this.#room = room;
    this.#bars = bars;
    this.#store = store;
    this.#mine = new Mine(this.#key, () => localStorage);
    this.#rescued = new Rescued(this.#key, () => localStorage);
    room.provider.on("ended", ({ state }) => {
      if (state === "anew" || state === "righted") void this.#begin();
    });
    room.on("righted", (state) => {
      this.#righted = state;
    });
  }

  get #key(): string {
    return this.#room.root.dataset["room"] ?? "";
  }

  /** Where the device keeps this text; texts of before have left it by then. */
  async place(): Promise<string> {
    const log = Number(this.#room.root.dataset["log"] ?? 1);
    await leaveBehind(this.#key, log, this.#mine.ledger(), this.#rescued);
    this.#mine.follow(this.#room.provider);
    this.#offer();
    return placeOf(this.#key, log);
  }

  async #begin(): Promise<void> {
    const { provider, doc } = this.#room;
    const words = [provider.unsaved ? unsaved(doc, this.#mine.ledger()) : "", ...(this.#righted?.words ?? [])].filter(Boolean).join("\n\n");
    this.#why(this.#righted?.why ?? "");
    if (!this.#rescued.add(words)) return this.#offer(words);
    await this.#store()?.forget().catch(() => undefined);
    location.reload();
  }

  /** Why the board was put right is said once, on the page that comes next. */
  #why(put?: string): string {
    const key = `copact:righted:${this.#key}`;
    try {
      const why = sessionStorage.getItem(key) ?? "";
      if (put) sessionStorage.setItem(key, put);
      else sessionStorage.removeItem(key);
      return why;
    } catch {
      return "";
    }
  }

  #offer(words = this.#rescued.words, why = this.#why()): void {
    const { words: said } = this.#room;
    if (why) {
      this.#bars.set("righted", { kind: "bar--river", title: said.get("bar.righted"), text: why, acts: [{ label: said.get("bar.close"), run: () => this.#bars.set("righted", null) }] });
      this.#room.say.me([said.get("bar.righted"), why].join(" "));
    }
    if (!words) return this.#bars.set("rescued", null);
    const acts = [
      { label: said.get("bar.rescued-copy"), run: () => void this.#copy(words) },
      { label: said.get("bar.rescued-away"), run: () => this.#away() },
    ];
    this.#bars.set("rescued", { kind: "bar--river", title: said.get("bar.rescued"), text: said.get("bar.rescued-text", { words }), acts });
  }

  async #copy(words: string): Promise<void> {
    const { say, words: said } = this.#room;
    try {
      await navigator.clipboard.writeText(words);
      say.me(said.get("copied"));
    } catch {
      say.me(said.get("copy.by-hand"));
    }
  }

  #away(): void {
    this.#rescued.forget();
    this.#bars.set("rescued", null);
  }
}
