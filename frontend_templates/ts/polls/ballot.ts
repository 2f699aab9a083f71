/** The form of a vote or an answer: one's own and, for who leads, that of people without a device. What somebody is filling in is
 *  theirs until they have sent it, whatever the server says meanwhile; and nobody's becomes another's. */
import { fields, find, said, says, type Field } from "../live/dom";
import type { Assisted } from "../live/states";
import { assisted } from "./card";

/** What the fields of a form say, by name; a radio button's by its name and value. What is not there is empty. */
export type Filled = Readonly<Record<string, string | boolean>>;

export interface Asked {
  /** What the server holds of mine. */
  readonly mine: Filled;
  readonly people: readonly Assisted[];
  /** The name of one's own among those whose it may be; null for who has none. */
  readonly own: string | null;
  readonly done: (name: string) => string;
}

const keyOf = (field: Field): string => (field instanceof HTMLInputElement && field.type === "radio" ? `${field.name}=${field.value}` : field.name);

const empty = (like: string | boolean): string | boolean => (typeof like === "boolean" ? false : "");

function same(now: Filled, other: Filled): boolean {
  return Object.entries(now).every(([key, value]) => value === (other[key] ?? empty(value)));
}

export class Ballot {
  readonly #form: HTMLFormElement;
  readonly #filled: () => void;
  /** What is half filled for others than the one who is chosen. */
  readonly #drafts: Map<string, Filled>;
  #mine: Filled = {};
  /** Whose it is now; "" for oneself. */
  #whom: string;
  /** What was last put in here: where the form says anything else, somebody is filling it in. */
  #put: Filled;
  #sent: { readonly whom: string; readonly filled: Filled } | null;
  #before: Ballot | null;
  #heir: Ballot | null = null;

  /** `before` is the form that stood here until now: what was filled in there goes on here. `filled` hears that something was put in. */
  constructor(form: HTMLFormElement, before: Ballot | null, filled: () => void) {
    this.#form = form;
    this.#filled = filled;
    this.#before = before;
    this.#drafts = before ? before.#drafts : new Map<string, Filled>();
    this.#sent = before ? before.#sent : null;
    this.#whom = before ? before.#whom : this.#chosen;
    this.#put = before ? before.#put : this.#read(said);
    if (before) before.#heir = this;
    find<HTMLSelectElement>(form, "for")?.addEventListener("change", () => this.#turn());
    form.addEventListener("submit", () => (this.#sent = { whom: this.#whom, filled: this.#read(says) }));
    form.addEventListener("copact:done", () => this.#done());
  }

  get whom(): string {
    return this.#whom;
  }

  update({ mine, people, own, done }: Asked): void {
    assisted(this.#form, people, own, done);
    this.#goOn();
    this.#mine = mine;
    if (this.#chosen !== this.#whom) this.#turn();
    else if (!this.#touched) this.#fill();
    else if (same(this.#read(says), this.#wanted)) this.#put = this.#read(says);
  }

  get #chosen(): string {
    return find<HTMLSelectElement>(this.#form, "for")?.value ?? "";
  }

  /** One's own as the server holds it; of others' nothing is shown. */
  get #wanted(): Filled {
    return this.#whom ? {} : this.#mine;
  }

  get #touched(): boolean {
    return !same(this.#read(says), this.#put);
  }

  get #fields(): Field[] {
    return fields(this.#form).filter((field) => field.name && field.name !== "for");
  }

  #read(what: (field: Field) => string | boolean): Filled {
    return Object.fromEntries(this.#fields.map((field) => [keyOf(field), what(field)]));
  }

  #write(filled: Filled): void {
    for (const field of this.#fields) {
      const value = filled[keyOf(field)] ?? empty(says(field));
      if (typeof value === "boolean") (field as HTMLInputElement).checked = value;
      else field.value = value;
    }
    this.#filled();
  }

  #fill(): void {
    this.#write(this.#wanted);
    this.#put = this.#read(says);
  }

  /** The card was drawn anew, or the page's own form was in use before its script was here. */
  #goOn(): void {
    const before = this.#before;
    if (!before) return;
    this.#before = null;
    const select = find<HTMLSelectElement>(this.#form, "for");
    if (select && [...select.options].some((option) => option.value === this.#whom)) select.value = this.#whom;
    this.#write(before.#read(says));
  }

  /** It is another's turn: what was half filled waits. */
  #turn(): void {
    if (this.#touched) this.#drafts.set(this.#whom, this.#read(says));
    else this.#drafts.delete(this.#whom);
    this.#whom = this.#chosen;
    this.#fill();
    const draft = this.#drafts.get(this.#whom);
    if (draft) this.#write(draft);
  }

  /** What was sent counts. What was filled in since then stays; for somebody else the form is empty again. */
  #done(): void {
    if (this.#heir) return this.#heir.#done();
    const sent = this.#sent;
    this.#sent = null;
    if (!sent) return;
    const half = this.#drafts.get(sent.whom);
    if (half && same(half, sent.filled)) this.#drafts.delete(sent.whom);
    if (this.#whom !== sent.whom || !same(this.#read(says), sent.filled)) return;
    if (this.#whom) this.#fill();
    else this.#put = sent.filled;
  }
}

/** The forms of the page as the server drew them, by the name of their card; whoever was quick has filled one in already. */
export function drawn(holder: HTMLElement, part: string): (card: string) => Ballot | null {
  const forms = new Map([...holder.querySelectorAll<HTMLFormElement>(`form[data-part="${part}"]`)].map((form) => [form.closest("article")?.id ?? "", form]));
  return (card) => {
    const form = forms.get(card);
    forms.delete(card);
    return form ? new Ballot(form, null, () => undefined) : null;
  };
}
