import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { DOMParser as PMParser, type Node } from "prosemirror-model";
import { EditorState, TextSelection } from "prosemirror-state";
import * as Y from "yjs";
import { inText } from "../../frontend_templates/ts/board/notes";
import { blockNames, nameless } from "../../frontend_templates/ts/editor/blocks";
import { Editor } from "../../frontend_templates/ts/editor/editor";
import { address, schema } from "../../frontend_templates/ts/editor/schema";
import { page } from "./page";

let dom = page("");
beforeEach(() => (dom = page('<div id="sheet"></div><div id="other"></div>')));

function doc(...blocks: Node[]): Node {
  return schema.node("doc", null, blocks);
}

const paragraph = (text: string, id: string | null = null): Node => schema.node("paragraph", { id }, text ? schema.text(text) : []);

function ids(node: Node): (string | null)[] {
  const found: (string | null)[] = [];
  node.descendants((block) => {
    if (block.isBlock) found.push(block.attrs["id"] as string | null);
    return block.isBlock;
  });
  return found;
}

function editor(shared = new Y.Doc(), at = "sheet", editable = () => true): Editor {
  const mount = dom.window.document.getElementById(at);
  assert.ok(mount);
  return new Editor({ mount, fragment: shared.getXmlFragment("document"), label: "Shared proposal draft", describedBy: "help", language: "en", editable, leave: () => undefined, where: () => undefined, changed: () => undefined, tooMuch: () => undefined });
}

function type(at: Editor, text: string): void {
  at.view.dispatch(at.view.state.tr.insertText(text));
}

function link(a: Y.Doc, b: Y.Doc): void {
  a.on("update", (update: Uint8Array, origin: unknown) => origin !== "b" && Y.applyUpdate(b, update, "a"));
  b.on("update", (update: Uint8Array, origin: unknown) => origin !== "a" && Y.applyUpdate(a, update, "b"));
}

test("every block gets a name when it is made", () => {
  let state = EditorState.create({ schema, doc: doc(paragraph("one")), plugins: [blockNames()] });
  state = state.apply(state.tr.insertText("x", 1));
  assert.match(ids(state.doc)[0] ?? "", /^[0-9a-z]{12}$/);
});

test("a split paragraph keeps its name on the words that were there, and the new one gets its own", () => {
  let state = EditorState.create({ schema, doc: doc(paragraph("one two", "keeps")), plugins: [blockNames()] });
  state = state.apply(state.tr.split(4));
  const [first, second] = ids(state.doc);
  assert.equal(first, "keeps");
  assert.notEqual(second, "keeps");
  assert.ok(second);
});

test("a line opened above a paragraph does not take the paragraph's name", () => {
  let state = EditorState.create({ schema, doc: doc(paragraph("one two", "keeps")), plugins: [blockNames()] });
  state = state.apply(state.tr.split(1));
  assert.equal(ids(state.doc)[1], "keeps");
  assert.notEqual(ids(state.doc)[0], "keeps");
});

test("a pasted copy gets new names, also inside lists", () => {
  const list = schema.node("bulletList", { id: "l" }, [schema.node("listItem", { id: "i" }, [paragraph("one", "p")])]);
  let state = EditorState.create({ schema, doc: doc(list), plugins: [blockNames()] });
  state = state.apply(state.tr.insert(state.doc.content.size, list));
  const all = ids(state.doc);
  assert.equal(new Set(all).size, all.length);
  assert.deepEqual(all.slice(0, 3), ["l", "i", "p"]);
  assert.equal(nameless(state.doc).length, 0);
});

test("an empty room stays empty until somebody writes", () => {
  const shared = new Y.Doc();
  const at = editor(shared);
  assert.equal(shared.getXmlFragment("document").length, 0);
  type(at, "a");
  const [first] = shared.getXmlFragment("document").toArray();
  assert.ok(first instanceof Y.XmlElement);
  assert.match(first.getAttribute("id") ?? "", /^[0-9a-z]{12}$/);
});

test("two editors converge, and each takes back only what is its own", () => {
  const [one, two] = [new Y.Doc(), new Y.Doc()];
  link(one, two);
  const a = editor(one);
  type(a, "Six benches.");
  const b = editor(two, "other");
  b.view.dispatch(b.view.state.tr.setSelection(TextSelection.atEnd(b.view.state.doc)));
  type(b, " And shade.");
  assert.equal(a.view.state.doc.textContent, "Six benches. And shade.");
  assert.equal(a.do("undo"), true);
  assert.equal(b.view.state.doc.textContent, " And shade.");
  assert.equal(a.can("undo"), false);
  assert.deepEqual(ids(a.view.state.doc), ids(b.view.state.doc));
});

test("headings, lists and quotes go on and off", () => {
  const at = editor();
  type(at, "What we want");
  at.do("heading2");
  assert.equal(at.isOn("heading2"), true);
  const id = ids(at.view.state.doc)[0];
  at.do("heading3");
  assert.equal(ids(at.view.state.doc)[0], id, "a block keeps its name when its kind changes");
  at.do("heading3");
  at.do("bulletList");
  assert.equal(at.isOn("bulletList"), true);
  at.do("orderedList");
  assert.equal(at.view.state.doc.child(0).type.name, "orderedList");
  at.do("orderedList");
  assert.equal(at.view.state.doc.child(0).type.name, "paragraph");
  at.do("quote");
  assert.equal(at.isOn("quote"), true);
});

test("nobody writes who may not", () => {
  const at = editor(new Y.Doc(), "sheet", () => false);
  assert.equal(at.do("heading2"), false);
  assert.equal(at.bring("an idea", true, "n1"), false);
  assert.equal(at.view.dom.getAttribute("aria-readonly"), "true");
  assert.equal(at.view.dom.getAttribute("tabindex"), "0");
});

test("an idea becomes a paragraph with a name of its own", () => {
  const at = editor();
  type(at, "What we want");
  at.bring("A long table", true, "n1");
  assert.equal(at.view.state.doc.childCount, 2);
  assert.equal(at.view.state.doc.lastChild?.textContent, "A long table");
  assert.equal(at.view.state.doc.lastChild.attrs["idea"], "n1");
  assert.equal(new Set(ids(at.view.state.doc)).size, 2);
});

test("an idea in an empty text takes the empty line, and is found in the shared text", () => {
  const doc = new Y.Doc();
  const at = editor(doc);
  at.bring("A long table", true, "n1");
  assert.equal(at.view.state.doc.childCount, 1);
  assert.deepEqual([...inText(doc.getXmlFragment("document"))], ["n1"]);
});

test("Tab is not caught: it leaves the text", () => {
  const at = editor();
  type(at, "a");
  const event = new dom.window.KeyboardEvent("keydown", { key: "Tab", cancelable: true, bubbles: true });
  at.view.dom.dispatchEvent(event);
  assert.equal(event.defaultPrevented, false);
});

test("the text is a labelled textbox of several lines", () => {
  const { dom: element } = editor().view;
  assert.deepEqual(
    ["role", "aria-multiline", "aria-label", "dir"].map((name) => element.getAttribute(name)),
    ["textbox", "true", "Shared proposal draft", "auto"],
  );
});

test("only addresses that lead somewhere become links", () => {
  assert.equal(address("https://copact.example/a"), "https://copact.example/a");
  assert.equal(address("mailto:a@b.example"), "mailto:a@b.example");
  for (const bad of ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", ""]) assert.equal(address(bad), null, bad);
  const at = editor();
  type(at, "site");
  at.view.dispatch(at.view.state.tr.setSelection(TextSelection.create(at.view.state.doc, 1, 5)));
  assert.equal(at.setLink("javascript:alert(1)"), false);
  assert.equal(at.setLink("copact.example"), true);
  assert.equal(at.link, "https://copact.example");
  assert.equal(at.setLink(""), true);
  assert.equal(at.link, null);
});

test("what is pasted brings no scripts, no foreign pictures, no strange headings", () => {
  const holder = dom.window.document.createElement("div");
  const html = '<h1>Big</h1><p onclick="x()">word <a href="javascript:x()">bad</a> <a href="https://good.example">good</a></p><img src="https://spy.example/x.png"><script>x()</script><h5>small</h5>';
  holder.append(new dom.window.DOMParser().parseFromString(html, "text/html").body);
  const parsed = PMParser.fromSchema(schema).parse(holder);
  const kinds: string[] = [];
  parsed.descendants((node) => void kinds.push(node.type.name));
  assert.ok(!kinds.includes("image"));
  assert.deepEqual([parsed.firstChild?.attrs["level"], parsed.lastChild?.attrs["level"]], [2, 3]);
  const links: unknown[] = [];
  parsed.descendants((node) => node.marks.forEach((mark) => links.push(mark.attrs["href"])));
  assert.deepEqual(links, ["https://good.example"]);
});

test("a level written as words by the server's library is read as a number", () => {
  const shared = new Y.Doc();
  const heading = new Y.XmlElement("heading");
  heading.setAttribute("level", "3");
  heading.insert(0, [new Y.XmlText("Small")]);
  shared.getXmlFragment("document").insert(0, [heading]);
  const at = editor(shared);
  assert.equal(at.isOn("heading3"), true);
  assert.equal(at.view.dom.querySelector("h3")?.textContent, "Small");
});
