/** The page's orders: every button and form with `data-do` goes by the socket, and as a plain form where there is none. */
import { current, fields, find, list, says, sent, show, text, writes } from "../live/dom";
import { Refusal } from "../live/orders";
import type { Moderation } from "../live/states";
import type { Room } from "./context";
import { isLost } from "./options";

type Args = Record<string, string | number | boolean>;

/** Where something can be said about what was pressed, the nearest first. */
function around(at: HTMLElement): HTMLElement[] {
  const places: HTMLElement[] = [];
  for (let part: HTMLElement | null = at; part; part = part.parentElement) if (part.matches("section, .tool, form, dialog")) places.push(part);
  return places.length || !at.parentElement ? places : [at.parentElement];
}

/** Folds away the line for a reason; who wrote in it stands at its switch again. */
function fold(why: HTMLElement | null, button: HTMLElement): void {
  const within = why?.contains(document.activeElement) ?? false;
  show(why, false);
  if (within) button.focus();
}

/** After an order went through: what it carried goes out of the form, and what was written since then stays. In a form with `data-flow`
 *  somebody writes line after line, and goes on behind words that are on their way. */
export function settle(form: HTMLFormElement, went: readonly (string | boolean)[]): void {
  const now = fields(form);
  if (now.every((field, at) => says(field) === went[at])) return form.reset();
  now.forEach((field, at) => {
    const words = went[at];
    if (!writes(field) || typeof words !== "string") return;
    if (field.value === words) field.value = field.defaultValue;
    else if (form.dataset["flow"] !== undefined) sent(field, words);
  });
}

export class Lead {
  readonly #room: Room;
  readonly #hope: (up: boolean) => void;
  /** Tool -> the last order to it, while it has no answer. */
  readonly #last = new Map<string, string>();

  constructor(room: Room, hope: (up: boolean) => void) {
    this.#room = room;
    this.#hope = hope;
    document.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("submit", (event) => this.#submit(event));
    for (const form of room.root.querySelectorAll<HTMLFormElement>("form[data-switch]")) this.#switch(form);
    for (const form of room.root.querySelectorAll<HTMLFormElement>("form[data-needs-saved]")) this.#afterSaving(form);
    room.on("moderation", (state) => this.#moderation(state));
    room.on("versions", ({ versions }) => {
      const holder = find(room.root, "versions");
      if (holder) list(holder, versions, (version) => String(version.number), ({ number, title, by }) => ({ number, title, by }), "version");
    });
  }

  /** Whether it was done; the same again, while the first has no answer yet, is one press that seemed to do nothing. */
  async #order(tool: string, what: string, args: Args, at: HTMLElement): Promise<boolean | "again"> {
    const order = JSON.stringify([what, args]);
    if (this.#last.get(tool) === order) return "again";
    this.#last.set(tool, order);
    const places = around(at);
    try {
      await this.#room.orders.send(tool, what, args);
      this.#problem(places, "");
      return true;
    } catch (error) {
      // Sent again after a cut line: it had been done already.
      if (error instanceof Refusal && error.code === "raised") return true;
      const said = error instanceof Refusal && error.message;
      const offline = error instanceof Refusal && error.code === "offline";
      this.#problem(places, said || this.#room.words.get(offline ? "order.offline" : "order.failed"));
      return false;
    } finally {
      if (this.#last.get(tool) === order) this.#last.delete(tool);
    }
  }

  /** What went wrong is said where it happened, or around it where that was drawn anew since, and stays until the next action. */
  #problem(places: readonly HTMLElement[], words: string): void {
    const now = places.map(current);
    for (const place of now) for (const sign of place.querySelectorAll(":scope > .order-problem")) sign.remove();
    if (!words) return;
    const place = now.find((each) => each.isConnected && !each.closest("dialog:not([open])"));
    if (!place) return this.#room.say.now(words);
    const sign = document.createElement("p");
    sign.className = "error small order-problem";
    sign.setAttribute("role", "alert");
    text(sign, words);
    place.append(sign);
  }

  #click(event: MouseEvent): void {
    const button = (event.target as HTMLElement).closest<HTMLButtonElement>("button[data-do]");
    if (!button) return;
    event.preventDefault();
    const { tool = "", do: what = "" } = button.dataset;
    const args = button.name ? { [button.name]: button.value } : {};
    const hand = tool === "speaking" && (what === "raise" || what === "lower");
    if (hand) this.#hope(what === "raise");
    void this.#order(tool, what, args, button).then((done) => {
      if (hand && done === false) this.#hope(what !== "raise");
    });
  }

  #submit(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    // One form may hold several orders; the pressed button says which.
    const button = event.submitter as HTMLButtonElement | null;
    const [tool, what] = button?.dataset["as"]?.split(".") ?? [form.dataset["tool"], form.dataset["do"]];
    if (!tool || !what || form.dataset["part"] === "chat-form") return;
    event.preventDefault();
    const gone = [...form.querySelectorAll("select")].find(isLost);
    if (gone) {
      this.#problem(around(form), this.#room.words.get("order.gone"));
      return gone.focus();
    }
    const args = this.#args(form, button);
    const went = fields(form).map(says);
    void this.#order(tool, what, args, form).then((done) => {
      if (done === "again") return;
      const now = current(form);
      now.dispatchEvent(new CustomEvent(done ? "copact:done" : "copact:failed", { bubbles: true }));
      if (done && now.dataset["stay"] === undefined) settle(now, went);
    });
  }

  #args(form: HTMLFormElement, button: HTMLButtonElement | null): Args {
    const args: Args = {};
    for (const [name, value] of new FormData(form, button)) if (name !== "csrfmiddlewaretoken" && typeof value === "string") args[name] = value.trim();
    return args;
  }

  /** Off at once; on after a word of why, which everyone in the room sees. */
  #switch(form: HTMLFormElement): void {
    const button = form.querySelector<HTMLButtonElement>('[role="switch"]');
    const why = find(form, "why");
    const reason = form.querySelector<HTMLInputElement>('input[name="reason"]');
    if (!button) return;
    show(why, false);
    show(find(form, "why-buttons"), true);
    find(form, "why-not")?.addEventListener("click", () => {
      show(why, false);
      button.focus();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const on = button.getAttribute("aria-checked") === "true";
      if (on || !why || !reason) void this.#order("moderation", form.dataset[on ? "off" : "on"] ?? "", {}, form);
      else if (why.hidden) {
        show(why, true);
        reason.focus();
      } else {
        const said = reason.value;
        void this.#order("moderation", form.dataset["on"] ?? "", { reason: said.trim() }, form).then((done) => {
          if (done !== true) return;
          if (reason.value === said) reason.value = reason.defaultValue;
          fold(why, button);
        });
      }
    });
  }

  #moderation(state: Moderation): void {
    for (const form of this.#room.root.querySelectorAll<HTMLFormElement>("form[data-switch]")) {
      const on = Boolean(state[form.dataset["switch"] as keyof Moderation]);
      const button = form.querySelector<HTMLElement>('[role="switch"]');
      button?.setAttribute("aria-checked", String(on));
      // Somebody else switched it on while this person says why: the same press would now switch it off.
      if (on && button) fold(find(form, "why"), button);
      show(find(form, "on"), on);
      show(find(form, "off"), !on);
    }
    const { root } = this.#room;
    show(find(root, "take-down"), Boolean(state.shown));
    this.shown();
  }

  /** What the facilitator asks: the words shown now, or else the board's own question. */
  shown(): void {
    const { root } = this.#room;
    const words = this.#room.state("moderation")?.shown || this.#room.state("board")?.question || "";
    show(find(root, "shown"), Boolean(words));
    text(find(root, "shown-text"), words);
  }

  /** A version must hold what its maker sees: it is kept once everything has reached the server. */
  #afterSaving(form: HTMLFormElement): void {
    let stop: (() => void) | null = null;
    form.addEventListener("submit", (event) => {
      if (!this.#room.provider.unsaved) return;
      event.preventDefault();
      this.#problem(around(form), this.#room.words.get("version.wait"));
      stop ??= this.#room.provider.on("saving", () => {
        if (this.#room.provider.unsaved) return;
        stop?.();
        stop = null;
        form.requestSubmit();
      });
    });
  }
}
