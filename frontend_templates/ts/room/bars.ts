/** One bar at a time under the title: stop, then offline, then back, then what the facilitator says, then frozen, then locked. */
import { find, need, render } from "../live/dom";
import type { Room } from "./context";

export interface Act {
  readonly label: string;
  readonly run: () => void;
}

export interface Bar {
  readonly kind: "" | "bar--stop" | "bar--river";
  readonly title: string;
  readonly text: string;
  readonly acts?: readonly Act[];
}

const ORDER = ["stop", "blocked", "offline", "back", "righted", "rescued", "message", "look", "frozen", "locked", "alone"] as const;
export type Name = (typeof ORDER)[number];

const ICONS: Readonly<Record<Name, string>> = { stop: "alert", blocked: "off", offline: "off", back: "check", righted: "bulb", rescued: "doc", message: "bell", look: "eye", alone: "tools", frozen: "freeze", locked: "lock" };

export class Bars {
  readonly #room: Room;
  readonly #holder: HTMLElement;
  readonly #bars = new Map<Name, Bar>();
  #shown = "";

  constructor(room: Room) {
    this.#room = room;
    this.#holder = need(room.root, "bars");
    room.on("moderation", (state) => {
      const { words, say } = room;
      const was = this.#bars.has("frozen");
      this.set("frozen", state.frozen ? { kind: "", title: words.get("bar.frozen"), text: [words.get("bar.frozen-text"), state.reason].filter(Boolean).join(" ") } : null);
      if (state.frozen && !was) say.now(words.get("bar.frozen"));
      const locked = this.#bars.has("locked");
      this.set("locked", state.locked ? { kind: "", title: words.get("bar.locked"), text: [words.get("bar.locked-text"), state.reason].filter(Boolean).join(" ") } : null);
      if (state.locked !== locked) say.me(words.get(state.locked ? "bar.locked" : "bar.unlocked"));
    });
  }

  set(name: Name, bar: Bar | null): void {
    if (bar) this.#bars.set(name, bar);
    else this.#bars.delete(name);
    this.#draw();
  }

  has(name: Name): boolean {
    return this.#bars.has(name);
  }

  #draw(): void {
    const name = ORDER.find((each) => this.#bars.has(each));
    const bar = name && this.#bars.get(name);
    const looks = JSON.stringify([name, bar]);
    if (looks === this.#shown) return;
    this.#shown = looks;
    if (!name || !bar) return this.#holder.replaceChildren();
    const element = render("bar", { kind: bar.kind, name, title: bar.title, text: bar.text });
    const use = element.querySelector("use");
    use?.setAttribute("href", (use.getAttribute("href") ?? "").replace(/#.*$/, `#${ICONS[name]}`));
    const acts = element.querySelector(".bar__acts");
    for (const act of bar.acts ?? []) {
      const button = render("act", { label: act.label });
      button.addEventListener("click", act.run);
      acts?.append(button);
    }
    this.#holder.replaceChildren(element);
    find(this.#room.root, "bars")?.scrollIntoView({ block: "nearest" });
  }
}
