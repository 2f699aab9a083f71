/** The page's orders: every button and form with `data-do` goes by the socket, and as a plain form where there is none. */
import { find, list, show, text } from "../live/dom";
import { Refusal } from "../live/orders";
import type { Moderation } from "../live/states";
import type { Room } from "./context";

type Args = Record<string, string | number | boolean>;

export class Lead {
  readonly #room: Room;
  readonly #hope: (up: boolean) => void;

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

  async #order(tool: string, what: string, args: Args, at: HTMLElement): Promise<boolean> {
    try {
      await this.#room.orders.send(tool, what, args);
      this.#problem(at, "");
      return true;
    } catch (error) {
      // Sent again after a cut line: it had been done already.
      if (error instanceof Refusal && error.code === "raised") return true;
      const said = error instanceof Refusal && error.message;
      const offline = error instanceof Refusal && error.code === "offline";
      this.#problem(at, said || this.#room.words.get(offline ? "order.offline" : "order.failed"));
      return false;
    }
  }

  /** What went wrong is said where it happened, and stays until the next action. */
  #problem(at: HTMLElement, words: string): void {
    const place = at.closest("section, .tool, form, dialog") ?? at.parentElement;
    let sign = place?.querySelector<HTMLElement>(":scope > .order-problem") ?? null;
    if (!words) return sign?.remove();
    if (!sign) {
      sign = document.createElement("p");
      sign.className = "error small order-problem";
      sign.setAttribute("role", "alert");
      place?.append(sign);
    }
    text(sign, words);
  }

  #click(event: MouseEvent): void {
    const button = (event.target as HTMLElement).closest<HTMLButtonElement>("button[data-do]");
    if (!button) return;
    event.preventDefault();
    const { tool = "", do: what = "" } = button.dataset;
    const args = button.name ? { [button.name]: button.value } : {};
    if (tool === "speaking" && (what === "raise" || what === "lower")) this.#hope(what === "raise");
    void this.#order(tool, what, args, button);
  }

  #submit(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    // One form may hold several orders; the pressed button says which.
    const button = event.submitter as HTMLButtonElement | null;
    const [tool, what] = button?.dataset["as"]?.split(".") ?? [form.dataset["tool"], form.dataset["do"]];
    if (!tool || !what || form.dataset["part"] === "chat-form") return;
    event.preventDefault();
    const args = this.#args(form, button);
    void this.#order(tool, what, args, form).then((done) => {
      if (done && form.dataset["stay"] === undefined) form.reset();
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
        void this.#order("moderation", form.dataset["on"] ?? "", { reason: reason.value.trim() }, form).then((done) => {
          if (!done) return;
          reason.value = reason.defaultValue;
          show(why, false);
          button.focus();
        });
      }
    });
  }

  #moderation(state: Moderation): void {
    for (const form of this.#room.root.querySelectorAll<HTMLFormElement>("form[data-switch]")) {
      const on = Boolean(state[form.dataset["switch"] as keyof Moderation]);
      form.querySelector('[role="switch"]')?.setAttribute("aria-checked", String(on));
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
    form.addEventListener("submit", (event) => {
      if (!this.#room.provider.unsaved) return;
      event.preventDefault();
      this.#problem(form, this.#room.words.get("version.wait"));
      const stop = this.#room.provider.on("saving", () => {
        if (this.#room.provider.unsaved) return;
        stop();
        form.requestSubmit();
      });
    });
  }
}
