import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { Notes, rootOf } from "../../frontend_templates/ts/board/notes";
import { between, groupAt, number, sorted, type Placed } from "../../frontend_templates/ts/board/order";

const note = (id: string, order: number, column = "a"): Placed => ({ id, order, column });

test("notes stand by their number, and by their id where two chose the same", () => {
  assert.deepEqual(sorted([note("b", 1), note("a", 1), note("c", 0), note("x", 0, "other")], "a").map((each) => each.id), ["c", "a", "b"]);
});

test("a place between two others lies between their numbers", () => {
  for (const jitter of [0, 0.5, 0.999]) {
    const { order, others } = between([note("a", 1), note("b", 2)], 1, jitter);
    assert.ok(order > 1 && order < 2);
    assert.deepEqual(others, []);
  }
  assert.ok(between([note("a", 1)], 0, 0).order < 1);
  assert.ok(between([note("a", 1)], 9, 0).order > 1);
});

test("a thousand notes at the same place stay in order", () => {
  let notes: Placed[] = [note("first", 1), note("last", 2)];
  for (let n = 0; n < 1000; n++) {
    const plan = between(notes, 1, 0.5);
    for (const other of plan.others) notes = notes.map((each) => (each.id === other.id ? { ...each, order: other.order } : each));
    notes = sorted([...notes, note(`n${n}`, plan.order)], "a");
    assert.equal(notes[1]?.id, `n${n}`);
    assert.equal(new Set(notes.map((each) => each.order)).size, notes.length);
  }
});

test("numbers of other libraries are understood", () => {
  assert.equal(number(7n), 7);
  assert.equal(number("2.5"), 2.5);
  assert.equal(number(undefined, 3), 3);
  assert.equal(number(Number.NaN, 3), 3);
});

test("ideas are added, moved and edited in the shared map, and two boards agree", () => {
  const [one, two] = [new Y.Doc(), new Y.Doc()];
  const [a, b] = [new Notes(one), new Notes(two)];
  const first = a.add("Shade sails", "shade", 1);
  a.add("Lime trees", "shade", 3);
  Y.applyUpdate(two, Y.encodeStateAsUpdate(one));
  const mine = b.add("Long table", "seats", 2);
  b.move(first, "seats", 1);
  a.edit(first, "Shade sails in July");
  Y.applyUpdate(one, Y.encodeStateAsUpdate(two));
  Y.applyUpdate(two, Y.encodeStateAsUpdate(one));
  for (const notes of [a, b]) {
    assert.deepEqual(notes.column("seats").map((each) => each.text), ["Long table", "Shade sails in July"]);
    assert.deepEqual(notes.column("shade").map((each) => each.text), ["Lime trees"]);
  }
  assert.equal(a.get(mine)?.client, two.clientID);
});

test("a note that somebody took away cannot be moved", () => {
  const notes = new Notes(new Y.Doc());
  const id = notes.add("gone", "a", 1);
  notes.map.delete(id);
  assert.equal(notes.move(id, "a", 0), false);
});

test("a board written by the server's library is read", () => {
  const doc = new Y.Doc();
  const strange = new Y.Map<unknown>();
  strange.set("text", new Y.Text("by hand"));
  strange.set("column", "a");
  strange.set("order", 5n);
  strange.set("colour", 9);
  doc.getMap("board").set("n1", strange);
  doc.getMap("board").set("n2", "no note at all");
  assert.deepEqual(
    new Notes(doc).all().map(({ id, text, order, colour }) => ({ id, text, order, colour })),
    [{ id: "n1", text: "by hand", order: 5, colour: 1 }],
  );
});

test("an idea is cut at what a note can hold", () => {
  const notes = new Notes(new Y.Doc());
  assert.equal(notes.get(notes.add("x".repeat(999), "a", 1))?.text.length, 140);
});

test("notes of one group stand together where the first of them stands", () => {
  const at = (id: string, order: number, group = ""): Placed => ({ id, order, group, column: "a" });
  const notes = sorted([at("a", 1), at("b", 2, "Water"), at("c", 3), at("d", 9, "Water")], "a");
  assert.deepEqual(notes.map((each) => each.id), ["a", "b", "d", "c"]);
  assert.equal(groupAt(notes, 2, ""), "Water", "between two of a group");
  assert.equal(groupAt(notes, 1, ""), "", "beside a group");
  assert.equal(groupAt(notes, 3, "Water"), "Water", "still beside its own");
  assert.equal(groupAt(notes, 4, "Water"), "", "away from its own");
});

test("two notes put together keep both, and are parted again", () => {
  const notes = new Notes(new Y.Doc());
  const [one, two] = [notes.add("one", "a", 1), notes.add("two", "b", 2)];
  assert.ok(notes.merge(two, one));
  assert.deepEqual(notes.all().map((note) => [note.text, note.merged.map((each) => each.text)]), [["one", ["two"]]]);
  assert.ok(notes.split(two));
  assert.deepEqual(notes.column("a").map((note) => note.text), ["one", "two"]);
});

test("two people who put two notes into each other lose neither", () => {
  const into = new Map([["a", "b"], ["b", "a"], ["c", "b"], ["d", ""], ["e", "gone"]]);
  assert.deepEqual([...into.keys()].map((id) => rootOf(id, into)), ["a", "a", "a", "d", "e"]);
});

test("colours and groups are kept on the note, and a note that is gone takes none", () => {
  const notes = new Notes(new Y.Doc());
  const id = notes.add("one", "a", 1);
  assert.ok(notes.paint(id, 3) && notes.group(id, "  Water   and shade "));
  assert.deepEqual([notes.get(id)?.colour, notes.get(id)?.group], [3, "Water and shade"]);
  assert.ok(notes.group(id, ""));
  assert.equal(notes.get(id)?.group, "");
  notes.map.delete(id);
  assert.equal(notes.paint(id, 2), false);
});
