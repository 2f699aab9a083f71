/** What the toolbar and the keys can do with the text, and whether it is on where the cursor stands. */
import { lift, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import type { MarkType, Node, NodeType } from "prosemirror-model";
import { liftListItem, sinkListItem, wrapInList } from "prosemirror-schema-list";
import type { Command, EditorState } from "prosemirror-state";
import { redo, undo, yUndoPluginKey } from "y-prosemirror";
import { address, schema } from "./schema";

const node = (name: string): NodeType => {
  const type = schema.nodes[name];
  if (!type) throw new Error(name);
  return type;
};

const mark = (name: string): MarkType => {
  const type = schema.marks[name];
  if (!type) throw new Error(name);
  return type;
};

export interface Action {
  readonly run: Command;
  /** Whether it is on; undefined for what is done once. */
  readonly on?: (state: EditorState) => boolean;
}

function markOn(state: EditorState, type: MarkType): boolean {
  const { from, $from, to, empty } = state.selection;
  if (empty) return Boolean(type.isInSet(state.storedMarks ?? $from.marks()));
  return state.doc.rangeHasMark(from, to, type);
}

function inside(state: EditorState, type: NodeType): boolean {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type === type) return true;
  return false;
}

function nearestList(state: EditorState): NodeType | null {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) {
    const type = $from.node(depth).type;
    if (type.isInGroup("list")) return type;
  }
  return null;
}

function headingOn(state: EditorState, level: number): boolean {
  const { parent } = state.selection.$from;
  // A number from an editor, a string from the server's own library.
  return parent.type === node("heading") && Number(parent.attrs["level"]) === level;
}

function heading(level: number): Action {
  return {
    on: (state) => headingOn(state, level),
    run: (state, dispatch, view) => setBlockType(headingOn(state, level) ? node("paragraph") : node("heading"), (block: Node) => ({ id: block.attrs["id"] as string | null, level }))(state, dispatch, view),
  };
}

function list(name: string): Action {
  const type = node(name);
  const run: Command = (state, dispatch, view) => {
    const now = nearestList(state);
    if (now === type) return liftListItem(node("listItem"))(state, dispatch, view);
    if (!now) return wrapInList(type)(state, dispatch, view);
    return change(state, dispatch);
  };
  const change: Command = (state, dispatch) => {
    const { $from } = state.selection;
    for (let depth = $from.depth; depth > 0; depth--) {
      const found = $from.node(depth);
      if (!found.type.isInGroup("list")) continue;
      dispatch?.(state.tr.setNodeMarkup($from.before(depth), type, { id: found.attrs["id"] as string | null }));
      return true;
    }
    return false;
  };
  return { run, on: (state) => nearestList(state) === type };
}

const quote: Action = {
  on: (state) => inside(state, node("blockquote")),
  run: (state, dispatch, view) => (inside(state, node("blockquote")) ? lift : wrapIn(node("blockquote")))(state, dispatch, view),
};

const toggle = (name: string): Action => ({ run: toggleMark(mark(name)), on: (state) => markOn(state, mark(name)) });

export const hardBreak: Command = (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(node("hardBreak").create()).scrollIntoView());
  return true;
};

interface Undoing {
  readonly undoStack: unknown[];
  readonly redoStack: unknown[];
  clear(): void;
}

const undoes = (state: EditorState): Undoing | undefined => (yUndoPluginKey.getState(state) as { undoManager: Undoing } | undefined)?.undoManager;

/** What was written so far is not one's own to take back any more: others have decided that it is everyone's. */
export const forgetUndo = (state: EditorState): void => undoes(state)?.clear();

export const actions: Readonly<Record<string, Action>> = {
  heading2: heading(2),
  heading3: heading(3),
  bold: toggle("bold"),
  italic: toggle("italic"),
  bulletList: list("bulletList"),
  orderedList: list("orderedList"),
  indent: { run: sinkListItem(node("listItem")) },
  outdent: { run: liftListItem(node("listItem")) },
  quote,
  undo: { run: (state, dispatch) => (dispatch ? undo(state) : Boolean(undoes(state)?.undoStack.length)) },
  redo: { run: (state, dispatch) => (dispatch ? redo(state) : Boolean(undoes(state)?.redoStack.length)) },
};

/** The link that the cursor stands in. */
export function linkAt(state: EditorState): string | null {
  const { $from, from, to, empty } = state.selection;
  const marks = empty ? $from.marks() : (state.doc.nodeAt(from)?.marks ?? []);
  const found = mark("link").isInSet(marks) ?? (to > from ? mark("link").isInSet(state.doc.resolve(to).marks()) : undefined);
  return (found?.attrs["href"] as string | undefined) ?? null;
}

/** The whole of a link around the cursor, or what is selected. */
function linkRange(state: EditorState): { from: number; to: number } {
  const { $from, from, to, empty } = state.selection;
  if (!empty) return { from, to };
  const start = $from.start();
  const range = { from, to };
  $from.parent.forEach((child, offset) => {
    const begins = start + offset;
    if (mark("link").isInSet(child.marks) && begins <= from && begins + child.nodeSize >= from) Object.assign(range, { from: begins, to: begins + child.nodeSize });
  });
  return range;
}

/** Puts a link on what is selected, or writes the address where nothing is; an empty address takes the link away. */
export function link(href: string): Command {
  return (state, dispatch) => {
    const { from, to } = linkRange(state);
    const changes = state.tr.removeMark(from, to, mark("link"));
    const target = address(href) ?? address(/^[^\s:/]+\.[^\s:]+$/.test(href) ? `https://${href}` : null);
    if (href && !target) return false;
    if (target && from === to) changes.insert(from, schema.text(href, [mark("link").create({ href: target })]));
    else if (target) changes.addMark(from, to, mark("link").create({ href: target }));
    dispatch?.(changes.scrollIntoView());
    return true;
  };
}

/** Puts an idea from the board into the text as a paragraph that knows where it came from, after the block where the cursor is, or at the end. */
export function paragraph(text: string, atEnd: boolean, idea: string): Command {
  return (state, dispatch) => {
    const { $to } = state.selection;
    const at = atEnd || $to.depth === 0 ? state.doc.content.size : $to.after(1);
    const last = state.doc.lastChild;
    const fresh = node("paragraph").create({ idea }, schema.text(text));
    const empty = atEnd && last?.type === node("paragraph") && last.content.size === 0;
    if (empty) dispatch?.(state.tr.insertText(text, state.doc.content.size - 1).setNodeAttribute(state.doc.content.size - last.nodeSize, "idea", idea));
    else dispatch?.(state.tr.insert(at, fresh));
    return true;
  };
}
