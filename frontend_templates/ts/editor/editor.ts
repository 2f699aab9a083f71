/** The shared text: ProseMirror on a Yjs fragment, with one way in and one way out for the keyboard. */
import { baseKeymap, chainCommands, exitCode } from "prosemirror-commands";
import { gapCursor } from "prosemirror-gapcursor";
import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { splitListItem } from "prosemirror-schema-list";
import { EditorState, Plugin, type Command, type Transaction } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { ySyncPlugin, yUndoPlugin } from "y-prosemirror";
import type * as Y from "yjs";
import { blockNames } from "./blocks";
import { actions, hardBreak, link, linkAt, paragraph } from "./commands";
import { schema } from "./schema";

export interface Options {
  readonly mount: HTMLElement;
  readonly fragment: Y.XmlFragment;
  readonly label: string;
  readonly describedBy: string;
  readonly language: string;
  readonly editable: () => boolean;
  /** Alt+F10: to the toolbar. */
  readonly leave: () => void;
  /** Ctrl+Alt+W: who is where. */
  readonly where: () => void;
  readonly changed: (view: EditorView) => void;
  /** Something that is loaded when it is first used. */
  readonly ask?: (what: string) => void;
  /** Somebody pastes more than goes over the line at once. */
  readonly tooMuch: () => void;
}

const PASTE = 60_000;

/** What came later to the editor: suggestions and comments, which are loaded when they are first used. */
export interface Extra {
  /** A change as it shall be made; null where it may not be. */
  filter(tr: Transaction, state: EditorState): Transaction | null;
  /** Words are about to be composed. */
  composing(view: EditorView): void;
  /** Whether only words may be changed now, and no forms. */
  readonly wordsOnly: boolean;
  readonly actions: Readonly<Record<string, { run: () => void; on?: () => boolean }>>;
}

const run = (name: string): Command => (state, dispatch, view) => actions[name]?.run(state, dispatch, view) ?? false;

function keys(options: Options): Record<string, Command> {
  const { listItem } = schema.nodes;
  const outside = (act: () => void): Command => (_state, dispatch) => {
    if (dispatch) act();
    return true;
  };
  return {
    "Mod-z": run("undo"),
    "Mod-y": run("redo"),
    "Mod-Shift-z": run("redo"),
    "Mod-b": run("bold"),
    "Mod-i": run("italic"),
    "Mod-Alt-2": run("heading2"),
    "Mod-Alt-3": run("heading3"),
    "Ctrl-]": run("indent"),
    "Ctrl-[": run("outdent"),
    "Shift-Enter": chainCommands(exitCode, hardBreak),
    "Alt-F10": outside(options.leave),
    "Ctrl-Alt-w": outside(options.where),
    "Ctrl-Alt-m": outside(() => options.ask?.("comment")),
    F6: outside(() => options.ask?.("beside")),
    ...(listItem ? { Enter: splitListItem(listItem) } : {}),
  };
}

function rules(): Plugin {
  const { heading, bulletList, orderedList, blockquote } = schema.nodes;
  const list: InputRule[] = [];
  if (heading) list.push(textblockTypeInputRule(/^(#{1,3})\s$/, heading, (match) => ({ level: match[1] === "###" ? 3 : 2 })));
  if (bulletList) list.push(wrappingInputRule(/^\s*[-*•]\s$/, bulletList));
  if (orderedList) list.push(wrappingInputRule(/^1\.\s$/, orderedList));
  if (blockquote) list.push(wrappingInputRule(/^>\s$/, blockquote));
  return inputRules({ rules: list });
}

export class Editor {
  readonly view: EditorView;
  extra: Extra | null = null;
  /** Told after every change of the text or of the place in it. */
  readonly watchers = new Set<() => void>();

  constructor(options: Options) {
    const watch = new Plugin({
      view: () => ({
        update: (view) => {
          options.changed(view);
          for (const watcher of this.watchers) watcher();
        },
      }),
    });
    const state = EditorState.create({
      schema,
      plugins: [ySyncPlugin(options.fragment), yUndoPlugin(), blockNames(), rules(), keymap(keys(options)), keymap(baseKeymap), gapCursor(), watch],
    });
    const through = (tr: Transaction, before: EditorState): Transaction | null => (this.extra ? this.extra.filter(tr, before) : tr);
    this.view = new EditorView(options.mount, {
      state,
      editable: options.editable,
      // As a function of the view's own: the first text comes in while it is being made.
      dispatchTransaction(this: EditorView, given) {
        const tr = through(given, this.state);
        if (tr) this.updateState(this.state.apply(tr));
      },
      handleDOMEvents: {
        compositionstart: (view) => {
          this.extra?.composing(view);
          return false;
        },
      },
      // Words that are moved by mouse would be struck in one place and come in another: not while suggesting.
      handleDrop: () => this.extra?.wordsOnly ?? false,
      handlePaste: (_view, _event, slice) => {
        if (slice.size <= PASTE) return false;
        options.tooMuch();
        return true;
      },
      attributes: () => ({
        id: "draft-text",
        role: "textbox",
        lang: options.language,
        "aria-multiline": "true",
        "aria-label": options.label,
        "aria-describedby": options.describedBy,
        "aria-readonly": String(!options.editable()),
        class: "paper",
        dir: "auto",
        spellcheck: "true",
        // A reader without the right to write still reaches the text by Tab.
        tabindex: "0",
      }),
    });
  }

  /** What the tools say may have changed without the text. */
  watch(): void {
    this.view.dispatch(this.view.state.tr);
  }

  /** The right to write may have changed. */
  refresh(): void {
    this.view.setProps({});
  }

  can(name: string): boolean {
    if (this.extra?.wordsOnly && !["undo", "redo"].includes(name)) return false;
    return this.view.editable && (actions[name]?.run(this.view.state) ?? false);
  }

  isOn(name: string): boolean | undefined {
    const extra = this.extra?.actions[name];
    if (extra) return extra.on?.();
    return actions[name]?.on?.(this.view.state);
  }

  do(name: string): boolean {
    const extra = this.extra?.actions[name];
    if (extra) {
      extra.run();
      return true;
    }
    return this.view.editable && run(name)(this.view.state, this.view.dispatch.bind(this.view), this.view);
  }

  get link(): string | null {
    return linkAt(this.view.state);
  }

  setLink(href: string): boolean {
    return this.view.editable && link(href.trim())(this.view.state, this.view.dispatch.bind(this.view));
  }

  /** An idea becomes a paragraph: where the writer was last, or at the end of the text. */
  bring(text: string, atEnd: boolean, idea: string): boolean {
    return this.view.editable && paragraph(text, atEnd, idea)(this.view.state, this.view.dispatch.bind(this.view));
  }

  focus(): void {
    this.view.focus();
  }

  words(): number {
    const text = this.view.state.doc.textBetween(0, this.view.state.doc.content.size, " ", " ");
    return text.match(/[\p{L}\p{N}][\p{L}\p{N}'’.-]*/gu)?.length ?? 0;
  }
}
