/** The queue of speakers: one button to raise and lower, and only my own place is read to me. */
import { find, list, need, show, text } from "../live/dom";
import type { Speaking } from "../live/states";
import type { Room } from "./context";
import { follow } from "./options";

/** My place: 0 speaking, 1 next, 2 …; null when my hand is down. */
export function place(state: Speaking, me: string): number | null {
  if (state.current && (state.current.mine ?? state.current.id === me)) return 0;
  const at = state.queue.findIndex((each) => each.mine);
  return at < 0 ? null : at + 1;
}

export class SpeakingView {
  readonly #room: Room;
  #state: Speaking | null = null;
  #place: number | null | undefined;
  #since: number | null = null;
  #offset = 0;
  #turn = 0;
  #over = false;

  constructor(room: Room) {
    this.#room = room;
    room.on("speaking", (state) => this.#show(state));
    room.orders.on("changed", () => this.#state && this.#hand(this.#up(this.#state)));
    setInterval(() => this.#tick(), 1000);
  }

  /** The hand goes up on the screen at once, also without a line: it is raised when the line is back. */
  hope(up: boolean): void {
    this.#hand(up);
  }

  #show(state: Speaking): void {
    const { root, words } = this.#room;
    this.#state = state;
    const leads = this.#room.can("facilitate");
    const now = state.current && { id: state.current.id, name: state.current.name, assisted: Boolean(state.current.assisted), now: true, first: false, movable: false };
    const rows = [...(now ? [now] : []), ...state.queue.map(({ id, name, first, assisted }) => ({ id, name, first, assisted: Boolean(assisted), now: false, movable: leads }))];
    list(need(root, "queue"), rows, (row) => row.id, (row) => ({ ...row }), "speaker", (element, row) => element.classList.toggle("is-now", row.now));
    show(find(root, "queue-empty"), rows.length === 0);
    text(find(root, "queue-count"), state.queue.length ? words.count("speaking.waiting", state.queue.length) : "");
    show(find(root, "speaker-done"), Boolean(state.current));
    show(find(root, "my-turn"), place(state, this.#room.me.id) === 0);
    this.#since = state.current ? Date.parse(state.current.since) : null;
    this.#offset = state.server_time ? Date.parse(state.server_time) - Date.now() : 0;
    this.#turn = state.turn ?? 0;
    this.#rules(state);
    this.#round(state);
    this.#spoken(state);
    show(find(root, "lowered"), Boolean(state.lowered));
    text(find(root, "lowered-why"), state.lowered ?? "");
    this.#mine(place(state, this.#room.me.id), state);
    this.#tick();
  }

  /** The rule of the queue and the length of a turn, for everyone to read. */
  #rules(state: Speaking): void {
    const { root, words } = this.#room;
    for (const sentence of root.querySelectorAll<HTMLElement>("[data-rule]")) sentence.hidden = sentence.dataset["rule"] !== (state.rule ?? "first");
    const length = find(root, "turn-length");
    show(length, this.#turn > 0);
    text(length, words.count("speaking.turn-length", this.#turn));
    const choices = { "queue-rule": state.rule, "turn-seconds": state.turn, "speaker-named": state.named };
    for (const [name, value] of Object.entries(choices)) follow(find<HTMLSelectElement>(root, name), value === undefined ? undefined : String(value));
  }

  /** Everyone once: the order, who had a turn, and who is next. */
  #round(state: Speaking): void {
    const { root } = this.#room;
    show(find(root, "round"), Boolean(state.round));
    const holder = find(root, "round-order");
    if (!holder || !state.round) return;
    list(holder, state.round.order, (each) => each.id, (each) => ({ ...each, now: each.state === "now", passed: each.state === "passed", done: each.state === "done" }), "turn");
    const mine = state.round.order.find((each) => each.mine);
    const leads = this.#room.can("facilitate") && state.round.order.some((each) => each.state === "now");
    show(find(root, "pass"), leads || mine?.state === "next" || mine?.state === "now");
  }

  #spoken(state: Speaking): void {
    const { root, words } = this.#room;
    show(find(root, "spoken"), state.total > 0);
    text(find(root, "spoken-text"), words.get("speaking.spoken", { n: state.spoken, total: state.total }));
    text(find(root, "spoken-who"), (state.heard ?? []).join(", "));
    const bar = find<HTMLProgressElement>(root, "spoken-bar");
    if (bar) [bar.max, bar.value] = [Math.max(1, state.total), state.spoken];
  }

  #mine(now: number | null, state: Speaking): void {
    const before = this.#place;
    this.#place = now;
    this.#hand(this.#up(state));
    if (before === undefined || before === now) return;
    const { root, words, say } = this.#room;
    if (now === 0 || now === 1) root.dispatchEvent(new CustomEvent("copact:news", { detail: { view: "talk", n: 1 } }));
    if (now === 0) say.now(words.get("speaking.turn"));
    else if (now === 1) say.now(words.get("speaking.next"));
    else if (now !== null) say.me(words.count("speaking.before", now - 1));
    else if (before !== 0) say.me(state.lowered ? `${words.get("speaking.taken-down")} ${state.lowered}` : words.get("speaking.lowered"));
  }

  /** Whether my hand is up, or goes up as soon as the line is back. */
  #up(state: Speaking): boolean {
    const waits = this.#room.orders.waiting.filter(({ tool, do: what, args }) => tool === "speaking" && !args["for"] && (what === "raise" || what === "lower")).at(-1);
    return waits ? waits.do === "raise" : state.queue.some((each) => each.mine);
  }

  #hand(up: boolean): void {
    const { root } = this.#room;
    const was = find(root, "hand-down")?.hidden === false;
    if (up === was) return;
    const focused = document.activeElement === find(root, was ? "hand-down" : "hand-up");
    show(find(root, "hand-up"), !up);
    show(find(root, "hand-down"), up);
    if (focused) find(root, up ? "hand-down" : "hand-up")?.focus();
  }

  #tick(): void {
    const since = find(this.#room.root, "since");
    if (!since || this.#since === null) return this.#sign(false);
    const seconds = Math.max(0, Math.floor((Date.now() + this.#offset - this.#since) / 1000));
    text(since, `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
    this.#sign(this.#turn > 0 && seconds >= this.#turn);
  }

  /** The time of a turn is over: a sign for all, and a word to who speaks; nobody is cut off. */
  #sign(over: boolean): void {
    if (over === this.#over) return;
    this.#over = over;
    show(find(this.#room.root, "turn-over"), over);
    if (over && this.#place === 0) this.#room.say.me(this.#room.words.get("speaking.over"));
  }
}
