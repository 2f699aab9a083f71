/** The agenda and its clock: all see the same time left, and nothing ends by itself. */
import { learn, serverNow } from "../live/clock";
import { find, list, show, text } from "../live/dom";
import type { Agenda as State } from "../live/states";
import type { Room } from "./context";

/** Seconds left at which the time is said; half time comes on top. */
const SAID = [120, 30];

export class Clock {
  readonly #minutes: Intl.NumberFormat;
  readonly #seconds: Intl.NumberFormat;
  readonly #join: Intl.ListFormat;

  constructor(language: string) {
    this.#minutes = new Intl.NumberFormat(language, { style: "unit", unit: "minute", unitDisplay: "long" });
    this.#seconds = new Intl.NumberFormat(language, { style: "unit", unit: "second", unitDisplay: "long" });
    this.#join = new Intl.ListFormat(language, { type: "unit" });
  }

  /** 8:42 */
  short(seconds: number): string {
    const left = Math.max(0, seconds);
    return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }

  /** 8 minutes 42 seconds */
  long(seconds: number): string {
    const left = Math.max(0, seconds);
    const parts = [];
    if (left >= 60) parts.push(this.#minutes.format(Math.floor(left / 60)));
    if (left % 60 || left < 60) parts.push(this.#seconds.format(left % 60));
    return this.#join.format(parts);
  }
}

/** The moments that lie between two readings of the clock, the latest of them. */
export function passed(before: number, now: number, total: number): number | null {
  const moments = [...SAID.filter((moment) => moment < total), Math.floor(total / 2), 0];
  return moments.filter((moment) => before > moment && now <= moment).sort((a, b) => a - b)[0] ?? null;
}

export class AgendaView {
  readonly #room: Room;
  readonly #clock: Clock;
  #state: State | null = null;
  #left = Infinity;

  constructor(room: Room) {
    this.#room = room;
    this.#clock = new Clock(room.language);
    room.on("agenda", (state) => this.#show(state));
    setInterval(() => this.#tick(), 1000);
  }

  #show(state: State): void {
    const before = this.#state;
    this.#state = state;
    learn(state.server_time);
    const { root, words, say } = this.#room;
    const holder = find(root, "agenda");
    if (holder && state.steps.length) list(holder, state.steps, (step) => step.id, (step) => ({ title: step.title, minutes: step.minutes, state: step.state }), "step", (element, step) => step.state === "now" && element.setAttribute("aria-current", "step"));
    this.#suggest(state.opens ?? "");
    const now = state.now === null ? undefined : state.steps[state.now];
    show(find(root, "step"), Boolean(now));
    if (now && state.now !== null) {
      const title = words.get("agenda.step", { n: state.now + 1, total: state.steps.length, title: now.title });
      text(find(root, "step-name"), title);
      if (before && before.now !== state.now) say.me(title);
    }
    if (!before || before.ends_at !== state.ends_at) this.#left = Infinity;
    this.#tick();
  }

  /** A way to where the step is done; nothing opens by itself. */
  #suggest(tool: string): void {
    const holder = find(this.#room.root, "suggest");
    for (const link of holder?.querySelectorAll<HTMLElement>("[data-suggest]") ?? []) link.hidden = link.dataset["suggest"] !== tool;
    show(holder, Boolean(tool));
  }

  #tick(): void {
    const state = this.#state;
    const timers = this.#room.root.querySelectorAll<HTMLElement>('[data-part="timer"]');
    if (!state?.ends_at) {
      for (const timer of timers) text(timer, "");
      return this.#up(false);
    }
    const left = Math.max(0, Math.round((Date.parse(state.ends_at) - serverNow()) / 1000));
    const total = (state.now === null ? 0 : (state.steps[state.now]?.minutes ?? 0)) * 60;
    for (const timer of timers) {
      text(timer, this.#clock.short(left));
      timer.setAttribute("aria-label", this.#room.words.get("agenda.left", { time: this.#clock.long(left) }));
    }
    const bar = find<HTMLProgressElement>(this.#room.root, "progress");
    if (bar && total) bar.value = Math.min(1, Math.max(0, 1 - left / total));
    this.#say(left, total);
    this.#up(left === 0);
  }

  #say(left: number, total: number): void {
    const before = this.#left;
    this.#left = left;
    if (before === Infinity) return;
    const moment = passed(before, left, total);
    if (moment === null) return;
    if (moment === 0) this.#room.say.now(this.#room.words.get("agenda.up"));
    else this.#room.say.me(this.#room.words.get("agenda.left", { time: this.#clock.long(left) }));
  }

  #up(over: boolean): void {
    for (const sign of this.#room.root.querySelectorAll<HTMLElement>('[data-part="time-up"]')) if (sign.hidden === over) sign.hidden = !over;
  }
}
