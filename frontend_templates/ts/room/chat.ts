/** The chat: what others write is not read out by itself, and what I write is never lost. */
import { find, list, need, show, text } from "../live/dom";
import { Refusal } from "../live/orders";
import { initials } from "../live/people";
import type { Chat, Message } from "../live/states";
import type { Room } from "./context";

/** Two clocks may be this far apart. */
const MINUTE = 60_000;

interface Row extends Message {
  readonly waits: boolean;
}

export class ChatView {
  readonly #room: Room;
  readonly #log: HTMLElement;
  readonly #form: HTMLFormElement | null;
  readonly #time: Intl.DateTimeFormat;
  #state: Chat = { messages: [], muted: false };
  #seen = new Set<string>();
  #first = true;

  constructor(room: Room) {
    this.#room = room;
    this.#log = need(room.root, "log");
    this.#form = find<HTMLFormElement>(room.root, "chat-form");
    this.#time = new Intl.DateTimeFormat(room.language, { hour: "2-digit", minute: "2-digit", hour12: false });
    room.on("chat", (state) => this.#show(state));
    room.on("moderation", () => this.refresh());
    room.orders.on("changed", () => this.refresh());
    this.#form?.addEventListener("submit", (event) => void this.#post(event));
  }

  /** Draws again: an order left the device, or the right to write changed. */
  refresh(): void {
    // The server's own row may come before its answer to the order; then the order's row is not needed.
    const mine = new Set(this.#state.messages.slice(-3).flatMap((message) => (message.mine ? [message.text] : [])));
    const waiting = this.#room.orders.waiting.filter((order) => order.tool === "chat" && order.do === "post" && !mine.has(String(order.args["text"])));
    const rows: Row[] = this.#state.messages.map((message) => ({ ...message, waits: false }));
    for (const order of waiting) rows.push({ id: order.id, name: this.#room.me.name, mine: true, text: String(order.args["text"]), language: this.#room.language, at: new Date().toISOString(), waits: true });
    const down = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 80;
    list(need(this.#room.root, "messages"), rows, (row) => row.id, (row) => this.#values(row), "message", (element, row) => element.classList.toggle("is-mine", row.mine));
    if (down) this.#log.scrollTop = this.#log.scrollHeight;
    show(find(this.#room.root, "chat-empty"), rows.length === 0);
    const open = this.#room.can("chat");
    show(find(this.#room.root, "chat-muted"), !open && this.#room.can("speak"));
    show(this.#form, open || Boolean(this.#field?.value));
    if (this.#field) this.#field.readOnly = !open;
  }

  get #field(): HTMLInputElement | null {
    return (this.#form?.elements.namedItem("text") as HTMLInputElement | null) ?? null;
  }

  #values(row: Row): Record<string, string | number | boolean> {
    const person = this.#room.state("door")?.people.find((each) => each.name === row.name);
    const at = new Date(row.at);
    return {
      id: row.id,
      name: row.name,
      text: row.hidden && !row.text ? "" : row.text,
      hidden: Boolean(row.hidden),
      at: row.at,
      clock: row.waits || Number.isNaN(at.getTime()) ? "" : this.#time.format(at),
      language: row.language,
      colour: row.colour ?? person?.colour ?? 1,
      initials: initials(row.name),
      waiting: row.waits,
      moderate: this.#room.can("moderate") && !row.hidden && !row.waits,
    };
  }

  #show(state: Chat): void {
    this.#state = state;
    const own = state.messages.filter((message) => message.mine);
    this.#room.orders.settle((order, at) => order.tool === "chat" && own.some((message) => message.text === order.args["text"] && Date.parse(message.at) > at - MINUTE));
    const fresh = state.messages.filter((message) => !message.mine && !this.#seen.has(message.id));
    this.#seen = new Set(state.messages.map((message) => message.id));
    if (!this.#first && fresh.length) {
      this.#room.say.tally("chat.new", fresh.length);
      this.#room.root.dispatchEvent(new CustomEvent("copact:news", { detail: { view: "chat", n: fresh.length } }));
      const mine = fresh.find((message) => this.#names(message.text));
      if (mine) this.#room.say.me(this.#room.words.get("chat.you", { name: mine.name, text: mine.text }));
    }
    this.refresh();
    if (this.#first) this.#log.scrollTop = this.#log.scrollHeight;
    this.#first = false;
  }

  /** A message answers me when it says my name. */
  #names(words: string): boolean {
    const name = this.#room.me.name.split(/\s/u)[0] ?? "";
    return name.length > 1 && words.toLocaleLowerCase().includes(name.toLocaleLowerCase());
  }

  async #post(event: Event): Promise<void> {
    event.preventDefault();
    const field = this.#field;
    const words = field?.value.trim();
    if (!field || !words || field.readOnly) return;
    field.value = "";
    this.#problem("");
    try {
      await this.#room.orders.send("chat", "post", { text: words, language: this.#room.language });
    } catch (error) {
      // What was written stays in the field, unless something new is there already.
      field.value ||= words;
      this.#problem(error instanceof Refusal && error.message ? error.message : this.#room.words.get("order.failed"));
    }
  }

  #problem(words: string): void {
    const sign = find(this.#room.root, "chat-error");
    show(sign, Boolean(words));
    text(sign, words);
  }
}
