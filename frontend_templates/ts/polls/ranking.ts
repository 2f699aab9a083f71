/** Options in order: by buttons, by the list of places, or by dragging. What counts are the places in the form. */
import { show } from "../live/dom";

/** The order after one step up or down; an option without a place joins at the end. */
export function step(order: readonly string[], key: string, way: "up" | "down"): string[] {
  const at = order.indexOf(key);
  if (at < 0) return way === "up" ? [...order, key] : [...order];
  if (way === "down" && at === order.length - 1) return order.filter((each) => each !== key);
  const to = way === "up" ? Math.max(0, at - 1) : at + 1;
  return put(order, key, to);
}

/** The order with `key` at the place `to`. */
export function put(order: readonly string[], key: string, to: number): string[] {
  const others = order.filter((each) => each !== key);
  return [...others.slice(0, to), key, ...others.slice(to)];
}

export class Ranking {
  readonly #holder: HTMLElement;
  readonly #said: (key: string, place: number, total: number) => void;
  #order: string[] = [];

  constructor(holder: HTMLElement, said: (key: string, place: number, total: number) => void) {
    this.#holder = holder;
    this.#said = said;
    for (const acts of holder.querySelectorAll<HTMLElement>('[data-part="rank-acts"]')) show(acts, true);
    holder.addEventListener("click", (event) => this.#click(event));
    holder.addEventListener("change", (event) => this.#change(event));
    holder.addEventListener("pointerdown", (event) => this.#drag(event));
  }

  /** Takes the order from the places that stand in the form. */
  read(): void {
    const place = (row: HTMLElement): number => Number(row.querySelector("select")?.value);
    this.#order = this.#rows.filter((row) => place(row) > 0).sort((a, b) => place(a) - place(b)).map((row) => this.#key(row));
    this.#show();
  }

  get #rows(): HTMLElement[] {
    return [...this.#holder.querySelectorAll<HTMLElement>("[data-option]")];
  }

  #key(row: Element | null | undefined): string {
    return (row as HTMLElement | null)?.dataset["option"] ?? "";
  }

  #click(event: Event): void {
    const button = (event.target as HTMLElement).closest<HTMLButtonElement>("button[data-rank]");
    if (!button) return;
    const key = this.#key(button.closest("[data-option]"));
    this.#order = step(this.#order, key, button.dataset["rank"] === "down" ? "down" : "up");
    this.#show();
    button.focus();
    this.#tell(key);
  }

  /** A place chosen from the list of places. */
  #change(event: Event): void {
    const select = event.target as HTMLSelectElement;
    const key = this.#key(select.closest("[data-option]"));
    if (!key) return;
    const place = Number(select.value);
    this.#order = place ? put(this.#order, key, place - 1) : this.#order.filter((each) => each !== key);
    this.#show();
    select.focus();
    this.#tell(key);
  }

  #tell(key: string): void {
    const at = this.#order.indexOf(key);
    if (at >= 0) this.#said(key, at + 1, this.#order.length);
  }

  /** By its words an option is dragged to its place; where it is let go it stays. */
  #drag(event: PointerEvent): void {
    const text = (event.target as HTMLElement).closest<HTMLElement>(".choice__text");
    const row = text?.closest<HTMLElement>("[data-option]");
    if (!text || !row || event.button !== 0) return;
    const key = this.#key(row);
    const move = (to: PointerEvent): void => {
      const rows = this.#rows.filter((each) => each !== row && this.#order.includes(this.#key(each)));
      const above = rows.filter((each) => {
        const box = each.getBoundingClientRect();
        return box.top + box.height / 2 < to.clientY;
      }).length;
      const order = put(this.#order, key, above);
      if (order.join() === this.#order.join()) return;
      this.#order = order;
      this.#show();
    };
    const end = (): void => {
      row.classList.remove("is-lifted");
      text.removeEventListener("pointermove", move);
      for (const name of ["pointerup", "pointercancel"]) text.removeEventListener(name, end);
    };
    row.classList.add("is-lifted");
    text.setPointerCapture(event.pointerId);
    text.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) text.addEventListener(name, end);
  }

  /** Rows stand in their order, those without a place after them. */
  #show(): void {
    const rows = new Map(this.#rows.map((row) => [this.#key(row), row]));
    const all = [...this.#order, ...[...rows.keys()].filter((key) => !this.#order.includes(key)).sort()];
    let at = 0;
    for (const key of all) {
      const row = rows.get(key);
      if (!row) continue;
      // A row that is moved loses its focus and its pointer, so the others make way for it.
      if (this.#holder.children[at] !== row) this.#holder.insertBefore(row, this.#holder.children[at] ?? null);
      at += 1;
      const select = row.querySelector("select");
      if (select) select.value = this.#order.includes(key) ? String(this.#order.indexOf(key) + 1) : "";
      row.classList.toggle("has-place", this.#order.includes(key));
    }
  }
}

/** The list of places 1 to `n` in a row's select. */
export function places(row: HTMLElement, n: number): void {
  const select = row.querySelector("select");
  if (!select) return;
  for (let place = 1; place <= n; place += 1) select.add(new Option(String(place), String(place)));
}

