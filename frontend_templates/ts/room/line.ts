/** What the page says of the line and of where the words are: saved, on this device, or not yet. */
import { find, need, show, text } from "../live/dom";
import type { Verdict } from "../live/policy";
import { SavedSign, type Sign } from "../live/saved";
import type { DeviceStore } from "../live/store";
import type { Bars } from "./bars";
import type { Room } from "./context";

/** A line that is back within this time was never gone, for the reader. */
const PATIENCE = 2000;
const BACK = 6000;

export interface Parts {
  readonly room: Room;
  readonly bars: Bars;
  readonly store: () => DeviceStore | null;
  readonly words: () => string;
  /** The right to write may have changed. */
  readonly changed: () => void;
}

export class Line {
  readonly #parts: Parts;
  readonly #sign: SavedSign;
  #away: ReturnType<typeof setTimeout> | undefined;
  #told: ReturnType<typeof setTimeout> | undefined;
  #wrote = { ideas: 0, text: false };
  #came = 0;
  #why: Verdict["state"] = "lost";
  ended: Verdict | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { provider, doc } = parts.room;
    this.#sign = new SavedSign((sign) => this.#show(sign));
    provider.on("line", (up) => (up ? this.#up() : this.#down()));
    provider.on("saving", () => this.update());
    provider.on("synced", () => this.update());
    provider.on("ended", (end) => this.#end(end));
    provider.on("closed", ({ state }) => {
      this.#why = state;
      this.#offline();
    });
    doc.getMap("board").observe((event, transaction) => {
      const added = [...event.changes.keys.values()].filter((change) => change.action === "add").length;
      if (transaction.local && !provider.connected) this.#wrote.ideas += added;
      if (!transaction.local && parts.bars.has("offline")) this.#came += added;
      if (transaction.local) this.#offline();
    });
    doc.getXmlFragment("document").observeDeep((_events, transaction) => {
      if (transaction.local && !provider.connected) this.#wrote.text = true;
      if (transaction.local) this.#offline();
    });
    addEventListener("online", () => provider.hurry());
    addEventListener("offline", () => provider.cut());
    addEventListener("beforeunload", (event) => {
      if (provider.unsaved && !this.#kept && !this.ended) event.preventDefault();
    });
    this.#down();
  }

  update(): void {
    const { provider, root } = this.#parts.room;
    show(find(root, "device-note"), !(this.#parts.store()?.healthy ?? false));
    this.#sign.update({ connected: provider.connected, synced: provider.synced, unsaved: provider.unsaved, kept: this.#kept, refused: provider.refused !== null });
    this.#back();
  }

  get #kept(): boolean {
    return this.#parts.store()?.kept ?? false;
  }

  #show(sign: Sign): void {
    const { root, words } = this.#parts.room;
    const holder = need(root, "save");
    holder.dataset["sign"] = sign;
    const short = matchMedia("(max-width: 43.99rem)").matches && words.has(`sign.${sign}-short`);
    text(need(root, "save-text"), words.get(short ? `sign.${sign}-short` : `sign.${sign}`));
  }

  #up(): void {
    this.#why = "lost";
    clearTimeout(this.#away);
    this.#away = undefined;
    this.update();
  }

  #down(): void {
    this.update();
    this.#away ??= setTimeout(() => {
      this.#away = undefined;
      if (this.#parts.room.provider.connected || this.ended) return;
      this.#parts.bars.set("offline", this.#bar());
    }, PATIENCE);
  }

  #offline(): void {
    if (this.#parts.bars.has("offline")) this.#parts.bars.set("offline", this.#bar());
  }

  #bar(): Parameters<Bars["set"]>[1] {
    const { words, provider } = this.#parts.room;
    const { ideas, text: wrote } = this.#wrote;
    const waits = ideas ? words.count("bar.offline-ideas", ideas) : words.get(wrote || provider.unsaved ? "bar.offline-text" : "bar.offline-nothing");
    const title = words.get(words.has(`bar.${this.#why}`) ? `bar.${this.#why}` : "bar.offline");
    return { kind: "", title, text: this.#kept ? waits : words.get("bar.offline-unkept"), acts: [{ label: words.get("bar.try"), run: () => provider.hurry() }] };
  }

  /** Once everything that waited is with the others, and not before. */
  #back(): void {
    const { room, bars } = this.#parts;
    if (!bars.has("offline") || !room.provider.connected || !room.provider.synced) return;
    bars.set("offline", null);
    const { ideas, text: wrote } = this.#wrote;
    const went = ideas ? room.words.count("bar.back-ideas", ideas) : wrote ? room.words.get("bar.back-text") : "";
    const came = this.#came ? room.words.count("bar.back-came", this.#came) : "";
    this.#wrote = { ideas: 0, text: false };
    this.#came = 0;
    const title = room.words.get("bar.back");
    bars.set("back", { kind: "bar--river", title, text: [went, came].filter(Boolean).join(" "), acts: [{ label: room.words.get("bar.close"), run: () => bars.set("back", null) }] });
    room.say.me([title, went, came].filter(Boolean).join(" "));
    clearTimeout(this.#told);
    this.#told = setTimeout(() => bars.set("back", null), BACK);
  }

  #end(end: Verdict): void {
    const { room, bars, changed, words: written } = this.#parts;
    const { words } = room;
    if (end.ending === "stop") this.ended = end;
    const copy = { label: words.get("bar.copy"), run: () => void this.#copy(written()) };
    const again = { label: words.get(end.state === "signed-out" ? "bar.in-again" : "bar.again"), run: () => location.reload() };
    const retry = { label: words.get("bar.try"), run: () => this.#retry() };
    const fresh = { label: words.get("bar.fresh"), run: () => void this.#fresh() };
    const acts = end.ending === "stop" ? [copy, again] : [retry, copy, fresh];
    bars.set("offline", null);
    const title = words.get(`end.${end.state}`);
    // What neither the server nor the device has must be taken along by hand.
    const lost = end.ending === "stop" && room.provider.unsaved && !this.#kept;
    const why = words.get(lost ? "end.unkept" : `end.${end.state}-text`);
    bars.set("stop", { kind: "bar--stop", title, text: why, acts });
    room.say.now([title, why].join(" "));
    changed();
    this.update();
  }

  #retry(): void {
    this.#parts.bars.set("stop", null);
    this.#parts.room.provider.connect();
    this.update();
  }

  async #copy(words: string): Promise<void> {
    const { room } = this.#parts;
    try {
      await navigator.clipboard.writeText(words);
      room.say.me(room.words.get("copied"));
    } catch {
      getSelection()?.selectAllChildren(need(room.root, "sheet"));
      room.say.me(room.words.get("copy.by-hand"));
    }
  }

  /** The person gives up what the server will not take, and begins again from the shared text. */
  async #fresh(): Promise<void> {
    await this.#parts.store()?.forget();
    this.ended = { ending: "stop", state: "lost" };
    location.reload();
  }
}
