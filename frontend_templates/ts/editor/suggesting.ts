/** Suggesting: what is typed and deleted becomes marks that others decide about, and the text goes on saying what it said. */
import { Fragment, Slice, type Mark, type MarkType, type Node } from "prosemirror-model";
import { TextSelection, type EditorState, type Transaction } from "prosemirror-state";
import { ReplaceStep } from "prosemirror-transform";
import type { EditorView } from "prosemirror-view";
import { ySyncPluginKey } from "y-prosemirror";
import { newId } from "./blocks";
import { schema } from "./schema";

const type = (name: string): MarkType => {
  const found = schema.marks[name];
  if (!found) throw new Error(name);
  return found;
};

const insertion = type("insertion");
const deletion = type("deletion");
const SUGGESTED = "suggested";

export interface Hand {
  /** Who suggests: their place in the room. */
  readonly me: string;
  /** Whether a suggestion of this id is this person's own. */
  mine(id: string): boolean;
}

interface Change {
  readonly from: number;
  readonly to: number;
  readonly slice: Slice;
}

const own = (mark: Mark | undefined, hand: Hand): mark is Mark => mark !== undefined && mark.attrs["by"] === hand.me;
const id = (mark: Mark): string => String(mark.attrs["id"]);

/** One change from before to after, whatever its steps were; null for one of form alone. */
function changeOf(tr: Transaction, state: EditorState): Change | null {
  const [step] = tr.steps;
  if (tr.steps.length === 1 && step instanceof ReplaceStep) return { from: step.from, to: step.to, slice: step.slice };
  if (!tr.steps.every((each) => each instanceof ReplaceStep)) return null;
  const from = state.doc.content.findDiffStart(tr.doc.content);
  const ends = state.doc.content.findDiffEnd(tr.doc.content);
  if (from === null || !ends) return null;
  const overlap = Math.max(0, from - Math.min(ends.a, ends.b));
  return { from, to: ends.a + overlap, slice: tr.doc.slice(from, ends.b + overlap) };
}

/** The suggestion of this person that a change goes on with: what was typed belongs to it already, or it stands beside. */
function going(state: EditorState, { from, to, slice }: Change, hand: Hand): string {
  let found: Mark | undefined;
  slice.content.descendants((node) => {
    found ??= node.marks.find((mark) => mark.type === insertion && own(mark, hand));
  });
  found ??= state.storedMarks?.find((mark) => mark.type === insertion && own(mark, hand));
  const beside = [state.doc.resolve(from).nodeBefore, state.doc.resolve(to).nodeAfter];
  for (const node of beside) found ??= node?.marks.find((mark) => (mark.type === insertion || mark.type === deletion) && own(mark, hand));
  return found ? id(found) : newId();
}

/** Marks what goes, and takes out what was only this person's own suggestion. */
function strike(out: Transaction, { from, to }: Change, mark: Mark, hand: Hand): void {
  const gone: [number, number][] = [];
  const struck: [number, number][] = [];
  out.doc.nodesBetween(from, to, (node, pos) => {
    if (!node.isText) return;
    const range: [number, number] = [Math.max(pos, from), Math.min(pos + node.nodeSize, to)];
    if (own(insertion.isInSet(node.marks), hand)) gone.push(range);
    else if (!deletion.isInSet(node.marks)) struck.push(range);
  });
  for (const [start, end] of struck) out.addMark(start, end, mark);
  for (const [start, end] of gone.reverse()) out.delete(start, end);
}

/** Only words: bold, italic and links travel along; marks of other suggestions and comments do not. */
function words(node: Node, mark: Mark): Node {
  const kept = node.marks.filter((each) => ["bold", "italic", "link"].includes(each.type.name));
  return schema.text(node.text ?? " ", mark.addToSet(kept));
}

/** What comes, marked; a block that is new says that its beginning is only suggested. The first joins the block that is there. */
function marked(fragment: Fragment, mark: Mark, open: boolean): Fragment {
  const nodes: Node[] = [];
  fragment.forEach((node, _offset, index) => {
    const first = open && index === 0;
    if (node.isInline) nodes.push(words(node, mark));
    else if (node.isTextblock) nodes.push(node.type.create(first ? node.attrs : { ...node.attrs, [SUGGESTED]: id(mark) }, marked(node.content, mark, false)));
    else if (!node.isLeaf) nodes.push(node.copy(marked(node.content, mark, first)));
  });
  return Fragment.fromArray(nodes);
}

/** The words of a slice that lies within one block; null where it has blocks of its own. */
function inline({ content, openStart, openEnd }: Slice): Fragment | null {
  let fragment = content;
  for (let depth = 0; fragment.firstChild && !fragment.firstChild.isInline; depth += 1) {
    if (fragment.childCount > 1 || depth >= Math.min(openStart, openEnd)) return null;
    fragment = fragment.firstChild.content;
  }
  return fragment;
}

/** Puts in what comes; the place after it. */
function put(out: Transaction, at: number, slice: Slice, mark: Mark): number {
  const before = out.doc.content.size;
  const plain = inline(slice);
  if (plain) out.insert(at, marked(plain, mark, false));
  else out.replace(at, at, new Slice(marked(slice.content, mark, slice.openStart > 0), slice.openStart, slice.openEnd));
  return at + out.doc.content.size - before;
}

/** Backspace at the start of a block that this person has suggested joins it again; elsewhere blocks stay apart. */
function joins(state: EditorState, { from, to, slice }: Change, hand: Hand): boolean {
  if (slice.size || state.doc.textBetween(from, to, "").length) return false;
  const { parent } = state.doc.resolve(to);
  const suggested = parent.attrs[SUGGESTED] as string | null | undefined;
  return Boolean(suggested) && hand.mine(String(suggested));
}

/** A change as a suggestion; null for one that cannot be suggested: of form, of pictures, of what is not words. */
export function suggested(tr: Transaction, state: EditorState, hand: Hand): Transaction | null {
  if (!tr.docChanged || tr.getMeta(ySyncPluginKey) !== undefined) return tr;
  const change = changeOf(tr, state);
  if (!change) return null;
  if (joins(state, change, hand)) return tr;
  const { from, to, slice } = change;
  const mark = insertion.create({ id: going(state, change, hand), by: hand.me });
  const out = state.tr;
  strike(out, change, deletion.create(mark.attrs), hand);
  if (slice.size) {
    // Over several blocks, what comes stands where the cut began.
    const apart = state.doc.resolve(from).parent !== state.doc.resolve(to).parent;
    const end = put(out, apart ? out.mapping.map(from, -1) : out.mapping.map(to, 1), slice, mark);
    out.setSelection(TextSelection.near(out.doc.resolve(Math.min(end, out.doc.content.size)), -1));
    out.setStoredMarks(mark.addToSet(out.selection.$from.marks().filter((each) => each.type !== deletion && each.type.name !== "comment")));
  } else {
    const backward = state.selection.empty && state.selection.head === to;
    out.setSelection(TextSelection.near(out.doc.resolve(backward ? out.mapping.map(from, -1) : out.mapping.map(to, 1)), 1));
  }
  for (const name of ["composition", "uiEvent", "paste"]) if (tr.getMeta(name) !== undefined) out.setMeta(name, tr.getMeta(name));
  return tr.scrolledIntoView ? out.scrollIntoView() : out;
}

/** Before words are composed (with an input method, on a phone): they will stand in a suggestion, and what was selected is struck. */
export function prepare(view: EditorView, hand: Hand): void {
  const { state } = view;
  const { from, to, empty } = state.selection;
  const change = { from, to, slice: Slice.empty };
  const key = going(state, change, hand);
  const mark = insertion.create({ id: key, by: hand.me });
  const tr = state.tr;
  if (!empty) {
    strike(tr, change, deletion.create(mark.attrs), hand);
    tr.setSelection(TextSelection.create(tr.doc, tr.mapping.map(to, 1)));
  }
  const held = (state.storedMarks ?? tr.selection.$from.marks()).filter((each) => ![deletion, insertion].includes(each.type) && each.type.name !== "comment");
  view.dispatch(tr.setStoredMarks(mark.addToSet(held)).setMeta(SUGGESTED, true));
}

/** Writing as usual: what somebody types within words that should go is no part of what should go. */
export function written(tr: Transaction): Transaction {
  const [step] = tr.steps;
  if (tr.steps.length !== 1 || !(step instanceof ReplaceStep) || tr.getMeta("paste") || tr.getMeta(ySyncPluginKey) !== undefined) return tr;
  const { content } = step.slice;
  if (!content.firstChild?.isText || !deletion.isInSet(content.firstChild.marks)) return tr;
  return tr.removeMark(step.from, step.from + content.size, deletion);
}

export const isPrepared = (tr: Transaction): boolean => tr.getMeta(SUGGESTED) === true;

export interface Standing {
  readonly id: string;
  kind: "comment" | "suggestion";
  /** Where it begins and ends in the text. */
  readonly from: number;
  to: number;
  by: string;
  /** The words it stands on, or that should go. */
  quote: string;
  /** The words that should come. */
  words: string;
}

/** What hangs on the words of a text, in its order. */
export function standing(doc: Node): Map<string, Standing> {
  const found = new Map<string, Standing>();
  const at = (key: string, from: number, to: number, kind: Standing["kind"], by: string): Standing => {
    const place = found.get(key) ?? { id: key, kind, from, to, by, quote: "", words: "" };
    place.to = Math.max(place.to, to);
    place.by ||= by;
    found.set(key, place);
    return place;
  };
  doc.descendants((node, pos) => {
    const block = node.attrs[SUGGESTED] as string | null | undefined;
    if (block) at(block, pos + 1, pos + 1, "suggestion", "").words += "\n";
    for (const mark of node.marks) {
      if (!["comment", "insertion", "deletion"].includes(mark.type.name) || typeof mark.attrs["id"] !== "string") continue;
      const place = at(mark.attrs["id"], pos, pos + node.nodeSize, mark.type.name === "comment" ? "comment" : "suggestion", (mark.attrs["by"] as string | null | undefined) ?? "");
      if (mark.type === insertion) place.words += node.text ?? "";
      else place.quote += node.text ?? "";
    }
  });
  return found;
}
