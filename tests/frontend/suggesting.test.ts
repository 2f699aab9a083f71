import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Slice, type Node } from "prosemirror-model";
import { TextSelection } from "prosemirror-state";
import { undo } from "y-prosemirror";
import * as Y from "yjs";
import { Editor } from "../../frontend_templates/ts/editor/editor";
import { schema } from "../../frontend_templates/ts/editor/schema";
import { isPrepared, prepare, standing, suggested, written, type Hand } from "../../frontend_templates/ts/editor/suggesting";
import { draw, isBlank } from "../../frontend_templates/ts/projector/text";
import { page } from "./page";

let dom = page("");
beforeEach(() => (dom = page('<div id="sheet"></div><div id="other"></div>')));

const hand = (me: string): Hand => ({ me, mine: () => true });

function editor(shared: Y.Doc, me: string | null = "amal", at = "sheet"): Editor {
  const mount = dom.window.document.getElementById(at);
  assert.ok(mount);
  const made = new Editor({ mount, fragment: shared.getXmlFragment("document"), label: "", describedBy: "", language: "en", editable: () => true, leave: () => undefined, where: () => undefined, changed: () => undefined, tooMuch: () => undefined });
  if (me) made.extra = { wordsOnly: true, actions: {}, filter: (tr, state) => (isPrepared(tr) ? tr : suggested(tr, state, hand(me))), composing: (view) => prepare(view, hand(me)) };
  return made;
}

/** A text of paragraphs, written as usual. */
function sheet(...words: string[]): { shared: Y.Doc; at: Editor } {
  const shared = new Y.Doc();
  const first = editor(shared, null);
  first.view.dispatch(first.view.state.tr.replaceWith(0, first.view.state.doc.content.size, words.map((each, n) => schema.node("paragraph", { id: `p${n}` }, each ? schema.text(each) : []))));
  first.view.destroy();
  return { shared, at: editor(shared) };
}

/** The text with what goes in [-…-] and what comes in [+…+]; a block whose beginning is suggested has a ¶. */
function says(doc: Node): string {
  const blocks: string[] = [];
  doc.descendants((node) => {
    if (!node.isTextblock) return true;
    let out = node.attrs["suggested"] ? "¶" : "";
    node.forEach((child) => {
      const names = child.marks.map((mark) => mark.type.name);
      const comes = names.includes("insertion");
      const goes = names.includes("deletion");
      out += `${comes ? "[+" : ""}${goes ? "[-" : ""}${child.text ?? ""}${goes ? "-]" : ""}${comes ? "+]" : ""}`;
    });
    blocks.push(out);
    return false;
  });
  return blocks.join("|");
}

function select(at: Editor, from: number, to = from): void {
  at.view.dispatch(at.view.state.tr.setSelection(TextSelection.create(at.view.state.doc, from, to)));
}

function type(at: Editor, text: string): void {
  for (const letter of text) {
    const { from, to } = at.view.state.selection;
    at.view.dispatch(at.view.state.tr.insertText(letter, from, to));
  }
}

function backspace(at: Editor): void {
  const { from, to, empty } = at.view.state.selection;
  at.view.dispatch(at.view.state.tr.delete(empty ? from - 1 : from, to));
}

const keys = (doc: Node): string[] => [...standing(doc).keys()];

test("what is typed is a suggestion of one id, letter by letter", () => {
  const { at } = sheet("Six benches");
  select(at, 5);
  type(at, "wooden ");
  assert.equal(says(at.view.state.doc), "Six [+wooden +]benches");
  assert.equal(keys(at.view.state.doc).length, 1);
  assert.equal(at.view.state.selection.head, 12);
});

test("what is deleted stays, struck, and the cursor goes on before it", () => {
  const { at } = sheet("Six benches");
  select(at, 12);
  for (let n = 0; n < 3; n += 1) backspace(at);
  assert.equal(says(at.view.state.doc), "Six benc[-hes-]");
  assert.equal(keys(at.view.state.doc).length, 1);
  backspace(at);
  assert.equal(says(at.view.state.doc), "Six ben[-ches-]");
});

test("words that take the place of others are one suggestion", () => {
  const { at } = sheet("Six steel benches");
  select(at, 5, 10);
  type(at, "wood");
  assert.equal(says(at.view.state.doc), "Six [-steel-][+wood+] benches");
  assert.equal(keys(at.view.state.doc).length, 1);
  const [found] = standing(at.view.state.doc).values();
  assert.deepEqual([found?.quote, found?.words, found?.by], ["steel", "wood", "amal"]);
});

test("what was only suggested goes for good when it is deleted", () => {
  const { at } = sheet("Six benches");
  select(at, 5);
  type(at, "new");
  for (let n = 0; n < 3; n += 1) backspace(at);
  assert.equal(says(at.view.state.doc), "Six benches");
});

test("a selection over own, others' and plain words strikes what is not one's own", () => {
  const { shared, at } = sheet("Six benches");
  const other = editor(shared, "luca", "other");
  select(other, 5);
  type(other, "red ");
  select(at, 1);
  type(at, "Just ");
  select(at, 3, 13);
  backspace(at);
  assert.equal(says(at.view.state.doc), "[+Ju+][-Six -][+[-red-]+][+ +]benches");
});

test("a cut over several paragraphs leaves them apart", () => {
  const { at } = sheet("One", "Two", "Three");
  select(at, 3, 12);
  backspace(at);
  assert.equal(says(at.view.state.doc), "On[-e-]|[-Two-]|[-T-]hree");
  assert.equal(keys(at.view.state.doc).length, 1);
});

test("a new paragraph says that its beginning is suggested, and joins again by backspace", () => {
  const { at } = sheet("Shade and seats");
  select(at, 6);
  at.view.dispatch(at.view.state.tr.split(6));
  assert.equal(says(at.view.state.doc), "Shade|¶ and seats");
  type(at, "now");
  assert.equal(says(at.view.state.doc), "Shade|¶[+now+] and seats");
  for (let n = 0; n < 3; n += 1) backspace(at);
  at.view.dispatch(at.view.state.tr.join(7));
  assert.equal(says(at.view.state.doc), "Shade and seats");
});

test("a paragraph of others is not joined by backspace", () => {
  const { at } = sheet("One", "Two");
  select(at, 6);
  at.view.dispatch(at.view.state.tr.join(5));
  assert.equal(says(at.view.state.doc), "One|Two");
});

test("what is pasted is suggested, paragraphs too, without the marks of other suggestions", () => {
  const { at } = sheet("Shade");
  select(at, 6);
  const old = schema.mark("deletion", { id: "old", by: "luca" });
  const slice = new Slice(schema.node("doc", null, [schema.node("paragraph", null, schema.text(" and", [old])), schema.node("paragraph", null, schema.text("seats"))]).content, 1, 1);
  at.view.dispatch(at.view.state.tr.replaceSelection(slice).setMeta("paste", true));
  assert.equal(says(at.view.state.doc), "Shade[+ and+]|¶[+seats+]");
  assert.equal(keys(at.view.state.doc).length, 1);
});

test("forms of words and blocks cannot be suggested, and change nothing", () => {
  const { at } = sheet("Six benches");
  const before = at.view.state.doc;
  select(at, 1, 4);
  at.view.dispatch(at.view.state.tr.addMark(1, 4, schema.mark("bold")));
  assert.equal(at.do("heading2"), true);
  assert.equal(at.can("bold"), false);
  assert.ok(at.view.state.doc.eq(before));
});

test("undo takes one's own suggestion back, also a struck word", () => {
  const { at } = sheet("Six benches");
  select(at, 12);
  backspace(at);
  assert.equal(says(at.view.state.doc), "Six benche[-s-]");
  undo(at.view.state);
  assert.equal(says(at.view.state.doc), "Six benches");
});

test("words that are composed stand in a suggestion before the first of them comes", () => {
  const { at } = sheet("Six benches");
  select(at, 5, 12);
  prepare(at.view, hand("amal"));
  assert.equal(says(at.view.state.doc), "Six [-benches-]");
  const mark = at.view.state.storedMarks?.find((each) => each.type.name === "insertion");
  assert.ok(mark);
  const { from } = at.view.state.selection;
  at.view.dispatch(at.view.state.tr.replaceWith(from, from, schema.text("か", [mark])).setMeta("composition", 1));
  at.view.dispatch(at.view.state.tr.replaceWith(from, from + 1, schema.text("観", [mark])).setMeta("composition", 1));
  assert.equal(says(at.view.state.doc), "Six [-benches-][+観+]");
  assert.equal(keys(at.view.state.doc).length, 1);
});

test("two people suggest at once without a line, and both read the same after it", () => {
  const { shared, at } = sheet("Six steel benches");
  const away = new Y.Doc();
  Y.applyUpdate(away, Y.encodeStateAsUpdate(shared));
  const other = editor(away, "luca", "other");
  select(at, 5, 10);
  type(at, "wooden");
  select(other, 5, 18);
  type(other, "trees");
  Y.applyUpdate(away, Y.encodeStateAsUpdate(shared));
  Y.applyUpdate(shared, Y.encodeStateAsUpdate(away));
  assert.equal(says(at.view.state.doc), says(other.view.state.doc));
  const found = [...standing(at.view.state.doc).values()].map((each) => each.by).sort();
  assert.deepEqual(found, ["amal", "luca"]);
  assert.ok(at.view.state.doc.textContent.includes("wooden"));
  assert.ok(at.view.state.doc.textContent.includes("trees"));
});

test("what is typed as usual within words that should go is no part of them", () => {
  const { shared, at } = sheet("Six benches");
  select(at, 5, 12);
  backspace(at);
  const other = editor(shared, null, "other");
  const extra = { wordsOnly: false, actions: {}, filter: written, composing: () => undefined };
  other.extra = extra;
  select(other, 8);
  type(other, "X");
  assert.equal(says(other.view.state.doc), "Six [-ben-]X[-ches-]");
});

test("the hall sees what stands while nothing is decided", () => {
  const { shared, at } = sheet("Six steel benches", "Shade and seats");
  select(at, 5, 10);
  type(at, "wooden");
  select(at, 30);
  at.view.dispatch(at.view.state.tr.split(at.view.state.selection.from));
  const shown = dom.window.document.createElement("div");
  shown.append(draw(shared.getXmlFragment("document")));
  assert.deepEqual([...shown.children].map((each) => each.textContent), ["Six steel benches", "Shade and seats"]);
});

test("the hall's screen knows a text in which nothing is written yet", () => {
  const text = (shared: Y.Doc): Y.XmlFragment => shared.getXmlFragment("document");
  assert.equal(isBlank(text(new Y.Doc())), true);
  assert.equal(isBlank(text(sheet("").shared)), true);
  assert.equal(isBlank(text(sheet("Six benches").shared)), false);
  assert.equal(isBlank(text(sheet("", "").shared)), false);
});
