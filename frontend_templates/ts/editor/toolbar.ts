/** The text's tools: one tab stop, arrow keys inside, Escape back to the text. */
import { find, need, show } from "../live/dom";
import type { Editor } from "./editor";

export class Toolbar {
  readonly #bar: HTMLElement;
  readonly #buttons: HTMLButtonElement[];
  readonly #link: HTMLFormElement;
  readonly #editor: Editor;
  readonly #ask: (what: string) => void;
  #at = 0;

  constructor(root: HTMLElement, editor: Editor, ask: (what: string) => void = () => undefined) {
    this.#ask = ask;
    this.#bar = need(root, "toolbar");
    this.#link = need<HTMLFormElement>(root, "link");
    this.#editor = editor;
    this.#buttons = [...this.#bar.querySelectorAll<HTMLButtonElement>("button[data-command]")];
    this.#buttons.forEach((button, at) => (button.tabIndex = at === 0 ? 0 : -1));
    // A press must not take the selection out of the text.
    this.#bar.addEventListener("mousedown", (event) => event.preventDefault());
    this.#bar.addEventListener("click", (event) => this.#click(event));
    this.#bar.addEventListener("keydown", (event) => this.#key(event));
    this.#bar.addEventListener("focusin", (event) => this.#stop(this.#buttons.indexOf(event.target as HTMLButtonElement)));
    this.#link.addEventListener("submit", (event) => this.#setLink(event));
    this.#link.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#closeLink();
    });
    find(this.#link, "unlink")?.addEventListener("click", () => {
      editor.setLink("");
      this.#closeLink();
    });
    this.refresh();
  }

  show(visible: boolean): void {
    show(this.#bar, visible);
    if (!visible) show(this.#link, false);
    this.refresh();
  }

  focus(): void {
    this.#buttons[this.#at]?.focus();
  }

  refresh(): void {
    for (const button of this.#buttons) {
      const name = button.dataset["command"] ?? "";
      const on = this.#editor.isOn(name);
      if (on !== undefined) button.setAttribute("aria-pressed", String(on));
      else if (name !== "link" && button.dataset["ask"] === undefined) button.setAttribute("aria-disabled", String(!this.#editor.can(name)));
    }
  }

  #stop(at: number): void {
    if (at < 0) return;
    this.#at = at;
    this.#buttons.forEach((button, place) => (button.tabIndex = place === at ? 0 : -1));
  }

  #click(event: MouseEvent): void {
    const button = (event.target as HTMLElement).closest<HTMLButtonElement>("button[data-command]");
    if (!button) return;
    this.#stop(this.#buttons.indexOf(button));
    if (button.dataset["command"] === "link") return this.#openLink(button);
    if (button.dataset["ask"] !== undefined) return this.#ask(button.dataset["command"] ?? "");
    this.#editor.do(button.dataset["command"] ?? "");
    // By mouse or finger the person is writing on; by keyboard they may want the next tool.
    if (event.detail > 0) this.#editor.focus();
    this.refresh();
  }

  #key(event: KeyboardEvent): void {
    const last = this.#buttons.length - 1;
    const forward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    const places: Record<string, number> = { [forward]: this.#at === last ? 0 : this.#at + 1, [back]: this.#at === 0 ? last : this.#at - 1, Home: 0, End: last };
    const place = places[event.key];
    if (event.key === "Escape") this.#editor.focus();
    else if (place === undefined) return;
    else {
      this.#stop(place);
      this.focus();
    }
    event.preventDefault();
  }

  #openLink(button: HTMLElement): void {
    if (!this.#link.hidden) return this.#closeLink();
    const field = this.#link.elements.namedItem("href") as HTMLInputElement;
    const now = this.#editor.link;
    field.value = now ?? "";
    show(find(this.#link, "unlink"), now !== null);
    show(find(this.#link, "link-error"), false);
    show(this.#link, true);
    button.setAttribute("aria-expanded", "true");
    field.focus();
  }

  #setLink(event: Event): void {
    event.preventDefault();
    const field = this.#link.elements.namedItem("href") as HTMLInputElement;
    const good = this.#editor.setLink(field.value);
    field.setAttribute("aria-invalid", String(!good));
    show(find(this.#link, "link-error"), !good);
    if (good) this.#closeLink();
    else field.focus();
  }

  #closeLink(): void {
    show(this.#link, false);
    this.#bar.querySelector('[data-command="link"]')?.setAttribute("aria-expanded", "false");
    this.#editor.focus();
  }
}
