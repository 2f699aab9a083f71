/** The notes of who leads: they keep themselves, and two who write at once lose nothing of each other's. */
import { find, text } from "../live/dom";
import type { Notes as State } from "../live/states";
import type { Room } from "./context";

const PAUSE = 1200;

/** As the server keeps it: without spaces at the ends of lines. */
const bare = (words: string): string => words.replace(/[^\S\n]+$/gm, "").trim();

class Notes {
  readonly #room: Room;
  readonly #field: HTMLTextAreaElement;
  readonly #base: HTMLInputElement;
  readonly #sign: HTMLElement | null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending = false;
  /** The text that `base` is the number of. */
  #theirs: string;
  /** What the field said when all of it was with the server. */
  #kept: string;
  /** What went out since `base`; the server may have it, whatever became of the answer. */
  #went: string[] = [];

  constructor(room: Room, field: HTMLTextAreaElement, base: HTMLInputElement, form: HTMLFormElement) {
    this.#room = room;
    this.#field = field;
    this.#base = base;
    this.#sign = find(form, "notes-state");
    this.#kept = this.#theirs = field.defaultValue;
    field.addEventListener("input", () => this.#later(PAUSE));
    field.addEventListener("blur", () => this.#save());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    room.on("notes", (state) => this.#take(state));
    const now = room.state("notes");
    if (now) this.#take(now);
    // Somebody wrote before this was here.
    if (field.value !== this.#kept) this.#later(PAUSE);
  }

  /** Kept a moment after the last letter. */
  #later(pause: number): void {
    text(this.#sign, this.#room.words.get("notes.typing"));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), pause);
  }

  #save(): void {
    clearTimeout(this.#timer);
    const words = this.#field.value;
    if (this.#sending || words === this.#kept) return;
    this.#sending = true;
    this.#went = [...this.#went.filter((each) => each !== words), words];
    this.#room.orders.send("notes", "save", { text: words, base: this.#base.value }).then(
      () => {
        this.#sending = false;
        this.#kept = words;
        if (this.#field.value !== words) return this.#later(PAUSE);
        text(this.#sign, this.#room.words.get("notes.kept"));
      },
      () => {
        this.#sending = false;
        this.#later(PAUSE * 4);
      },
    );
  }

  /** The text and its number belong together: another's number under one's own text would put out what they wrote. */
  #take({ text: theirs, revision = 0 }: State): void {
    if (theirs === undefined) return;
    const { value } = this.#field;
    const at = this.#went.findIndex((each) => bare(each) === bare(theirs));
    const all = value === this.#kept || (this.#went.includes(value) && this.#holds(theirs));
    // Somebody else's, while this person types: the next save puts both together.
    if (!all && at < 0 && bare(theirs) !== bare(this.#theirs)) return;
    this.#base.value = String(revision);
    this.#theirs = theirs;
    this.#went = all ? [] : this.#went.slice(at + 1);
    if (!all) return;
    if (bare(value) !== bare(theirs)) this.#write(theirs);
    this.#kept = this.#field.value;
  }

  /** Whether every line that was added here is in it. */
  #holds(theirs: string): boolean {
    const lines = new Set([...bare(this.#theirs).split("\n"), ...bare(theirs).split("\n")]);
    return bare(this.#field.value).split("\n").every((line) => lines.has(line));
  }

  /** What stands before the cursor stays before it. */
  #write(theirs: string): void {
    const { value, selectionStart: at, selectionEnd: end } = this.#field;
    const by = theirs.startsWith(value.slice(0, at)) ? 0 : theirs.length - value.length;
    this.#field.value = theirs;
    if (document.activeElement === this.#field) this.#field.setSelectionRange(Math.max(0, at + by), Math.max(0, end + by));
  }
}

export function notes(room: Room): void {
  const form = find<HTMLFormElement>(room.root, "notes-form");
  const field = form?.querySelector("textarea");
  const base = form?.querySelector<HTMLInputElement>('input[name="base"]');
  if (form && field && base) new Notes(room, field, base, form);
}
