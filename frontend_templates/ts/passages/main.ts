/** Comments on passages, and suggesting: loaded when they are first used. */
import { TextSelection } from "prosemirror-state";
import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition, ySyncPluginKey, type ProsemirrorBinding } from "y-prosemirror";
import type * as Y from "yjs";
import { newId } from "../editor/blocks";
import { forgetUndo } from "../editor/commands";
import type { Editor } from "../editor/editor";
import { schema } from "../editor/schema";
import { isPrepared, prepare, standing, suggested, written, type Hand, type Standing } from "../editor/suggesting";
import { fields, find, need, says, show, text } from "../live/dom";
import { Refusal } from "../live/orders";
import type { Passages } from "../live/states";
import type { Room } from "../room/context";
import { Cards, ordered, untold } from "./cards";

const LOOK = 250;
/** A suggestion is told of when its author pauses. */
const PAUSE = 1200;
/** One whose words are all gone again is taken back after this long. */
const GONE = 4000;
const QUOTE = 600;

interface Passage {
  readonly from: number;
  readonly to: number;
}

class Beside {
  readonly #room: Room;
  readonly #cards: Cards;
  #editor: Editor | null = null;
  #state: Passages = { used: false, deciders: "scribes", decides: false, items: [] };
  #places = new Map<string, Standing>();
  #suggesting = false;
  #first = true;
  #seen = new Map<string, number>();
  readonly #told = new Map<string, string>();
  readonly #mine = new Set<string>();
  #looking: ReturnType<typeof setTimeout> | undefined;
  #telling: ReturnType<typeof setTimeout> | undefined;
  readonly #leaving = new Map<string, ReturnType<typeof setTimeout>>();
  /** Both ends of the words to comment on, as places that move with the text. */
  #ends: readonly [Y.RelativePosition, Y.RelativePosition] | null = null;
  #block = { id: "", before: "" };

  constructor(room: Room) {
    this.#room = room;
    this.#cards = new Cards(room, (id) => this.#go(id));
    const { root } = room;
    room.on("passages", (state) => this.#take(state));
    room.on("moderation", () => this.#draw());
    room.on("door", () => this.#draw());
    room.orders.on("changed", () => this.#draw());
    room.provider.on("line", (up) => up && this.#tellSoon());
    root.addEventListener("copact:editor", () => this.#attach());
    root.addEventListener("copact:ask", () => this.#asked());
    this.#form("comment", () => this.#comment());
    this.#form("reword", () => this.#reword());
    const state = room.state("passages");
    if (state) this.#take(state);
    this.#attach();
  }

  get #hand(): Hand {
    return { me: this.#room.me.id, mine: (id) => this.#mine.has(id) || this.#state.items.some((item) => item.id === id && item.mine) };
  }

  #attach(): void {
    const editor = this.#room.text?.editor ?? null;
    if (!editor || editor === this.#editor) return this.#asked();
    this.#editor = editor;
    const on = (): boolean => this.#suggesting && this.#room.can("write");
    editor.extra = {
      get wordsOnly() {
        return on();
      },
      filter: (tr, state) => {
        if (isPrepared(tr)) return tr;
        if (!on()) return written(tr);
        const made = suggested(tr, state, this.#hand);
        if (!made) this.#room.say.me(this.#room.words.get("passages.words-only"));
        return made;
      },
      composing: (view) => on() && prepare(view, this.#hand),
      actions: { suggest: { run: () => this.#toggle(), on }, comment: { run: () => this.#ask() } },
    };
    editor.watchers.add(() => this.#lookSoon());
    editor.view.dom.addEventListener("click", () => this.#cards.point(this.#here()));
    this.#look();
    this.#asked();
  }

  /** What somebody asked for before this was loaded, or asks for now. */
  #asked(): void {
    const { text } = this.#room;
    if (!this.#editor || !text?.wants) return;
    const wants = text.wants;
    text.wants = "";
    if (wants === "suggest") this.#toggle();
    else if (wants === "comment") this.#ask();
    else if (wants === "reword") this.#askWords();
    else if (wants === "beside") this.#jump();
  }

  #toggle(): void {
    this.#suggesting = !this.#suggesting;
    const { root, say, words } = this.#room;
    need(root, "sheet").classList.toggle("is-suggesting", this.#suggesting);
    show(find(root, "suggesting"), this.#suggesting);
    say.me(words.get(this.#suggesting ? "passages.on" : "passages.off"));
    this.#editor?.watch();
  }

  // --- the text ---------------------------------------------------------------------------

  #lookSoon(): void {
    this.#looking ??= setTimeout(() => {
      this.#looking = undefined;
      this.#look();
    }, LOOK);
  }

  #look(): void {
    if (!this.#editor) return;
    this.#places = standing(this.#editor.view.state.doc);
    for (const place of this.#places.values()) if (place.by === this.#room.me.id) this.#mine.add(place.id);
    this.#draw();
    this.#tellSoon();
  }

  #tellSoon(): void {
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => this.#tell(), PAUSE);
  }

  /** Says which suggestions in the text are one's own, and what they say now. */
  #tell(): void {
    if (!this.#room.provider.connected || !this.#room.can("write") || !this.#room.state("passages")) return;
    for (const place of this.#places.values()) if (place.kind === "suggestion" && place.by === this.#room.me.id) this.#tellOf(place);
    for (const id of this.#told.keys()) if (!this.#places.has(id) && !this.#leaving.has(id)) this.#leaving.set(id, setTimeout(() => this.#leave(id), GONE));
  }

  #tellOf({ id, quote, words }: Standing): void {
    clearTimeout(this.#leaving.get(id));
    this.#leaving.delete(id);
    const row = this.#state.items.find((item) => item.id === id);
    const [goes, comes] = [quote.slice(0, QUOTE), words.slice(0, QUOTE)];
    const now = JSON.stringify([goes, comes]);
    const known = row?.state === "open" && row.quote === goes && row.words === comes;
    if (known || now === this.#told.get(id)) return void this.#told.set(id, now);
    this.#told.set(id, now);
    this.#room.orders.send("passages", "suggest", { key: id, quote: goes, words: comes }).catch(() => this.#told.delete(id));
  }

  /** All of it was deleted again by its author: there is nothing to decide any more. */
  #leave(id: string): void {
    this.#leaving.delete(id);
    const row = this.#state.items.find((item) => item.id === id);
    if (this.#places.has(id) || !row?.mine || row.state !== "open") return;
    this.#told.delete(id);
    void this.#room.orders.send("passages", "reject", { id }).catch(() => undefined);
  }

  /** The suggestion or comment where the cursor stands. */
  #here(): string {
    const at = this.#editor?.view.state.selection.head ?? -1;
    return [...this.#places.values()].find((place) => place.from <= at && at <= place.to)?.id ?? "";
  }

  #go(id: string): void {
    const place = this.#places.get(id);
    const { view } = this.#editor ?? {};
    if (!view) return;
    this.#cards.point(id);
    if (place) view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, Math.min(place.from, view.state.doc.content.size))).scrollIntoView());
    view.focus();
    this.#room.root.dispatchEvent(new CustomEvent("copact:show", { detail: "draft" }));
  }

  #jump(): void {
    const id = this.#here();
    if (!(id && this.#cards.focus(id)) && !this.#cards.first()) find(this.#room.root, "passages-empty")?.closest<HTMLElement>("section")?.focus();
  }

  // --- the cards --------------------------------------------------------------------------

  #take(state: Passages): void {
    const before = new Set(this.#state.items.filter((item) => item.mine && item.state === "open").map((item) => item.id));
    if (this.#editor && state.items.some((item) => item.state === "accepted" && before.has(item.id))) forgetUndo(this.#editor.view.state);
    this.#state = state;
    const { orders, say, words } = this.#room;
    const done = (tool: string, what: string, args: Readonly<Record<string, unknown>>): boolean =>
      tool === "passages" && state.items.some((item) => (what === "open" ? item.id === args["key"] : item.id === args["id"] && item.posts.some((post) => (post.mine || post.assisted) && post.text === args["text"])));
    orders.settle((order) => done(order.tool, order.do, order.args));
    const others = state.items.filter((item) => !item.mine && !this.#seen.has(item.id) && item.state === "open").length;
    const answered = state.items.find((item) => item.mine && item.posts.length > (this.#seen.get(item.id) ?? 0) && item.posts.at(-1)?.mine === false);
    if (!this.#first && others) {
      say.tally("passages.new", others);
      this.#room.root.dispatchEvent(new CustomEvent("copact:news", { detail: { view: "draft", n: others } }));
    }
    if (!this.#first && answered) say.me(words.get("passages.answered", { name: answered.posts.at(-1)?.name ?? "", text: answered.posts.at(-1)?.text ?? "" }));
    this.#first = false;
    this.#seen = new Map(state.items.map((item) => [item.id, item.posts.length]));
    this.#draw();
  }

  #draw(): void {
    const items = [...this.#state.items, ...untold(this.#state.items, this.#places, this.#state.decides)];
    const open = ordered(items, this.#places);
    const shown = new Set(open.map((item) => item.id));
    this.#cards.draw(open, items.filter((item) => !shown.has(item.id)));
  }

  // --- saying something -------------------------------------------------------------------

  #form(name: string, done: () => Promise<void>): void {
    const form = need<HTMLFormElement>(this.#room.root, `${name}-form`);
    const close = (): void => {
      const at = document.activeElement;
      const within = form.contains(at) || at === document.body;
      show(form, false);
      // Who is somewhere else by now stays there.
      if (within) this.#editor?.focus();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (form.getAttribute("aria-busy") === "true") return;
      form.setAttribute("aria-busy", "true");
      show(find(form, `${name}-error`), false);
      const went = fields(form).map(says);
      void done()
        .then(
          () => {
            // It may have waited long for the line: what is written here by now is something else.
            if (!fields(form).every((field, at) => says(field) === went[at])) return;
            form.reset();
            close();
          },
          (problem: unknown) => this.#problem(name, problem),
        )
        .finally(() => form.removeAttribute("aria-busy"));
    });
    find(form, `${name}-cancel`)?.addEventListener("click", () => {
      if (name === "reword") form.reset();
      close();
    });
    form.addEventListener("keydown", (event) => event.key === "Escape" && close());
  }

  #problem(name: string, problem: unknown): void {
    const { root, words } = this.#room;
    const offline = problem instanceof Refusal && problem.code === "offline";
    const said = problem instanceof Refusal && problem.message ? problem.message : words.get(offline ? "order.offline" : "order.failed");
    const sign = need(root, `${name}-error`);
    show(sign, true);
    text(sign, said);
  }

  #open(name: string, field: string): void {
    const form = need<HTMLFormElement>(this.#room.root, `${name}-form`);
    show(find(form, `${name}-error`), false);
    show(form, true);
    form.scrollIntoView({ block: "nearest" });
    (form.elements.namedItem(field) as HTMLElement).focus();
  }

  /** What is selected; where nothing is, the paragraph with the cursor. */
  #passage(): Passage | null {
    const { selection, doc } = this.#editor?.view.state ?? {};
    if (!selection || !doc) return null;
    if (!selection.empty && doc.textBetween(selection.from, selection.to, " ").trim()) return { from: selection.from, to: selection.to };
    const { $from } = selection;
    return $from.parent.isTextblock && $from.parent.content.size ? { from: $from.start(), to: $from.end() } : null;
  }

  #bound(): ProsemirrorBinding | null {
    const { view } = this.#editor ?? {};
    return view ? ((ySyncPluginKey.getState(view.state) as { binding: ProsemirrorBinding | null } | undefined)?.binding ?? null) : null;
  }

  #ask(): void {
    const [passage, bound] = [this.#passage(), this.#bound()];
    const { root, say, words } = this.#room;
    if (!passage || !bound || !this.#room.can("suggest")) return say.me(words.get("passages.nothing"));
    const relative = (at: number): Y.RelativePosition => absolutePositionToRelativePosition(at, bound.type, bound.mapping) as Y.RelativePosition;
    this.#ends = [relative(passage.from), relative(passage.to)];
    text(find(root, "comment-quote"), this.#words(passage));
    this.#open("comment", "text");
  }

  #words({ from, to }: Passage): string {
    return this.#editor?.view.state.doc.textBetween(from, to, " ", " ").slice(0, QUOTE) ?? "";
  }

  async #comment(): Promise<void> {
    const { room, words } = { room: this.#room, words: this.#room.words };
    const said = need<HTMLTextAreaElement>(need(room.root, "comment-form"), "comment-text").value.trim();
    if (!said) throw new Refusal({ code: "required", detail: words.get("passages.write") });
    const whose = this.#whose("comment");
    const passage = this.#chosen();
    const view = this.#editor?.view;
    if (!passage || !view) throw new Refusal({ code: "lost", detail: words.get("passages.lost") });
    const { from, to } = passage;
    if (room.can("write")) {
      const key = newId();
      const mark = schema.mark("comment", { id: key });
      view.dispatch(view.state.tr.addMark(from, to, mark).setMeta("suggested", true));
      return room.orders.send("passages", "open", { key, quote: this.#words(passage), text: said, language: room.language, ...whose }).catch((problem: unknown) => {
        // A mark without a comment would stand in everybody's text.
        if (problem instanceof Refusal && problem.message) view.dispatch(view.state.tr.removeMark(0, view.state.doc.content.size, mark).setMeta("suggested", true));
        throw problem;
      });
    }
    // Who may not write says where, and the server marks it.
    const $from = view.state.doc.resolve(from);
    const quote = view.state.doc.textBetween(from, Math.min(to, $from.end()), "", "\n");
    await room.orders.send("passages", "open", { block: String($from.parent.attrs["id"] ?? ""), start: String($from.parentOffset), quote, text: said, language: room.language, ...whose });
  }

  /** For whom the form speaks, where it is not for oneself. */
  #whose(name: string): { for?: string } {
    const chosen = new FormData(need<HTMLFormElement>(this.#room.root, `${name}-form`)).get("for");
    return typeof chosen === "string" && chosen ? { for: chosen } : {};
  }

  /** Where the chosen words are by now; null when they are gone. */
  #chosen(): Passage | null {
    const bound = this.#bound();
    if (!bound || !this.#ends) return null;
    const [from, to] = this.#ends.map((end) => relativePositionToAbsolutePosition(bound.doc, bound.type, end, bound.mapping));
    return typeof from === "number" && typeof to === "number" && from < to ? { from, to } : null;
  }

  #askWords(): void {
    const { root, say, words } = this.#room;
    const parent = this.#editor?.view.state.selection.$from.parent;
    if (!parent?.isTextblock || !parent.content.size || !this.#room.can("suggest")) return say.me(words.get("passages.nothing"));
    let before = "";
    parent.forEach((node) => {
      if (!node.marks.some((mark) => mark.type.name === "insertion")) before += node.text ?? "\n";
    });
    const after = need<HTMLFormElement>(root, "reword-form").elements.namedItem("after") as HTMLTextAreaElement;
    // Words that were begun for a paragraph are sent or left first.
    if (!after.value || after.value === this.#block.before) {
      this.#block = { id: String(parent.attrs["id"] ?? ""), before };
      after.value = before;
    }
    this.#open("reword", "after");
  }

  async #reword(): Promise<void> {
    const form = new FormData(need<HTMLFormElement>(this.#room.root, "reword-form"));
    const said = (name: string): string => (form.get(name) as string | null) ?? "";
    await this.#room.orders.send("passages", "suggest", { block: this.#block.id, before: this.#block.before, after: said("after"), text: said("text").trim(), language: this.#room.language, ...this.#whose("reword") });
  }
}

export function start(room: Room): void {
  new Beside(room);
}
