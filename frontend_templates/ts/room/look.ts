/** What a facilitator says to all: a message, "look here", and that nobody leads. One bar each; nobody is moved against their will. */
import { find } from "../live/dom";
import type { Announcement, Leading, Look } from "../live/states";
import type { Bars } from "./bars";
import type { Room } from "./context";

/** Whoever has not touched anything for so long is idle, and may be taken along. */
const IDLE = 60_000;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** The element that a look points at, once it is on the page. */
function target(root: HTMLElement, look: Look): HTMLElement | null {
  const key = CSS.escape(look.target);
  if (look.kind === "part") return root.querySelector<HTMLElement>(`#${key}`);
  return root.querySelector<HTMLElement>(look.kind === "note" ? `[data-note="${key}"]` : `[data-id="${key}"]`);
}

class Spot {
  readonly #room: Room;
  readonly #bars: Bars;
  #last = "";
  #touched = Date.now();
  /** Nothing was told yet: what is there already when the page comes moves nobody. */
  #first = true;

  constructor(room: Room, bars: Bars) {
    this.#room = room;
    this.#bars = bars;
    for (const event of ["keydown", "pointerdown", "wheel", "touchmove"]) addEventListener(event, () => (this.#touched = Date.now()), { passive: true });
  }

  show(look: Look | null | undefined): void {
    const came = this.#first;
    this.#first = false;
    if (!look) {
      this.#last = "";
      return this.#bars.set("look", null);
    }
    if (look.id === this.#last) return;
    this.#last = look.id;
    const { words, say } = this.#room;
    const away = (): void => this.#bars.set("look", null);
    const go = (): void => {
      away();
      this.go(look, true);
    };
    this.#bars.set("look", { kind: "bar--river", title: words.get("look.title"), text: look.words, acts: [{ label: words.get("look.go"), run: go }, { label: words.get("bar.close"), run: away }] });
    say.me([words.get("look.title"), look.words].filter(Boolean).join(" "));
    if (!came && Date.now() - this.#touched > IDLE) this.go(look, false);
  }

  /** Pressed, the view and the focus go there; an idle page is only turned to it. */
  go(look: Look, pressed: boolean): void {
    const { root } = this.#room;
    this.#open({ block: "draft", note: "ideas", part: look.target }[look.kind], pressed);
    const element = target(root, look);
    if (!element) return;
    element.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
    element.classList.add("is-looked-at");
    setTimeout(() => element.classList.remove("is-looked-at"), 6000);
    if (!pressed || element.closest(".ProseMirror")) return;
    if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }

  /** The view that holds it: a tab on a phone, the draft or the board beside each other elsewhere. */
  #open(view: string, pressed: boolean): void {
    const { root } = this.#room;
    if (pressed && root.querySelector(`.tabs a[href="#${CSS.escape(view)}"]`)) location.hash = view;
    const half = { draft: "draft", ideas: "board" }[view];
    const shown = find(root, "both")?.dataset["view"] ?? "both";
    if (half && shown !== "both" && shown !== half) root.querySelector<HTMLButtonElement>('[data-view="both"]')?.click();
  }
}

export class Leads {
  readonly #room: Room;
  readonly #bars: Bars;
  readonly #spot: Spot;
  #message = "";
  #alone = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(room: Room, bars: Bars) {
    this.#room = room;
    this.#bars = bars;
    this.#spot = new Spot(room, bars);
    room.on("moderation", (state) => {
      this.#tell(state.message ?? null);
      this.#spot.show(state.look);
    });
    room.on("leading", (state) => this.#leading(state));
  }

  #tell(told: Announcement | null): void {
    if (!told) {
      this.#message = "";
      return this.#bars.set("message", null);
    }
    if (told.id === this.#message) return;
    this.#message = told.id;
    const { words, say, orders } = this.#room;
    const away = (): void => {
      this.#bars.set("message", null);
      void orders.send("moderation", "dismiss", { id: told.id }).catch(() => undefined);
    };
    this.#bars.set("message", { kind: "bar--river", title: words.get("message.from", { name: told.by }), text: told.text, acts: [{ label: words.get("bar.close"), run: away }] });
    say.now([words.get("message.from", { name: told.by }), told.text].join(" "));
  }

  /** The moment from which nobody leads may lie ahead; the page waits for it by the server's clock. */
  #leading(state: Leading): void {
    clearTimeout(this.#timer);
    const left = state.alone_from ? Date.parse(state.alone_from) - Date.parse(state.server_time) : 0;
    const led = this.#room.me.role === "facilitator" && this.#room.provider.connected;
    const alone = !led && (state.alone || left <= 0);
    if (!alone && !led) this.#timer = setTimeout(() => this.#leading({ ...state, alone: true }), Math.min(left + 500, 2 ** 31 - 1));
    if (alone === this.#alone) return;
    this.#alone = alone;
    const { words, say, orders } = this.#room;
    const take = { label: words.get("alone.take"), run: (): void => void orders.send("leading", "step_in").catch(() => undefined) };
    this.#bars.set("alone", alone ? { kind: "", title: words.get("alone.title"), text: words.get(state.may_step_in ? "alone.you" : "alone.text"), acts: state.may_step_in ? [take] : [] } : null);
    if (alone) say.me(words.get("alone.title"));
  }
}
