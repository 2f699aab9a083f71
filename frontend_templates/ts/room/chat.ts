/** The chat: what others write is not read out by itself, and what I write is never lost. */
import { find, list, need, show, text } from "../live/dom";
import { Refusal } from "../live/orders";
import { initials } from "../live/people";
import type { Chat, Message } from "../live/states";
import type { Room } from "./context";

/** Two clocks may be this far apart. */
const MINUTE = 60_000;

const signs: Readonly<Record<string, string>> = { agree: "👍", thanks: "❤️", laugh: "😄", unsure: "?", ask: "✋" };

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
  readonly #tongues: Intl.DisplayNames;
  #free = 0;
  #doubtful = "";
  #pace: ReturnType<typeof setInterval> | undefined;

  constructor(room: Room) {
    this.#room = room;
    this.#tongues = new Intl.DisplayNames(room.language, { type: "language" });
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
    this.#above();
    this.#slow();
  }

  get #asks(): HTMLInputElement | null {
    return (this.#form?.elements.namedItem("question") as HTMLInputElement | null) ?? null;
  }

  /** The next message is a message again. */
  #asked(): void {
    if (this.#asks) this.#asks.checked = false;
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
      assisted: Boolean(row.assisted),
      at: row.at,
      clock: row.waits || Number.isNaN(at.getTime()) ? "" : this.#time.format(at),
      language: row.language,
      colour: row.colour ?? person?.colour ?? 1,
      initials: initials(row.name),
      waiting: row.waits,
      ...this.#acts(row),
    };
  }

  /** What a message carries besides its words, and what this person may do with it. */
  #acts(row: Row): Record<string, string | boolean> {
    const { can, words } = { can: (ability: "moderate" | "react" | "chat") => this.#room.can(ability), words: this.#room.words };
    const here = !row.hidden && !row.waits;
    const leads = here && can("moderate");
    const given = Object.entries(row.signs ?? {});
    const mine = (kind: string): string => String(row.my_signs?.includes(kind) ?? false);
    return {
      signs: given.map(([kind, n]) => `${signs[kind] ?? ""} ${n}`).join("  "),
      said_signs: given.map(([kind, n]) => words.get("sign.count", { sign: words.get(`sign.${kind}`), n })).join(", "),
      tongue: this.#tongues.of(row.language) ?? row.language,
      foreign: here && row.language !== this.#room.language,
      acts: here && (can("react") || leads),
      reacts: here && can("react"),
      my_agree: mine("agree"),
      my_thanks: mine("thanks"),
      my_laugh: mine("laugh"),
      my_unsure: mine("unsure"),
      moderate: leads,
      ...this.#standing(row, leads, here && row.mine && can("chat")),
    };
  }

  /** Whether it is a question, answered, pinned; and the switches of these for who leads and for its author. */
  #standing(row: Row, leads: boolean, mine: boolean): Record<string, boolean> {
    const { question = false, answered = false, pinned = false } = row;
    return {
      question,
      answered,
      pinned,
      make_question: mine && !question,
      drop_question: mine && question,
      pin: leads && !pinned,
      unpin: leads && pinned,
      answer: leads && question && !answered,
      reopen: leads && answered,
    };
  }

  /** What stands above the messages: what is pinned, and what is asked. */
  #above(): void {
    const { root } = this.#room;
    const { pinned = [], questions = [], earlier = false, messages } = this.#state;
    const holder = find(root, "pinned");
    if (holder) list(holder, pinned, (each) => each.id, ({ id, name, assisted, text: said, language }) => ({ id, name, assisted: Boolean(assisted), text: said, language }), "pinned");
    show(holder, pinned.length > 0);
    const asked = find(root, "questions");
    if (asked)
      list(asked, questions, (each) => each.id, (each) => ({ id: each.id, name: each.name, assisted: Boolean(each.assisted), text: each.text, language: each.language, asks: each.signs?.["ask"] ?? 0, my_ask: String(each.my_signs?.includes("ask") ?? false), answered: Boolean(each.answered), open: !each.answered, reacts: this.#room.can("react") }), "question");
    show(find(root, "questions-box"), questions.length > 0);
    text(find(root, "questions-count"), String(questions.length));
    show(find(root, "earlier"), earlier);
    const link = find<HTMLAnchorElement>(root, "earlier-link");
    if (link && messages[0]) link.search = `?before=${messages[0].id}`;
  }

  /** How long one still waits, second by second, while the chat is slow. */
  #slow(): void {
    const { root, words } = this.#room;
    const slow = this.#room.state("moderation")?.slow ?? 0;
    const left = Math.max(0, Math.ceil((this.#free - Date.now()) / 1000));
    show(find(root, "chat-slow"), slow > 0);
    if (slow) text(find(root, "chat-slow-text"), left ? words.count("chat.wait", left) : words.count("chat.slow", slow));
    if (left && slow) this.#pace ??= setInterval(() => this.#slow(), 1000);
    else if (this.#pace) {
      clearInterval(this.#pace);
      this.#pace = undefined;
    }
  }

  #show(state: Chat): void {
    this.#state = state;
    this.#free = Date.now() + (state.wait ?? 0) * 1000;
    const own = state.messages.filter((message) => message.mine);
    this.#room.orders.settle((order, at) => order.tool === "chat" && own.some((message) => message.text === order.args["text"] && Date.parse(message.at) > at - MINUTE));
    this.#arrived(own);
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

  /** The language that somebody writes in: that of their page, unless they choose another. */
  #tongue(field: HTMLInputElement): string {
    return field.form?.querySelector<HTMLSelectElement>('[name="language"]')?.value ?? this.#room.language;
  }

  /** It had no answer in time, and arrived all the same: it does not stand in the field for a second time. */
  #arrived(own: readonly Message[]): void {
    const words = this.#doubtful;
    const field = this.#field;
    if (!words || !field || !own.some((message) => message.text === words && !this.#seen.has(message.id))) return;
    this.#doubtful = "";
    if (field.value.startsWith(words)) field.value = field.value.slice(words.length).trimStart();
    this.#problem("");
  }

  async #post(event: Event): Promise<void> {
    event.preventDefault();
    const field = this.#field;
    const words = field?.value.trim();
    if (!field || !words || field.readOnly) return;
    const question = this.#asks?.checked ? { question: "1" } : {};
    field.value = "";
    this.#problem("");
    try {
      await this.#room.orders.send("chat", "post", { text: words, language: this.#tongue(field), ...question });
      this.#asked();
    } catch (error) {
      // What was written stands in the field again, before what was written since.
      field.value = [words, field.value].filter(Boolean).join(" ");
      this.#doubtful = error instanceof Refusal && error.code === "late" ? words : "";
      this.#problem(error instanceof Refusal && error.message ? error.message : this.#room.words.get("order.failed"));
    }
  }

  #problem(words: string): void {
    const sign = find(this.#room.root, "chat-error");
    show(sign, Boolean(words));
    text(sign, words);
  }
}
