/** Which part of the room is in view: tabs on a phone and a tablet, a choice of three on a tablet and a laptop. */
import { find, show, text } from "../live/dom";
import type { Room } from "./context";

const tabs = matchMedia("(max-width: 63.99rem)");
const KEY = "copact:view";

export class Views {
  readonly #room: Room;
  readonly #news = new Map<string, number>();

  constructor(room: Room) {
    this.#room = room;
    addEventListener("hashchange", () => this.#tab());
    tabs.addEventListener("change", () => this.#tab());
    room.root.addEventListener("copact:news", (event) => {
      const { view, n } = (event as CustomEvent<{ view: string; n: number }>).detail;
      if (!tabs.matches || this.current === view) return;
      this.#news.set(view, (this.#news.get(view) ?? 0) + n);
      this.#counts();
    });
    this.#segments();
    this.#tab();
  }

  get current(): string {
    const named = location.hash.slice(1);
    return this.#room.root.querySelector(`.tabs a[href="#${CSS.escape(named)}"]`) ? named : "ideas";
  }

  #tab(): void {
    for (const link of this.#room.root.querySelectorAll<HTMLAnchorElement>(".tabs a")) {
      if (link.hash === `#${this.current}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    this.#news.delete(this.current);
    this.#counts();
    if (tabs.matches && location.hash) scrollTo({ top: 0 });
    dispatchEvent(new Event("resize"));
  }

  #counts(): void {
    for (const sign of this.#room.root.querySelectorAll<HTMLElement>("[data-count]")) {
      const n = this.#news.get(sign.dataset["count"] ?? "") ?? 0;
      show(sign, n > 0);
      sign.replaceChildren();
      if (!n) continue;
      const seen = document.createElement("span");
      seen.setAttribute("aria-hidden", "true");
      seen.textContent = n > 99 ? "99+" : String(n);
      const read = document.createElement("span");
      read.className = "vh";
      text(read, this.#room.words.count("tab.new", n));
      sign.append(seen, read);
    }
  }

  #segments(): void {
    const holder = find(this.#room.root, "views");
    const both = find(this.#room.root, "both");
    if (!holder || !both) return;
    show(holder, true);
    const choose = (view: string): void => {
      both.dataset["view"] = view;
      for (const button of holder.querySelectorAll<HTMLButtonElement>("button[data-view]")) button.setAttribute("aria-pressed", String(button.dataset["view"] === view));
      dispatchEvent(new Event("resize"));
    };
    holder.addEventListener("click", (event) => {
      const view = (event.target as HTMLElement).closest<HTMLButtonElement>("button[data-view]")?.dataset["view"];
      if (!view) return;
      choose(view);
      try {
        localStorage.setItem(KEY, view);
      } catch {
        // A device that keeps nothing shows both next time.
      }
    });
    let before: string | null = null;
    try {
      before = localStorage.getItem(KEY);
    } catch {
      before = null;
    }
    choose(before === "draft" || before === "board" ? before : "both");
  }
}
