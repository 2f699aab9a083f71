/** The shared draft on the page: the editor, its tools, the others' carets, and who is where. */
import type { EditorView } from "prosemirror-view";
import { Carets } from "../editor/carets";
import { Editor } from "../editor/editor";
import { Toolbar } from "../editor/toolbar";
import { fields, find, need, said, says, show, text } from "../live/dom";
import type { Room, Text } from "./context";

/** "Nadia is writing in this paragraph" is said once a minute for one person and one paragraph. */
const AGAIN = 60_000;

export class Draft implements Text {
  readonly #room: Room;
  readonly #sheet: HTMLElement;
  #editor: Editor | null = null;
  #carets: Carets | null = null;
  #toolbar: Toolbar | null = null;
  #remote = false;
  #mine = { block: "", words: "" };
  readonly #told = new Map<string, number>();
  #counting: ReturnType<typeof setTimeout> | undefined;
  #touched = false;

  wants = "";

  readonly #tooMuch: () => void;

  constructor(room: Room, tooMuch: () => void) {
    this.#room = room;
    this.#tooMuch = tooMuch;
    this.#sheet = need(room.root, "sheet");
    room.doc.on("beforeTransaction", (transaction) => (this.#remote = !transaction.local));
    room.on("moderation", () => this.refresh());
    // Whoever began in the plain field while this was on its way goes on in it.
    const simple = find(room.root, "simple");
    if (simple && !simple.contains(document.activeElement) && fields(simple).every((field) => says(field) === said(field))) simple.removeAttribute("open");
    const button = find(room.root, "where-button");
    button?.addEventListener("click", () => this.where());
    room.awareness.on("change", () => this.#list());
    room.text = this;
    find(room.root, "reader-tools")?.addEventListener("click", (event) => {
      const what = (event.target as HTMLElement).closest<HTMLButtonElement>("button[data-ask]")?.dataset["ask"];
      if (what) this.#ask(what);
    });
  }

  get editor(): Editor | null {
    return this.#editor;
  }

  /** Comments and suggestions come when they are first asked for. */
  #ask(what: string): void {
    this.wants = what;
    const { root } = this.#room;
    root.querySelector('[data-later="passages"]')?.dispatchEvent(new Event("toggle"));
    root.dispatchEvent(new CustomEvent("copact:ask"));
  }

  get mayWrite(): boolean {
    return this.#room.can("write");
  }

  get text(): string {
    const doc = this.#editor?.view.state.doc;
    return doc ? doc.textBetween(0, doc.content.size, "\n\n", "\n") : need(this.#room.root, "read").textContent;
  }

  /** Puts the editor in the place of the server's text, once the document is here. */
  start(): void {
    if (this.#editor) return;
    const { words } = this.#room;
    const editor = new Editor({
      mount: this.#sheet,
      fragment: this.#room.doc.getXmlFragment("document"),
      label: words.get("draft.label"),
      describedBy: "editor-help",
      language: need(this.#room.root, "read").lang,
      editable: () => this.mayWrite,
      leave: () => this.#toolbar?.focus(),
      where: () => this.where(),
      changed: (view) => this.#changed(view),
      tooMuch: this.#tooMuch,
      ask: (what) => this.#ask(what),
    });
    this.#editor = editor;
    need(this.#room.root, "read").remove();
    this.#carets = new Carets(editor.view, this.#room.awareness, need(this.#room.root, "carets"));
    this.#toolbar = new Toolbar(this.#room.root, editor, (what) => this.#ask(what));
    editor.view.dom.addEventListener("focus", () => (this.#touched = true));
    show(find(this.#room.root, "where-button"), true);
    this.refresh();
    this.#count();
    this.#room.root.dispatchEvent(new CustomEvent("copact:editor"));
  }

  refresh(): void {
    const moderation = this.#room.state("moderation");
    if (moderation) show(find(this.#room.root, "locked"), moderation.locked);
    this.#editor?.refresh();
    this.#toolbar?.show(this.mayWrite);
    show(find(this.#room.root, "reader-tools"), Boolean(this.#editor) && !this.mayWrite && this.#room.can("suggest"));
    this.#carets?.tell();
  }

  /** An idea goes in where the person was writing; at the end, if they have not been in the text. */
  bring(words: string, idea: string): boolean {
    return this.#editor?.bring(words, !this.#touched, idea) ?? false;
  }

  where(): void {
    const box = this.#room.root.querySelector<HTMLElement>("#where");
    if (!box) return;
    const open = box.hidden;
    show(box, open);
    find(this.#room.root, "where-button")?.setAttribute("aria-expanded", String(open));
    this.#list();
    if (open) box.focus();
    else this.#editor?.focus();
  }

  #list(): void {
    const box = this.#room.root.querySelector<HTMLElement>("#where");
    if (!box || box.hidden || !this.#editor) return;
    const { doc } = this.#editor.view.state;
    const lines = (this.#carets?.places() ?? []).map(({ name, head }) => {
      let heading = "";
      doc.nodesBetween(0, Math.min(head, doc.content.size), (node) => {
        if (node.type.name === "heading") heading = node.textContent;
        return node.type.name === "doc";
      });
      const line = document.createElement("p");
      line.textContent = heading ? this.#room.words.get("where.under", { name, heading }) : this.#room.words.get("where.start", { name });
      return line;
    });
    if (!lines.length) {
      const nobody = document.createElement("p");
      nobody.textContent = this.#room.words.get("where.nobody");
      lines.push(nobody);
    }
    box.replaceChildren(...lines);
  }

  #changed(view: EditorView): void {
    this.#carets?.tell();
    this.#carets?.draw();
    this.#toolbar?.refresh();
    this.#watch(view);
    this.#counting ??= setTimeout(() => {
      this.#counting = undefined;
      this.#count();
    }, 500);
  }

  #count(): void {
    if (this.#editor) text(find(this.#room.root, "words"), this.#room.words.count("draft.words", this.#editor.words()));
  }

  /** Tells, politely and once, that somebody else writes in the paragraph that this person is in. */
  #watch(view: EditorView): void {
    const { parent } = view.state.selection.$from;
    const now = { block: String(parent.attrs["id"] ?? ""), words: parent.textContent };
    const before = this.#mine;
    this.#mine = now;
    if (!this.#remote || !view.hasFocus() || !now.block || now.block !== before.block || now.words === before.words) return;
    const from = view.state.selection.$from.start();
    const who = this.#carets?.places().find((place) => place.head >= from && place.head <= from + parent.content.size);
    if (!who) return;
    const key = `${who.client} ${now.block}`;
    if (Date.now() - (this.#told.get(key) ?? 0) < AGAIN) return;
    this.#told.set(key, Date.now());
    this.#room.say.me(this.#room.words.get("draft.also", { name: who.name }));
  }
}
