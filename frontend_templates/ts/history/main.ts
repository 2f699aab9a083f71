/** The history's slider: asks the server for the text at a moment, and plays one after the other. */

const STEPS = 60;
const PACE = 700;

class Replay {
  readonly #form: HTMLFormElement;
  readonly #range: HTMLInputElement;
  readonly #play: HTMLButtonElement | null;
  readonly #state: HTMLElement | null;
  readonly #words: { readonly play: string; readonly pause: string; readonly late: string };
  #wanted: number | null = null;
  #asking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(form: HTMLFormElement, range: HTMLInputElement) {
    this.#form = form;
    this.#range = range;
    this.#play = this.#part<HTMLButtonElement>("play");
    this.#state = this.#part("state");
    const said = (name: string): string => this.#part<HTMLTemplateElement>(name)?.content.textContent.trim() ?? "";
    this.#words = { play: this.#play?.textContent ?? "", pause: said("playing"), late: said("late") };
    const go = this.#part("go");
    if (go) go.hidden = true;
    range.addEventListener("input", () => {
      this.#stop();
      this.#want(Number(range.value));
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#want(Number(range.value));
    });
    if (!this.#play) return;
    this.#play.hidden = range.min === range.max;
    this.#play.addEventListener("click", () => (this.playing ? this.#stop() : this.#start()));
  }

  get playing(): boolean {
    return this.#play?.getAttribute("aria-pressed") === "true";
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows the element
  #part<T extends HTMLElement = HTMLElement>(name: string): T | null {
    return this.#form.querySelector<T>(`[data-part="${name}"]`);
  }

  #start(): void {
    if (this.#range.value === this.#range.max) this.#range.value = this.#range.min;
    this.#press(true);
    this.#next();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.playing) this.#press(false);
  }

  #press(on: boolean): void {
    if (!this.#play) return;
    this.#play.setAttribute("aria-pressed", String(on));
    this.#play.textContent = on ? this.#words.pause : this.#words.play;
  }

  /** One more step, once the last one is on the page. */
  #next(): void {
    const { min, max, value } = this.#range;
    if (!this.playing || value === max) return this.#stop();
    const stride = Math.max(1, Math.ceil((Number(max) - Number(min)) / STEPS));
    this.#range.value = String(Math.min(Number(max), Number(value) + stride));
    this.#want(Number(this.#range.value));
    this.#timer = setTimeout(() => this.#next(), PACE);
  }

  /** The newest wish counts; those that came while one was under way are left out. */
  #want(number: number): void {
    this.#wanted = number;
    if (!this.#asking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    while (this.#wanted !== null) {
      const number = this.#wanted;
      this.#wanted = null;
      try {
        this.#show(await this.#read(number));
        if (this.#state) this.#state.textContent = "";
      } catch {
        this.#stop();
        if (this.#state) this.#state.textContent = this.#words.late;
      }
    }
    this.#asking = false;
  }

  async #read(number: number): Promise<HTMLElement> {
    const address = new URL(location.href);
    address.search = `?at=${number}&part=moment`;
    const answer = await fetch(address, { headers: { accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector<HTMLElement>('[data-part="moment"]');
    if (!found) throw new Error("no moment");
    return found;
  }

  #show(moment: HTMLElement): void {
    document.querySelector('[data-part="moment"]')?.replaceWith(moment);
    this.#range.setAttribute("aria-valuetext", moment.dataset["when"] ?? "");
    const address = new URL(location.href);
    address.search = `?at=${moment.dataset["number"] ?? ""}`;
    window.history.replaceState(null, "", address);
  }
}

const form = document.querySelector<HTMLFormElement>('form[data-module="history"]');
const range = form?.querySelector<HTMLInputElement>('input[type="range"]');
if (form && range) new Replay(form, range);
